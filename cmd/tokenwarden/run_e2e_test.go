package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
)

func e2eTraffic(seed uint64) simulate.Options {
	return simulate.Options{
		Seed: seed, Start: time.Now().Add(-time.Hour).Truncate(time.Second), Duration: 20 * time.Minute, Rate: 15, Flat: true,
		Tokens: 200, TokenShare: 0.3, History: 24 * time.Hour, Instances: 2,
		Attacks: []string{"token-in-url", "token-over-plaintext", "expired-token-accepted", "token-burst", "impossible-travel", "new-country"},
	}
}

func (b *testEnv) waitForAll(tr *traffic) {
	b.t.Helper()
	eventually(b.t, "ClickHouse holds all requests", func() (bool, string) { // profiles are written last
		n := b.number("SELECT sum(requests) FROM v_token_profiles WHERE subject_kind = 'token'")
		return n >= tr.total, fmt.Sprintf("%d of %d", n, tr.total)
	})
}

func TestEndToEnd(t *testing.T) {
	b := newTestEnv(t, 3)
	tr := b.generate(e2eTraffic(1))
	b.createInput()
	b.send(tr.lines)
	p := b.start("--init")
	b.waitForAll(tr)
	p.stop(t)
	tr.check(b)
	if n := b.number("SELECT uniqExact(rule) FROM v_alerts"); n < 5 {
		t.Errorf("alerts of %d rules: %v", n, b.query("SELECT rule, count() FROM v_alerts GROUP BY rule"))
	}
	alerts := 0
	for _, ms := range b.read(b.config.Kafka.Topics.Alerts) {
		alerts += len(ms)
	}
	if n := b.number("SELECT count() FROM v_alerts"); alerts < n {
		t.Errorf("the alerts topic holds %d records for %d alerts", alerts, n)
	}
	b.checkNothingLeaks(tr, p.out.String())
}

// checkNothingLeaks searches all outputs of the process for every token in every encoding.
func (b *testEnv) checkNothingLeaks(tr *traffic, log string) {
	b.t.Helper()
	var input strings.Builder
	for _, line := range tr.lines {
		input.Write(line)
	}
	planted, _ := leaks(input.String(), tr.tokens)
	if planted < len(tr.tokens)/2 {
		b.t.Fatalf("the search finds %d of %d tokens in the input: it proves nothing", planted, len(tr.tokens))
	}
	outputs := map[string]string{"log": log}
	topics := b.config.Kafka.Topics
	for _, topic := range []string{topics.Redacted, topics.Quarantine, topics.Usage, topics.Alerts} {
		var all strings.Builder
		for _, ms := range b.read(topic) {
			for _, m := range ms {
				all.Write(m.Key)
				all.Write(m.Value)
				for _, h := range m.Headers {
					all.Write(h.Value)
				}
			}
		}
		outputs["topic "+topic] = all.String()
	}
	for _, table := range []string{"token_events", "token_usage_1m", "token_profiles", "alerts", "checkpoints"} {
		var all strings.Builder
		for _, row := range b.query("SELECT * FROM " + table) {
			all.WriteString(strings.Join(row, "\x00"))
		}
		outputs["table "+table] = all.String()
	}
	for where, text := range outputs {
		if n, example := leaks(text, tr.tokens); n > 0 {
			b.t.Errorf("%d tokens stand in %s: %s", n, where, example)
		}
	}
}

// A process that is killed several times at random moments loses nothing and counts nothing twice.
func TestKilledProcessLosesAndRepeatsNothing(t *testing.T) {
	b := newTestEnv(t, 3, "kafka.fetch_bytes=65536", "detect.checkpoint=100ms")
	tr := b.generate(e2eTraffic(2))
	b.createInput()
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	const kills = 5
	portion := len(tr.lines) / kills / b.partitions * b.partitions
	last := 0
	for i := range kills {
		b.send(tr.lines[i*portion : (i+1)*portion])
		p := b.start("--init")
		next := last + 1 + rng.IntN(tr.total/kills/2)
		eventually(t, "the process gets further", func() (bool, string) {
			n := b.number("SELECT sum(requests) FROM v_token_usage_1m")
			joined := strings.Contains(p.out.String(), "detect takes up") // a member killed while joining only delays the next
			return joined && n >= next, fmt.Sprintf("%d of %d, joined %v", n, next, joined)
		})
		<-time.After(time.Duration(rng.IntN(150)) * time.Millisecond) // anywhere between two checkpoints
		p.kill()
		last = max(last, b.number("SELECT sum(requests) FROM v_token_usage_1m"))
	}
	b.send(tr.lines[kills*portion:])
	p := b.start()
	b.waitForAll(tr)
	p.stop(t)
	tr.check(b)
}

