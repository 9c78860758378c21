package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/internal/backoff"
)

// scopePolicy returns the scopes that the API's calls need, as YAML of the configuration. Without them no log shows a scope
// violation.
func scopePolicy() string {
	var b strings.Builder
	for _, r := range simulate.ScopePolicy() {
		_, _ = fmt.Fprintf(&b, "    - {methods: [%s], host: %s, endpoint: %q, any_of: [%q]}\n", r.Method, r.Host, r.Template, r.Scope)
	}
	return b.String()
}

// alertFeed is a kafka.Worker that reads the alerts topic and prints each incident once.
type alertFeed struct {
	mu    sync.Mutex
	seen  map[string]bool
	rules map[string]int
}

// maxShown bounds the incidents of one rule that are printed.
const maxShown = 3

func (f *alertFeed) Start(_ context.Context, a kafka.Assignment) (int64, error) { return a.Offset, nil }
func (f *alertFeed) Stop(context.Context) (int64, error)                        { return -1, nil }

func (f *alertFeed) Handle(_ context.Context, ms []kafka.Message) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range ms {
		var a tokenwarden.Alert
		if err := json.Unmarshal(m.Value, &a); err != nil {
			return -1, fmt.Errorf("read an alert: %w", err)
		}
		if f.seen[a.ID] {
			continue
		}
		f.seen[a.ID] = true
		f.rules[a.Rule]++
		switch n := f.rules[a.Rule]; {
		case n <= maxShown:
			printf("%s  %-9s %-23s %s", a.FirstSeen.Format("15:04:05"), severity(a.Severity), a.Rule, a.Summary)
		case n == maxShown+1:
			printf("%s", dim("          further incidents of "+a.Rule+" are counted, not shown"))
		}
	}
	return -1, nil
}

func severity(s tokenwarden.Severity) string {
	switch {
	case s >= tokenwarden.SeverityHigh:
		return style("31;1", fmt.Sprintf("%-9s", s))
	case s == tokenwarden.SeverityMedium:
		return style("33", fmt.Sprintf("%-9s", s))
	}
	return fmt.Sprintf("%-9s", s)
}

// play sends the traffic and returns when ClickHouse holds all of its events and alerts.
func (s *stack) play(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f := &alertFeed{seen: map[string]bool{}, rules: map[string]int{}}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		err := kafka.Run(ctx, kafka.Options{
			Conn: s.conn, Group: "demo", Topics: []string{"tokenwarden.alerts"}, MaxWait: 250 * time.Millisecond, MaxBytes: 1 << 20,
			Log: slog.New(slog.DiscardHandler), Metrics: kafka.NewMetrics(prometheus.NewRegistry()),
		}, func() kafka.Worker { return f })
		if err != nil {
			printf("the alerts topic cannot be followed: %v", err)
		}
	})
	sim := exec.CommandContext(ctx, bin, "simulate", "--demo", "--topic", "access-logs", "--pace", "3000",
		"--config", s.config, "--truth", s.truth())
	sim.Stderr = nil
	if err := sim.Start(); err != nil {
		return fmt.Errorf("start tokenwarden simulate: %w", err)
	}
	sent := make(chan error, 1)
	go func() { sent <- sim.Wait() }()
	if err := s.follow(ctx, sent); err != nil {
		return err
	}
	backoff.Sleep(ctx, time.Second) // the last alerts are on their way to the feed
	return ctx.Err()
}

func (s *stack) truth() string { return filepath.Join(s.dir, "truth.ndjson") }

// follow prints progress every few seconds and returns when all lines are sent, read and written.
func (s *stack) follow(ctx context.Context, sent <-chan error) error {
	const lines, lag = "tokenwarden_ingest_lines_total", "tokenwarden_kafka_lag_messages"
	const rows, redactions = "tokenwarden_clickhouse_rows_total", "tokenwarden_ingest_redactions_total"
	sentAll, quiet, last := false, 0, map[string]float64{}
	for tick := 1; ; tick++ {
		if !backoff.Sleep(ctx, 500*time.Millisecond) {
			return ctx.Err()
		}
		select {
		case err := <-sent:
			if err != nil {
				return fmt.Errorf("tokenwarden simulate: %w", err)
			}
			sentAll = true
		default:
		}
		now := s.scrape(lines, lag, rows, redactions)
		if now[lines] != last[lines] && (tick%8 == 0 || sentAll) {
			printf("%s", dim(fmt.Sprintf("          %6.0f lines read, %5.0f credentials redacted, %5.0f messages behind",
				now[lines], now[redactions], now[lag])))
		}
		if exited(s.service) {
			return fmt.Errorf("tokenwarden run ended:\n%s", tailOf(s.serviceLog))
		}
		if quiet++; !sentAll || now[lag] > 0 || now[rows] != last[rows] || now[lines] != last[lines] {
			quiet = 0
		}
		last = now
		if quiet == 5 { // two checkpoints with nothing new
			return nil
		}
	}
}
