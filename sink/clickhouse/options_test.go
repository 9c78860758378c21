package clickhouse

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestValidateNamesTheField(t *testing.T) {
	f := func(o Options, want string) {
		t.Helper()
		err := o.Validate()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want it to name %s", o, err, want)
		}
	}
	f(Options{Addr: []string{"localhost"}}, "addr")
	f(Options{Database: "a-b"}, "database")
	f(Options{Database: "a; DROP DATABASE b"}, "database")
	f(Options{Cluster: "'x'"}, "cluster")
	f(Options{Compression: "zip"}, "compression")
	f(Options{DialTimeout: 5}, "dial_timeout")
	f(Options{WriteTimeout: 5}, "write_timeout")
	f(Options{ReadTimeout: -time.Second}, "read_timeout")
	f(Options{Connections: 65}, "connections")
	f(Options{Retention: Retention{Alerts: -1}}, "retention.alerts")
	if err := (Options{}).Validate(); err != nil {
		t.Errorf("the defaults: %v", err)
	}
}

const secret = "s3cret-of-the-database"

func TestPasswordIsNeverPrinted(t *testing.T) {
	o := Options{Addr: []string{"127.0.0.1:1"}, Password: secret}
	c := mustNew(t, o)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "options", o, "client", c)
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "options", o, "client", c)
	encoded, err := json.Marshal(map[string]any{"o": o})
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb, o) + fmt.Sprintf(verb, &o) + fmt.Sprintf(verb, c) + fmt.Sprintf(verb, *c) + fmt.Sprintf(verb, struct{ O Options }{o})
	}
	if strings.Contains(all, secret) {
		t.Errorf("the password is in %s", all)
	}
}

func TestPasswordIsNotInErrors(t *testing.T) {
	o := testOptions(t)
	o.Username, o.Password = "nobody", secret
	err := mustNew(t, o).Apply(testContext(t))
	if Classify(err) != ClassAuth || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), "clickhouse.password_file") {
		t.Errorf("got %v, want an authentication error that says what to check, without the password", err)
	}
}

func TestMetrics(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	m := NewMetrics(registry)
	m.wrote("alerts", 3, time.Second)
	m.failed(ClassNetwork)
	m.retried(ClassNetwork)
	want := `
# HELP tokenwarden_clickhouse_retries_total Attempts that were made again, by class of the error before.
# TYPE tokenwarden_clickhouse_retries_total counter
tokenwarden_clickhouse_retries_total{class="network"} 1
tokenwarden_clickhouse_retries_total{class="overload"} 0
tokenwarden_clickhouse_retries_total{class="timeout"} 0
# HELP tokenwarden_clickhouse_rows_total Rows that ClickHouse has acknowledged, repeats included.
# TYPE tokenwarden_clickhouse_rows_total counter
tokenwarden_clickhouse_rows_total{table="alerts"} 3
tokenwarden_clickhouse_rows_total{table="checkpoints"} 0
tokenwarden_clickhouse_rows_total{table="token_events"} 0
tokenwarden_clickhouse_rows_total{table="token_profiles"} 0
tokenwarden_clickhouse_rows_total{table="token_usage_1m"} 0
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want),
		"tokenwarden_clickhouse_retries_total", "tokenwarden_clickhouse_rows_total"); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
	var none *Metrics
	none.wrote("alerts", 1, 0)
	none.failed(ClassData)
	none.retried(ClassData)
}
