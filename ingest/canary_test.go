package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/canary"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// metric returns the value of a metric, of the one with the outcome if that is not "".
func metric(t *testing.T, reg *prometheus.Registry, name, outcome string) float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name && (outcome == "" || m.GetLabel()[0].GetValue() == outcome) {
				return m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return 0
}

// TestCanariesOfABlindFinder has the finder leave the planted tokens, with and without the second check.
func TestCanariesOfABlindFinder(t *testing.T) {
	const ratioName = "tokenwarden_ingest_canary_miss_ratio"
	var log bytes.Buffer
	reg := prometheus.NewRegistry()
	o := canary.Options{Every: 1, Log: slog.New(slog.NewTextHandler(&log, nil)), Metrics: canary.NewMetrics(reg)}
	if !math.IsNaN(metric(t, reg, ratioName, "")) {
		t.Error("there is a ratio before the first canary")
	}
	line := ingest.Combined("/x?a=1")
	send := func(p *ingest.Processor, step time.Duration) (found, guarded, missed int) {
		prober := canary.New(p, o)
		for i := range 500 {
			now := ingest.TestTime.Add(time.Duration(i) * step)
			_, res := p.Process(nil, ingest.Line{Text: []byte(line), Now: now})
			prober.Observe([]byte(line), res, now)
		}
		return prober.Counts()
	}
	guardedOnly := ingest.NewTestProcessor(t, ingest.HideNames)
	guardedOnly.SetGuard(guard.New(guard.Options{}))
	found, guarded, missed := send(guardedOnly, 0)
	if guarded == 0 || found+guarded+missed != 500 {
		t.Errorf("with the second check: %d found, %d caught, %d missed", found, guarded, missed)
	}
	unprotected := ingest.NewTestProcessor(t, func(o *ingest.Options) { o.Credential.Policy.Least = tokenwarden.ConfidenceHigh + 1 })
	unprotected.SetGuard(nil)
	start := log.Len()
	if _, _, n := send(unprotected, time.Second); n != 500 {
		t.Errorf("without the second check %d of 500 are missed", n)
	}
	want := float64(missed+500) / 1000
	if got := metric(t, reg, ratioName, ""); math.Abs(got-want) > 1e-9 || metric(t, reg, "tokenwarden_ingest_canary_total", "guard") != float64(guarded) {
		t.Errorf("the ratio is %v, want %v", got, want)
	}
	if n := strings.Count(log.String()[start:], "a canary came out"); n < 8 || n > 9 { // 500 seconds
		t.Errorf("%d misses were logged in 500 seconds", n)
	}
	if strings.Contains(log.String(), "192.0.2.7") || strings.Contains(log.String(), "curl") {
		t.Error("the log shows the line")
	}
	for _, key := range []string{"placement=", "kind=", "encoding=", "field=", "format=combined"} {
		if !strings.Contains(log.String(), key) {
			t.Errorf("the log lacks %s", key)
		}
	}
}

// TestCanariesLeaveNoTrace compares everything that a batch holds with and without them.
func TestCanariesLeaveNoTrace(t *testing.T) {
	text, err := os.ReadFile("accesslog/testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	var key secret.Key
	ingest.NewTestProcessor(t, func(o *ingest.Options) { key = o.Credential.Keys[0] })
	var lines []kafka.Message
	add := func(line string) {
		line = strings.ReplaceAll(line, "token=T", "token="+ingest.NewSecret())
		lines = append(lines, kafka.Message{Value: []byte(line), Time: ingest.TestTime, Offset: int64(len(lines))})
	}
	add("#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(Referer) cs(Cookie)")
	add("2026-01-05 08:59:58 192.0.2.7 GET /v1 a=1 200 https://r.example/ sid=x")
	add("#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie)")
	add("2026-01-05\t08:59:58\tFRA2\t512\t192.0.2.7\tGET\td1.example\t/v1\t200\thttps://r.example/\tcurl/8\ta=1\t-")
	for entry := range strings.SplitSeq(string(text), "\n") {
		if _, line, ok := strings.Cut(entry, "|"); ok && !strings.HasPrefix(entry, "# ") {
			add(line)
		}
	}
	batch := func(every int) (out string, sent int) {
		reg := prometheus.NewRegistry()
		p := ingest.NewTestProcessor(t, func(o *ingest.Options) {
			o.Credential.Keys, o.Metrics = []secret.Key{key}, ingest.NewMetrics(reg)
		})
		var all strings.Builder
		w := ingest.NewWorker(p, 4, func(_ context.Context, b *tokenwarden.Batch) error {
			writeBatch(&all, b)
			return nil
		})
		prober := canary.New(p, canary.Options{Every: every})
		w.Prober = prober
		if _, err := w.Start(context.Background(), kafka.Assignment{Topic: "in"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Handle(context.Background(), lines); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%v lines, %v redactions", metric(t, reg, "tokenwarden_ingest_lines_total", ""), metric(t, reg, "tokenwarden_ingest_redactions_total", ""))
		found, guarded, missed := prober.Counts()
		return all.String(), found + guarded + missed
	}
	want, _ := batch(0)
	got, sent := batch(1)
	if got != want {
		t.Error("canaries change what leaves")
	}
	if sent == 0 {
		t.Error("no canary was sent")
	}
}

func writeBatch(out *strings.Builder, b *tokenwarden.Batch) {
	for i := range b.Redacted {
		fmt.Fprintf(out, "%s %s %s\n", b.Redacted[i].Key, b.Redacted[i].Value, b.Redacted[i].Headers)
	}
	for _, usages := range b.Usages {
		for i := range usages {
			fmt.Fprintf(out, "%x\n", usages[i].Value)
		}
	}
	fmt.Fprintf(out, "%d quarantined\n", len(b.Quarantine))
}
