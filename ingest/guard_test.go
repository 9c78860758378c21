package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// hideNames makes the finder leave every value that only its name gives away.
func hideNames(o *Options) {
	o.Credential.Exceptions = credential.Exceptions{
		Names: []string{"token", "access_token", "api_key", "auth_token", "refresh_token", "password"}, Paths: []string{"/"},
	}
}

// guardedProcessor finds little, so that the rest is left to the second check.
func guardedProcessor(t testing.TB, m *Metrics) *Processor {
	p := newTestProcessor(t, func(o *Options) { o.Metrics = m; hideNames(o) })
	p.guard = guard.New(guard.Options{})
	return p
}

// linesByLocation returns lines with the token in one field each.
func linesByLocation(token string) map[string]string {
	nginx := func(key, value string) string {
		return `{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request_uri":"/x","request_method":"GET","status":200,"` + key + `":"` + value + `"}`
	}
	return map[string]string{
		"target":     combined("/x?access_token=" + token + "&a=1"),
		"referer":    strings.Replace(combined("/"), `"-"`, `"https://a.example/?token=`+token+`"`, 1),
		"user_agent": strings.Replace(combined("/"), "curl/8.5.0", "app/1.0 (api_key="+token+")", 1),
		"user":       strings.Replace(combined("/"), "- - [", "- bob token="+token+" [", 1),
		"header":     nginx("http_access_token", token),
		"cookie":     nginx("http_cookie", "a=1; auth_token="+token),
		"query":      nginx("args", "a=1&token="+token),
		"text":       nginx("note", "the token="+token),
		"line":       "no log line, but token=" + token,
	}
}

