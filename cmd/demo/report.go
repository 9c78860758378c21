package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// report prints the content of ClickHouse with the queries that show it, a line before and after, and how many of the planted
// attacks were found.
func (s *stack) report(ctx context.Context) error {
	for _, q := range []struct{ title, sql string }{
		{"What is in ClickHouse", `SELECT * FROM (SELECT 'credentials seen' AS what, count() AS n FROM v_token_events
UNION ALL SELECT 'usage rows (token, minute, host, endpoint, country, status class)', count() FROM v_token_usage_1m
UNION ALL SELECT 'requests with a credential', sum(requests) FROM v_token_usage_1m
UNION ALL SELECT 'tokens profiled', count() FROM v_token_profiles WHERE subject_kind = 'token'
UNION ALL SELECT 'alerts', count() FROM v_alerts) ORDER BY n DESC`},
		{"Alerts by rule", `SELECT severity, rule, count() AS incidents, sum(count) AS events, any(summary) AS example
FROM v_alerts GROUP BY severity, rule ORDER BY severity DESC, incidents DESC`},
		{"Most used tokens", `SELECT fingerprint, any(token_kind) AS kind, any(owner) AS owner, count() AS requests,
       uniqExact(country) AS countries, uniqExact(client_ip) AS addresses
FROM v_token_events WHERE first_in_request GROUP BY fingerprint ORDER BY requests DESC LIMIT 5`},
		{"Where credentials stand in requests", `SELECT location, token_kind, count() AS events, uniqExact(fingerprint) AS tokens
FROM v_token_events GROUP BY location, token_kind ORDER BY events DESC LIMIT 8`},
	} {
		if err := s.show(ctx, q.title, q.sql); err != nil {
			return err
		}
	}
	if err := s.beforeAndAfter(ctx); err != nil {
		return err
	}
	return s.compareWithLabels(ctx)
}

// maxCell bounds the width of a table cell, in bytes.
const maxCell = 100

func (s *stack) show(ctx context.Context, title, sql string) error {
	res, err := s.store.Run(ctx, sql, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", title, err)
	}
	printf("\n%s\n%s\n", bold(title), dim("  "+strings.ReplaceAll(sql, "\n", "\n  ")))
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "  "+strings.Join(res.Columns, "\t"))
	for _, row := range res.Rows {
		cells := make([]string, len(row))
		for i, c := range row {
			if len(c) > maxCell {
				c = c[:maxCell] + "..."
			}
			cells[i] = c
		}
		_, _ = fmt.Fprintln(w, "  "+strings.Join(cells, "\t"))
	}
	return w.Flush()
}

// beforeAndAfter shows one line of the redacted topic beside its original. The token in the original is masked here,
// by comparing the two: the demo never prints one.
func (s *stack) beforeAndAfter(ctx context.Context) error {
	after, src, err := s.firstMessage(ctx, "access-logs.redacted", func(m kafka.Message) bool {
		return bytes.Count(m.Value, []byte("REDACTED.")) == 1 && len(m.Value) < 200
	})
	if err != nil {
		return err
	}
	before, _, err := s.firstMessage(ctx, "access-logs", func(m kafka.Message) bool { return sourceOf(m, "access-logs") == src })
	if err != nil {
		return err
	}
	head := 0
	for head < min(len(before), len(after)) && before[head] == after[head] {
		head++
	}
	tail := 0
	for tail < min(len(before), len(after))-head && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	masked := string(before[:head]) + strings.Repeat("*", len(before)-head-tail) + string(before[len(before)-tail:])
	printf("\n%s  %s\n", bold("A line before and after"), dim(src))
	printf("  original  %s", masked)
	printf("  redacted  %s", after)
	return nil
}

func header(topic string, partition int32, offset int64) tokenwarden.Header {
	return tokenwarden.Header{Key: ingest.SourceHeader, Value: fmt.Appendf(nil, "%s/%d/%d", topic, partition, offset)}
}

func sourceOf(m kafka.Message, topic string) string {
	for _, h := range m.Headers {
		if h.Key == ingest.SourceHeader {
			return string(h.Value)
		}
	}
	return topic
}

// messageFinder is a kafka.Worker that hands over the first message that accept takes.
type messageFinder struct {
	topic     string
	partition int32
	accept    func(kafka.Message) bool
	found     chan kafka.Message
}

func (f *messageFinder) Start(_ context.Context, a kafka.Assignment) (int64, error) {
	f.partition = a.Partition
	return a.Offset, nil
}
func (f *messageFinder) Stop(context.Context) (int64, error) { return -1, nil }

func (f *messageFinder) Handle(_ context.Context, ms []kafka.Message) (int64, error) {
	for _, m := range ms {
		if f.topic == "access-logs" { // an original has no source header: it is its own source
			m.Headers = append(m.Headers, header(f.topic, f.partition, m.Offset))
		}
		if f.accept(m) {
			select {
			case f.found <- m:
			default:
			}
			break
		}
	}
	return -1, nil
}

// firstMessage returns value and source of the first message of a topic that accept takes.
func (s *stack) firstMessage(ctx context.Context, topic string, accept func(kafka.Message) bool) ([]byte, string, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	found := make(chan kafka.Message, 1)
	done := make(chan error, 1)
	go func() {
		done <- kafka.Run(ctx, kafka.Options{
			Conn: s.conn, Group: fmt.Sprintf("demo-%s-%d", topic, time.Now().UnixNano()), Topics: []string{topic},
			MaxWait: 250 * time.Millisecond, MaxBytes: 8 << 20,
			Log: slog.New(slog.DiscardHandler), Metrics: kafka.NewMetrics(prometheus.NewRegistry()),
		}, func() kafka.Worker { return &messageFinder{topic: topic, accept: accept, found: found} })
	}()
	defer func() { cancel(); <-done }()
	select {
	case m := <-found:
		return m.Value, sourceOf(m, topic), nil
	case <-ctx.Done():
		return nil, "", errors.New("no fitting line in topic " + topic)
	}
}

// truth is one label of `tokenwarden simulate --truth`.
type truth struct {
	Type, Name, Rule, Variant, Fingerprint, Client string
}

// compareWithLabels prints how many of the planted attacks have an alert in ClickHouse. A missed one is an error.
func (s *stack) compareWithLabels(ctx context.Context) error {
	file, err := os.Open(s.truth())
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	res, err := s.store.Run(ctx, "SELECT DISTINCT rule, subject FROM v_alerts", nil)
	if err != nil {
		return err
	}
	alerted := map[string]bool{}
	for _, row := range res.Rows {
		alerted[row[0]+" "+row[1]] = true
	}
	planted, found := map[string]int{}, map[string]int{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var t truth
		if json.Unmarshal(lines.Bytes(), &t) != nil || t.Type != "attack" {
			continue
		}
		planted[t.Name]++
		if alerted[t.Rule+" "+t.Fingerprint] || alerted[t.Rule+" "+t.Client] {
			found[t.Name]++
		}
	}
	printf("\n%s", bold("Attacks planted and found"))
	missed := 0
	names := make([]string, 0, len(planted))
	for name := range planted {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		printf("  %-24s %d of %d", name, found[name], planted[name])
		missed += planted[name] - found[name]
	}
	if missed > 0 {
		return fmt.Errorf("%d planted attacks were not found", missed)
	}
	return nil
}