// Two processes share the work, one is killed: the result is that of one process.
func TestKilledMemberIsTakenOver(t *testing.T) {
	b := newTestEnv(t, 4, "kafka.fetch_bytes=65536", "detect.checkpoint=100ms")
	tr := b.generate(e2eTraffic(3))
	b.createInput()
	first, second := b.start("--init"), b.start("--init")
	half := len(tr.lines) / 2 / b.partitions * b.partitions
	b.send(tr.lines[:half])
	eventually(t, "some is done", func() (bool, string) {
		n := b.number("SELECT sum(requests) FROM v_token_usage_1m")
		return n > tr.total/10, fmt.Sprint(n)
	})
	first.kill()
	b.send(tr.lines[half:])
	b.waitForAll(tr)
	second.stop(t)
	tr.check(b)
}

// Ingest and detect run in two processes.
func TestRolesApart(t *testing.T) {
	b := newTestEnv(t, 2, "key_files="+"/nowhere")
	tr := (&testEnv{t: t, config: withKey(b), partitions: 2}).generate(simulate.Options{Seed: 4, Start: time.Now().Add(-time.Hour), Lines: 4000, TokenShare: 0.3})
	b.createInput()
	b.send(tr.lines)
	detect := b.start("--role", "detect", "--init") // needs no key
	ingest := b.start("--role", "ingest", "--init", "--set", "key_files="+b.keyFile)
	b.waitForAll(tr)
	ingest.stop(t)
	detect.stop(t)
	tr.check(b)
}

func withKey(b *testEnv) *config.Config {
	c := *b.config
	c.KeyFiles = []string{b.keyFile}
	return &c
}

func TestRunSaysWhatIsMissing(t *testing.T) {
	b := newTestEnv(t, 2)
	p := b.start()
	select {
	case err := <-p.exited:
		if err == nil {
			t.Fatal("run went on without topics and tables")
		}
	case <-time.After(time.Minute):
		t.Fatal("run neither works nor ends")
	}
	text := p.out.String()
	for _, want := range []string{b.config.Kafka.Topics.Input[0], b.config.Kafka.Topics.Redacted, b.config.ClickHouse.Database, "--init"} {
		if !strings.Contains(text, want) {
			t.Errorf("the message does not name %s:\n%s", want, text)
		}
	}
}

func TestObservability(t *testing.T) {
	b := newTestEnv(t, 2, "http.listen=127.0.0.1:29471")
	tr := b.generate(simulate.Options{Seed: 5, Start: time.Now().Add(-time.Hour), Lines: 3000, TokenShare: 0.3, Bad: 0.02})
	b.createInput()
	b.send(tr.lines)
	p := b.start("--init")
	b.waitForAll(tr)
	get := func(path string) (int, string) {
		res, err := http.Get("http://127.0.0.1:29471" + path)
		if err != nil {
			return 0, err.Error()
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(body)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		t.Run(path, func(t *testing.T) {
			if code, body := get(path); code != http.StatusOK {
				t.Errorf("%s says %d %s", path, code, body)
			}
		})
	}
	_, metrics := get("/metrics")
	for _, want := range []string{
		"tokenwarden_ingest_lines_total 3000", "tokenwarden_ingest_bytes_total", `tokenwarden_ingest_findings_total{`,
		"tokenwarden_ingest_redactions_total", `tokenwarden_ingest_quarantined_total{reason=`, "tokenwarden_detect_late_total",
		"tokenwarden_ingest_canary_miss_ratio", "tokenwarden_kafka_lag_messages{", "tokenwarden_ingest_batch_seconds_count", "tokenwarden_detect_checkpoint_seconds_count",
		"tokenwarden_detect_profiles{", "tokenwarden_clickhouse_rows_total{", "tokenwarden_kafka_records_written_total{",
	} {
		t.Run(want, func(t *testing.T) {
			if !strings.Contains(metrics, want) {
				t.Errorf("/metrics lacks %s", want)
			}
		})
	}
	if n, example := leaks(metrics, tr.tokens); n > 0 {
		t.Errorf("%d tokens stand in /metrics: %s", n, example)
	}
	if strings.Contains(metrics, "guard_caught_total{") {
		t.Errorf("the second check caught something: %s", metrics[strings.Index(metrics, "tokenwarden_ingest_guard_caught_total{"):][:200])
	}
	p.stop(t)
}