// TestCatchIsMaskedCountedAndQuarantined plants a token in each location.
func TestCatchIsMaskedCountedAndQuarantined(t *testing.T) {
	for location := range linesByLocation("") {
		t.Run(location, func(t *testing.T) {
			m := NewMetrics(prometheus.NewRegistry())
			p := guardedProcessor(t, m)
			token := newSecret()
			line := linesByLocation(token)[location]
			out, res := p.processOne(line)
			if strings.Contains(out, token) || !strings.Contains(out, "REDACTED.guard") || res.Reason != ReasonGuard {
				t.Fatalf("reason %q: %s", res.Reason, strings.ReplaceAll(out, token, "TOKEN"))
			}
			if record := string(p.AppendRecord(nil, 1, res)); strings.Contains(record, token) || !json.Valid([]byte(record)) {
				t.Errorf("the record shows it: %s", strings.ReplaceAll(record, token, "TOKEN"))
			}
			for i := range res.Events {
				if text := fmt.Sprintf("%+v", res.Events[i]); strings.Contains(text, token) {
					t.Errorf("an event shows it: %s", strings.ReplaceAll(text, token, "TOKEN"))
				}
			}
			var batch *tokenwarden.Batch
			w := NewWorker(p, 4, func(_ context.Context, b *tokenwarden.Batch) error { batch = b; return nil })
			if _, err := w.Start(context.Background(), kafka.Assignment{Topic: "in"}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Handle(context.Background(), []kafka.Message{{Value: []byte(line), Time: testTime}}); err != nil {
				t.Fatal(err)
			}
			if got := guardCount(m, location); got != 2 {
				t.Errorf("location %s was counted %v times, want 2: %v", location, got, p.counts.guard)
			}
			if n := len(batch.Quarantine); n != 1 || !strings.Contains(string(batch.Quarantine[0].Value), `"reason":"guard"`) {
				t.Errorf("%d quarantine records", n)
			}
			for _, usages := range batch.Usages {
				for _, u := range usages {
					if strings.Contains(string(u.Value), token) {
						t.Error("a usage shows it")
					}
				}
			}
			if text := string(batch.Redacted[0].Value) + string(batch.Quarantine[0].Value); strings.Contains(text, token) {
				t.Error("the batch shows it")
			}
		})
	}
}

// guardCount returns the metric of a location, for any reason.
func guardCount(m *Metrics, location string) (sum float64) {
	for _, reason := range []string{"the value of a sensitive name", "a bearer token", "a provider's token"} {
		sum += testutil.ToFloat64(m.guard.WithLabelValues(reason, location))
	}
	return sum
}

// TestCaughtBesideAFinding: a catch has its exact position also behind placeholders, which are longer than the tokens.
func TestCaughtBesideAFinding(t *testing.T) {
	p := newTestProcessor(t, func(o *Options) { o.Credential.Exceptions.Names = []string{"refresh_token"} })
	p.guard = guard.New(guard.Options{})
	token, other := newSecret(), newSecret()
	out, res := p.processOne(combined("/x?access_token=" + token + "&refresh_token=" + other + "&id_token=" + token))
	if len(res.Events) == 0 || strings.Contains(out, other) || strings.Contains(out, token) {
		t.Fatalf("%d events: %s", len(res.Events), out)
	}
	e := res.Events[0]
	placeholder := "REDACTED." + e.TokenKind + "." + e.Fingerprint.String()[:16]
	want := "/x?access_token=" + placeholder + "&refresh_token=REDACTED.guard&id_token=" + placeholder
	if e.Target != want || !strings.Contains(out, want) {
		t.Errorf("event has %s\nline is %s\nwant %s", e.Target, out, want)
	}
}

// TestCaughtAtTheEnds masks spans that overlap, at the start and at the end.
func TestCaughtAtTheEnds(t *testing.T) {
	spans := joinSpans([]guard.Span{{Start: 6, End: 8}, {Start: 0, End: 2}, {Start: 1, End: 4}})
	masked, _ := maskSpans([]byte("xx01234567"), 2, spans)
	if got := string(masked); got != "xxREDACTED.guard45REDACTED.guard" {
		t.Errorf("got %s", got)
	}
}

// TestCleanKnowsTheConfiguration: the names and patterns of the configuration hold for a message's key too.
func TestCleanKnowsTheConfiguration(t *testing.T) {
	own := func(o *Options) {
		o.Credential.Names = []string{"my_ref"}
		o.Credential.Patterns = []credential.Pattern{{Kind: "acme", Regexp: `acme-[0-9a-f]{8}`}}
	}
	token := newSecret()
	for _, key := range []string{"my_ref=" + token, "k acme-" + token[:8]} {
		t.Run(key[:2], func(t *testing.T) {
			if got := newTestProcessor(t, nil).Clean([]byte(key)); string(got) != key {
				t.Error("masked without the configuration")
			}
			if got := string(newTestProcessor(t, own).Clean([]byte(key))); strings.Contains(got, token[:8]) || !strings.Contains(got, placeholder) {
				t.Error("passes")
			}
		})
	}
}

// TestPatternsLeaveWhatIsNoField has a pattern that also matches a time and a size.
func TestPatternsLeaveWhatIsNoField(t *testing.T) {
	p := newTestProcessor(t, func(o *Options) {
		o.Credential.Patterns = []credential.Pattern{{Kind: "id", Regexp: `[0-9]{4}`}}
	})
	out, res := p.processOne(strings.Replace(combined("/x/4711"), " 512 ", " 5120 ", 1))
	if !strings.Contains(out, "05/Jan/2026") || !strings.Contains(out, " 5120 ") || !strings.Contains(out, "/x/REDACTED.id.") || res.Reason != "" {
		t.Errorf("reason %q: %s", res.Reason, out)
	}
}

// TestPolicyKeepsWhatItKeepsAndNothingElse: a finding that the policy keeps passes the second check at its position; a
// credential beside it that the finder has missed does not.
func TestPolicyKeepsWhatItKeepsAndNothingElse(t *testing.T) {
	p := newTestProcessor(t, func(o *Options) {
		o.Credential.Policy.LeastIn = map[tokenwarden.Location]tokenwarden.Confidence{
			tokenwarden.LocationPath: tokenwarden.ConfidenceHigh, tokenwarden.LocationQuery: tokenwarden.ConfidenceHigh + 1,
		}
		o.Credential.Exceptions.Names = []string{"refresh_token"}
	})
	kept, also, missed := newSecret(), newSecret(), newSecret()
	line := combined("/reset/" + kept + "?access_token=" + also)
	if out, res := p.processOne(line); out != line || res.Reason != "" {
		t.Errorf("reason %q: %s", res.Reason, out)
	}
	p.guard = guard.New(guard.Options{})
	out, res := p.processOne(combined("/reset/" + kept + "?access_token=" + also + "&refresh_token=" + missed))
	if !strings.Contains(out, kept) || !strings.Contains(out, also) || strings.Contains(out, missed) || res.Reason != ReasonGuard {
		t.Errorf("reason %q: %s", res.Reason, strings.ReplaceAll(out, missed, "MISSED"))
	}
}

// TestPositionsBehindANumber: the placeholder of a JSON number is in quotes, which move the positions behind it.
func TestPositionsBehindANumber(t *testing.T) {
	line := []byte(`{"token":12345678901,"a":"bc"}`)
	for bare := range uint8(5) {
		t.Run(fmt.Sprintf("bare %d", bare), func(t *testing.T) {
			r := redaction{text: line, findings: []credential.Finding{{Start: 9, End: 20, Kind: "token", Bare: bare}}}
			out := credential.AppendRedacted(nil, line, r.findings)
			r.locate(nil)
			for back := 1; back <= len(line)-20; back++ {
				if at := r.byFinder.original(len(out)-back, false); at != len(line)-back {
					t.Errorf("bare %d: byte %d of the redacted line comes from %d, want %d", bare, len(out)-back, at, len(line)-back)
				}
			}
		})
	}
}
