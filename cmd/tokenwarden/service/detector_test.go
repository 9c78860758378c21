package service

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/sink"
)

// memorySink is a sink that keeps the ids of alerts, or fails.
type memorySink struct {
	alerts []string
	err    error
}

func (s *memorySink) Write(_ context.Context, c *tokenwarden.Checkpoint) error {
	if s.err != nil {
		return s.err
	}
	for i := range c.Alerts {
		s.alerts = append(s.alerts, c.Alerts[i].ID)
	}
	return nil
}

// usageOfExpiredToken returns a usage that raises an alert of expired-token-accepted.
func usageOfExpiredToken() tokenwarden.Usage {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	fp := tokenwarden.Fingerprint{1}
	return tokenwarden.Usage{Subject: tokenwarden.TokenSubject(fp), Event: tokenwarden.Event{
		Time: now, Fingerprint: fp, FirstInRequest: true, Status: 200, Method: "GET", Host: "api.example.com", Endpoint: "/v1/items",
		Claims: tokenwarden.Claims{JWT: true, Expires: now.Add(-time.Hour).Unix()}, Source: tokenwarden.Source{Topic: "in"},
	}}
}

func TestSaveWritesToAllSinksInOrder(t *testing.T) {
	for _, tc := range []struct {
		name          string
		first, second error
		want          [2]bool // which sinks hold the alert
		commit        int64
	}{
		{"both succeed", nil, nil, [2]bool{true, true}, 42},
		{"the first fails", io.EOF, nil, [2]bool{false, false}, -1},
		{"the second fails", nil, io.EOF, [2]bool{true, false}, -1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			engine, _, err := (&config.Config{Detect: config.Detect{Lateness: time.Minute}}).Engine(1, nil)
			if err != nil {
				t.Fatal(err)
			}
			first, second := &memorySink{err: tc.first}, &memorySink{err: tc.second}
			s := &Service{engine: engine, metrics: newDetectMetrics(prometheus.NewRegistry()), health: newHealth(), sink: sink.Ordered{first, second}}
			w := newDetectWorker(s)
			w.position.Offset = 41
			w.partition.Begin(w.position, []tokenwarden.Usage{usageOfExpiredToken()})
			w.partition.Apply()
			commit, err := w.save(t.Context())
			if commit != tc.commit || (err != nil) != (tc.first != nil || tc.second != nil) {
				t.Errorf("save returns %d, %v, want %d", commit, err, tc.commit)
			}
			if got := [2]bool{len(first.alerts) > 0, len(second.alerts) > 0}; got != tc.want {
				t.Errorf("the sinks hold the alert: %v, want %v", got, tc.want)
			}
			if counted := testutil.CollectAndCount(s.metrics.alerts) > 0; counted != (err == nil) {
				t.Errorf("the alert is counted: %v, error %v", counted, err)
			}
			if saved := w.written == w.position; saved != (err == nil) {
				t.Errorf("the position counts as written: %v, error %v", saved, err)
			}
		})
	}
}
