package ingest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// carriers are lines of every format, by the format's name; "" is for those that are told by themselves.
func carriers(t testing.TB) map[string][]string {
	text, err := os.ReadFile("accesslog/testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for entry := range strings.SplitSeq(string(text), "\n") {
		if name, line, ok := strings.Cut(entry, "|"); ok && !strings.HasPrefix(entry, "# ") {
			out[name] = append(out[name], line)
		}
	}
	out["w3c"] = []string{
		"#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(Referer) cs(Cookie)",
		"2026-01-05 08:59:58 192.0.2.7 GET /v1 a=1 200 https://r.example/ sid=x",
	}
	out["cloudfront"] = []string{
		"#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie)",
		"2026-01-05\t08:59:58\tFRA2\t512\t192.0.2.7\tGET\td1.example\t/v1\t200\thttps://r.example/\tcurl/8\ta=1\t-",
	}
	return out
}

// countedCanaries are the outcomes since the last Flush.
func countedCanaries(p *Processor) (found, guard, missed int) {
	c := p.counts.canaries
	return c[canaryFound], c[canaryGuard], c[canaryMissed]
}

// TestCanariesAreFoundInEveryFormat sends 10,000 of them through all formats and envelopes, in every place and encoding.
func TestCanariesAreFoundInEveryFormat(t *testing.T) {
	all := carriers(t)
	seen, flown := map[string]int{}, 0
	for round := 0; flown < 10_000; round++ {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			format := name
			if name == "" || round%2 == 1 {
				format = "auto"
			}
			var log bytes.Buffer
			p := newTestProcessor(t, func(o *Options) {
				o.Format, o.Canary = format, Canary{Every: 1, Log: slog.New(slog.NewTextHandler(&log, nil))}
			})
			for _, line := range all[name] {
				for range 4 {
					p.canary.wait = 1
					_, res := p.one(line)
					if res.Reason == ReasonGuard {
						t.Fatalf("%s: the carrier is caught", line)
					}
					if len(p.canary.line) == 0 {
						t.Fatalf("%s carries nothing", line)
					}
				}
			}
			found, guard, missed := countedCanaries(p)
			seen[name] += found
			flown += found + guard + missed
			if guard > 0 || missed > 0 {
				t.Errorf("%s: %d found, %d caught, %d missed: %s", name, found, guard, missed, log.String())
			}
		}
	}
	t.Logf("%d canaries: %v", flown, seen)
}

// TestCanaryTestsWhatItSays draws until every place, kind, encoding and field has come.
func TestCanaryTestsWhatItSays(t *testing.T) {
	p := newTestProcessor(t, func(o *Options) { o.Canary.Every = 1 })
	drawn := map[string]bool{}
	for _, lines := range carriers(t) {
		for _, line := range lines {
			for range 60 {
				if reason, err := p.find([]byte(line)); reason == "" && err == nil {
					x := p.canary.perch(&p.rec)
					if !x.stands(p.canary.line) {
						t.Fatalf("%s %s %s: the canary is not in its line", x.name, x.kind, x.encoding)
					}
					drawn["place "+x.name], drawn["kind "+x.kind], drawn["encoding "+x.encoding], drawn["field "+x.field] = true, true, true, true
				}
			}
		}
	}
	for _, want := range []string{
		"place query", "place query_camel", "place nested", "place json", "place base64_json", "place query_any", "place path", "place webhook",
		"place segment", "place matrix", "place userinfo", "place fragment", "place cookie", "place bearer", "place value", "kind jwt", "kind gitlab_pat",
		"kind stripe_key", "kind slack_token", "kind aws_access_key_id", "kind hex", "kind alphanumeric", "kind base64url", "encoding raw", "encoding percent",
		"encoding percent_twice", "encoding base64", "field target", "field path", "field query", "field url", "field referer", "field header", "field cookie",
		"field user_agent", "field user", "field text",
	} {
		if !drawn[want] {
			t.Errorf("%s was never drawn", want)
		}
	}
}

