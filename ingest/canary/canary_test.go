package canary

import (
	"bytes"
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

var testTime = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

const combinedLine = `192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET /x?a=1 HTTP/1.1" 200 512 "-" "curl/8.5.0"`

func newProcessor(t testing.TB, change func(*ingest.Options)) *ingest.Processor {
	t.Helper()
	key, _, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o := ingest.Options{Format: "auto", Credential: credential.Options{Keys: []secret.Key{key}}}
	if change != nil {
		change(&o)
	}
	p, err := ingest.NewProcessor(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// observe processes a line and shows it to the Prober.
func observe(p *Prober, line string) ingest.Result {
	_, res := p.processor.Process(nil, ingest.Line{Text: []byte(line), Now: testTime})
	p.Observe([]byte(line), res, testTime)
	return res
}

// linesByFormat returns lines of every format; those under "" are recognised without a setting.
func linesByFormat(t testing.TB) map[string][]string {
	text, err := os.ReadFile("../accesslog/testdata/lines.txt")
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

// TestFoundInEveryFormat sends 10,000 canaries through all formats and envelopes, at every placement and in every encoding.
func TestFoundInEveryFormat(t *testing.T) {
	all := linesByFormat(t)
	foundIn, sent := map[string]int{}, 0
	for round := 0; sent < 10_000; round++ {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			format := name
			if name == "" || round%2 == 1 {
				format = "auto"
			}
			var log bytes.Buffer
			p := New(newProcessor(t, func(o *ingest.Options) { o.Format = format }), Options{Every: 1, Log: slog.New(slog.NewTextHandler(&log, nil))})
			for _, line := range all[name] {
				for range 4 {
					p.line = p.line[:0]
					if res := observe(p, line); res.Reason == ingest.ReasonGuard {
						t.Fatalf("%s: the line itself is caught", line)
					}
					if len(p.line) == 0 {
						t.Fatalf("%s: nothing was planted", line)
					}
				}
			}
			found, guard, missed := p.Counts()
			foundIn[name] += found
			sent += found + guard + missed
			if guard > 0 || missed > 0 {
				t.Errorf("%s: %d found, %d caught, %d missed: %s", name, found, guard, missed, log.String())
			}
		}
	}
	t.Logf("%d canaries: %v", sent, foundIn)
}

// TestEveryChoiceIsDrawn plants until every placement, kind, encoding and field was used.
func TestEveryChoiceIsDrawn(t *testing.T) {
	p := New(newProcessor(t, nil), Options{Every: 1})
	drawn := map[string]bool{}
	for _, lines := range linesByFormat(t) {
		for _, line := range lines {
			for range 60 {
				_, res := p.processor.Redact(nil, []byte(line))
				if res.Reason != "" || res.Err != nil {
					continue
				}
				x := p.plant([]byte(line), errors.Is(res.Err, accesslog.ErrFormat))
				if !x.leakedIn(p.line) {
					t.Fatalf("%s %s %s: the token is not in its line", x.placement.name, x.kind, x.encoding)
				}
				for _, choice := range []string{"placement " + x.placement.name, "kind " + x.kind, "encoding " + x.encoding, "field " + x.field} {
					drawn[choice] = true
				}
			}
		}
	}
	for what, names := range map[string]string{
		"placement": "query query_camel nested json base64_json query_any path webhook segment matrix userinfo fragment cookie bearer value",
		"kind":      "jwt gitlab_pat stripe_key slack_token aws_access_key_id hex alphanumeric base64url",
		"encoding":  "raw percent percent_twice base64",
		"field":     "target path query url referer header cookie user_agent user text",
	} {
		for name := range strings.FieldsSeq(names) {
			t.Run(what+" "+name, func(t *testing.T) {
				if !drawn[what+" "+name] {
					t.Error("was never drawn")
				}
			})
		}
	}
}

// TestExceptionIsMissed leaves one name in the configuration: its canaries come out, the others do not.
func TestExceptionIsMissed(t *testing.T) {
	p := New(newProcessor(t, func(o *ingest.Options) { o.Credential.Exceptions.Names = []string{"access_token"} }), Options{Every: 1})
	for range 2000 {
		observe(p, combinedLine)
	}
	found, _, missed := p.Counts()
	if missed == 0 || missed > 600 || found < 1400 {
		t.Errorf("%d found, %d missed", found, missed)
	}
}

// TestLogShowsNoToken has a policy that leaves everything in the line.
func TestLogShowsNoToken(t *testing.T) {
	var log bytes.Buffer
	for range 100 {
		p := New(newProcessor(t, func(o *ingest.Options) { o.Credential.Policy.Least = tokenwarden.ConfidenceHigh + 1 }),
			Options{Every: 1, Log: slog.New(slog.NewTextHandler(&log, nil))})
		observe(p, combinedLine)
		if _, _, missed := p.Counts(); missed != 1 || log.Len() == 0 {
			t.Fatalf("%d missed, %d bytes logged", missed, log.Len())
		}
		if bytes.Contains(log.Bytes(), p.line[60:100]) {
			t.Error("the log shows the line")
		}
	}
}

// TestCountdown checks which lines count, and that a line in which nothing can be planted leaves it to the next.
func TestCountdown(t *testing.T) {
	for _, tc := range []struct {
		name  string
		every int
		lines []string
		want  int
	}{
		{"off", 0, []string{combinedLine, combinedLine}, 0},
		{"each", 1, []string{combinedLine, combinedLine}, 2},
		{"every third", 3, []string{combinedLine, combinedLine, combinedLine, combinedLine, combinedLine}, 1},
		{"empty lines do not count", 2, []string{combinedLine, "", "\n", combinedLine}, 1},
		{"too long lines do not count", 2, []string{combinedLine, strings.Repeat("x", 1<<20+1)}, 0},
		{"binary lines wait for the next", 2, []string{combinedLine, "\x00\x01", "\x00", combinedLine}, 1},
		{"no format", 1, []string{"panic: something"}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := New(newProcessor(t, nil), Options{Every: tc.every})
			for _, line := range tc.lines {
				observe(p, line)
			}
			if found, guard, missed := p.Counts(); found != tc.want || guard+missed > 0 {
				t.Errorf("%d found, %d caught, %d missed, want %d found", found, guard, missed, tc.want)
			}
		})
	}
}

// TestNoAllocationBetweenCanaries: an ordinary line costs no memory, whether canaries are on or off.
func TestNoAllocationBetweenCanaries(t *testing.T) {
	for name, every := range map[string]int{"off": 0, "on": 1 << 30} {
		t.Run(name, func(t *testing.T) {
			p := New(newProcessor(t, nil), Options{Every: every})
			line, out := []byte(combinedLine), []byte(nil)
			process := func() {
				var res ingest.Result
				out, res = p.processor.Process(out[:0], ingest.Line{Text: line, Now: testTime, Arrived: testTime})
				p.Observe(line, res, testTime)
			}
			process()
			if n := testing.AllocsPerRun(100, process); n > 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}
