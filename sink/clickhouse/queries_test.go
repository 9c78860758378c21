package clickhouse

import (
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

func TestEveryQueryAnswers(t *testing.T) {
	c := newTest(t)
	events := testEvents(300)
	mustWrite(t, c, &tokenwarden.Checkpoint{
		Topic: "u", Events: events, Usage: []tokenwarden.UsageRow{{Fingerprint: events[0].Fingerprint, Minute: events[0].Time, Requests: 3}},
		Alerts: testAlerts(3), Profiles: testProfiles(0, 3, 1),
	})
	params := map[string]string{"fingerprint": events[0].Fingerprint.String(), "client_ip": events[0].ClientIP.String()}
	for _, q := range Queries() {
		t.Run(q.Name, func(t *testing.T) {
			res, err := c.Run(testContext(t), q.SQL, params)
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Rows) == 0 || len(res.Columns) != len(res.Rows[0]) {
				t.Errorf("%d columns, %d rows", len(res.Columns), len(res.Rows))
			}
			if q.Why == "" || strings.Contains(q.SQL, "tokenwarden.") {
				t.Error("a query says why, and leaves the database to the connection")
			}
		})
	}
}

// The views must not cost what the tables save: what an analyst filters by has to reach the key and the indexes.
func TestViewsUseKeysAndIndexes(t *testing.T) {
	c := newTest(t)
	cp := &tokenwarden.Checkpoint{Topic: "u", Events: testEvents(60_000), Usage: testUsage(60_000), Profiles: testProfiles(0, 2000, 1)}
	days := []time.Time{time.Date(2026, 5, 10, 12, 0, 0, 0, time.UTC), time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC)}
	for i := range 60_000 {
		cp.Events[i].Time, cp.Usage[i].Minute = days[i%2], days[i%2]
	}
	mustWrite(t, c, cp)
	for _, table := range []string{"token_events", "token_usage_1m", "token_profiles"} {
		exec(t, c, "OPTIMIZE TABLE "+table+" FINAL")
	}
	readsFew := func(t *testing.T, where string) {
		t.Helper()
		plan := answer(t, c, "SELECT explain FROM (EXPLAIN indexes = 1 SELECT * FROM "+where+")")
		var last string
		for line := range strings.SplitSeq(plan, "\n") {
			if _, granules, ok := strings.Cut(line, "Granules: "); ok {
				last = granules
			}
		}
		read, all, ok := strings.Cut(last, "/")
		if !ok || read == all {
			t.Errorf("%s reads %s granules:\n%s", where, last, plan)
		}
	}
	token := testFingerprint(7).String()
	for _, tc := range []struct{ name, where string }{
		{"events of a token", "v_token_events WHERE fingerprint = '" + token + "'"},
		{"events of an address", "v_token_events WHERE client_ip = '203.0.0.7'"},
		{"events of an address in the table", "token_events WHERE client_ip = '203.0.0.7'"},
		{"events of an owner", "v_token_events WHERE owner = 'user7@example.com'"},
		{"events since a time", "v_token_events WHERE time > '2026-05-11 12:00:00'"},
		{"usage of a token", "v_token_usage_1m WHERE fingerprint = '" + token + "'"},
		{"usage since a time", "v_token_usage_1m WHERE minute > '2026-05-11 12:00:00'"},
		{"profiles of a token", "v_token_profiles WHERE subject = '" + token + "'"},
	} {
		t.Run(tc.name, func(t *testing.T) { readsFew(t, tc.where) })
	}
}