// TestCanarySeesABlindFinder makes the finder leave what the canaries carry, with and without the second check.
func TestCanarySeesABlindFinder(t *testing.T) {
	var log bytes.Buffer
	m := NewMetrics(prometheus.NewRegistry())
	watched := func(o *Options) {
		o.Metrics, o.Canary = m, Canary{Every: 1, Log: slog.New(slog.NewTextHandler(&log, nil))}
	}
	if !math.IsNaN(testutil.ToFloat64(m.canaryRatio)) {
		t.Error("there is a ratio before the first canary")
	}
	p := newTestProcessor(t, func(o *Options) { watched(o); blind(o) })
	p.guard = guard.New(guard.Options{})
	for range 500 {
		p.one(combined("/x?a=1"))
	}
	found, guard, missed := countedCanaries(p)
	if guard == 0 || found+guard+missed != 500 {
		t.Errorf("with the second check: %d found, %d caught, %d missed", found, guard, missed)
	}
	p.Flush()
	off := newTestProcessor(t, func(o *Options) { watched(o); o.Credential.Policy.Least = tokenwarden.ConfidenceHigh + 1 })
	off.guard = nil
	start := log.Len()
	for i := range 500 {
		off.Process(nil, []byte(combined("/x?a=1")), tokenwarden.Source{}, testTime.Add(time.Duration(i)*time.Second), time.Time{})
	}
	if _, _, n := countedCanaries(off); n != 500 {
		t.Errorf("without the second check %d of 500 are missed", n)
	}
	off.Flush()
	total := float64(missed+500) / 1000
	if got := testutil.ToFloat64(m.canaryRatio); math.Abs(got-total) > 1e-9 || testutil.ToFloat64(m.canaries.WithLabelValues("guard")) != float64(guard) {
		t.Errorf("the ratio is %v, want %v", got, total)
	}
	lines := strings.Count(log.String()[start:], "a canary came out")
	if lines < 8 || lines > 9 { // 500 seconds
		t.Errorf("%d misses were logged in 500 seconds", lines)
	}
	if bytes.Contains(log.Bytes(), off.canary.line[60:100]) {
		t.Error("the log shows the line")
	}
	for _, want := range []string{"place=", "kind=", "encoding=", "field=", "format=combined"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s", want)
		}
	}
}

// TestCanarySeesAnException leaves one name in the configuration: its canaries come out, the others do not.
func TestCanarySeesAnException(t *testing.T) {
	p := newTestProcessor(t, func(o *Options) {
		o.Canary.Every, o.Credential.Exceptions.Names = 1, []string{"access_token"}
	})
	for range 2000 {
		p.one(combined("/x?a=1"))
	}
	found, _, missed := countedCanaries(p)
	if missed == 0 || missed > 600 || found < 1400 {
		t.Errorf("%d found, %d missed", found, missed)
	}
}

// TestCanariesLeaveNoTrace compares all that a batch holds with and without them.
func TestCanariesLeaveNoTrace(t *testing.T) {
	key := newTestKey(t)
	var lines []kafka.Message
	for _, list := range carriers(t) {
		for _, line := range list {
			lines = append(lines, kafka.Message{Value: []byte(strings.ReplaceAll(line, "token=T", "token="+secret())), Time: testTime, Offset: int64(len(lines))})
		}
	}
	batch := func(every int) (string, *Processor) {
		p := newTestProcessor(t, func(o *Options) { o.Canary.Every, o.Credential.Keys = every, []credential.Key{key} })
		var out strings.Builder
		w := NewWorker(p, 4, func(_ context.Context, b *tokenwarden.Batch) error {
			for i := range b.Redacted {
				fmt.Fprintf(&out, "%s %s %s\n", b.Redacted[i].Key, b.Redacted[i].Value, b.Redacted[i].Headers)
			}
			for _, u := range b.Usages {
				for i := range u {
					fmt.Fprintf(&out, "%x\n", u[i].Value)
				}
			}
			fmt.Fprintf(&out, "%d quarantined\n", len(b.Quarantine))
			return nil
		})
		if _, err := w.Start(context.Background(), kafka.Assignment{Topic: "in"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Handle(context.Background(), lines); err != nil {
			t.Fatal(err)
		}
		return out.String(), p
	}
	want, _ := batch(0)
	got, p := batch(1)
	if got != want {
		t.Error("canaries change what leaves")
	}
	if len(p.canary.line) == 0 {
		t.Error("no canary flew")
	}
}

func newTestKey(t testing.TB) (key credential.Key) {
	newTestProcessor(t, func(o *Options) { key = o.Credential.Keys[0] })
	return key
}

// TestNoAllocationBetweenCanaries: an ordinary line costs no memory, whether they are on or off.
func TestNoAllocationBetweenCanaries(t *testing.T) {
	line := []byte(combined("/catalog/items/17?page=2"))
	for _, every := range []int{0, 1 << 30} {
		p := newTestProcessor(t, func(o *Options) { o.Canary.Every = every })
		var out []byte
		out, _ = p.Process(out[:0], line, tokenwarden.Source{}, testTime, testTime)
		if n := testing.AllocsPerRun(100, func() { out, _ = p.Process(out[:0], line, tokenwarden.Source{}, testTime, testTime) }); n > 0 {
			t.Errorf("every %d: %v allocations", every, n)
		}
	}
}
