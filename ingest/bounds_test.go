package ingest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// TestEventsOfALineAreBounded: the rest is masked and counted, and no location hides another.
func TestEventsOfALineAreBounded(t *testing.T) {
	m := NewMetrics(prometheus.NewRegistry())
	p := newTestProcessor(t, func(o *Options) { o.Metrics = m })
	cookie := newSecret()
	line := `{"time":"2026-01-05T08:59:58Z","remote_addr":"203.0.113.5","request":"GET /x?` + manyTokens(500) + ` HTTP/1.1","status":200,"http_cookie":"sid=` + cookie + `"}`
	out, res := p.processOne(line)
	if len(res.Events) != maxEvents || strings.Contains(out, cookie) || strings.Count(out, placeholder) != 501 {
		t.Fatalf("%d events, %d placeholders", len(res.Events), strings.Count(out, placeholder))
	}
	if e := res.Events[maxEvents-1]; e.Location != tokenwarden.LocationCookie {
		t.Errorf("the last event is of the %s, want the cookie", e.Location)
	}
	p.Flush()
	if got := testutil.ToFloat64(m.cut.WithLabelValues("events")); got != 501-maxEvents {
		t.Errorf("%v events were counted as cut, want %d", got, 501-maxEvents)
	}
}

// TestRepeatsMakeNoEvents: many copies of few credentials are few events, and none is counted as cut.
func TestRepeatsMakeNoEvents(t *testing.T) {
	p := newTestProcessor(t, nil)
	pairs := manyTokens(10)
	_, res := p.processOne(combined("/x?" + strings.Repeat(pairs+"&", 50)))
	if len(res.Events) != 10 || p.counts.cut[cutEvents] != 0 {
		t.Errorf("%d events, %d cut", len(res.Events), p.counts.cut[cutEvents])
	}
}

// TestTextOfEventsIsBounded has every text of an event too long, with characters of three bytes.
func TestTextOfEventsIsBounded(t *testing.T) {
	p := newTestProcessor(t, nil)
	long := strings.Repeat("€ab ", 5000)
	word := strings.Repeat("ab", 5000)
	line := `{"time":"2026-01-05T08:59:58Z","remote_addr":"203.0.113.5","request_method":"` + word + `","request_uri":"/` + word + `?` + word + `_token=` + newSecret() + `","status":200,` +
		`"http_user_agent":"` + long + `","http_host":"` + word + `","remote_user":"` + long + `","ssl_protocol":"` + word + `","http_authorization":"Bearer ` + newPlanted()[3].text + `"}`
	_, res := p.processOne(line)
	if len(res.Events) == 0 {
		t.Fatalf("no events: %v", res.Err)
	}
	for i := range res.Events {
		e := &res.Events[i]
		for _, c := range []struct {
			name, text string
			bound      int
		}{
			{"method", e.Method, maxMethod}, {"host", e.Host, maxHost}, {"user agent", e.UserAgent, maxUserAgent}, {"client", e.Client, maxFamily},
			{"owner", e.Owner, maxOwner}, {"TLS", e.TLSProtocol, maxTLSName}, {"param", e.Param, maxParam}, {"target", e.Target, tokenwarden.MaxTarget},
			{"issuer", e.Claims.Issuer, maxClaim}, {"endpoint", e.Endpoint, maxEndpoint + len(endpointRest)},
		} {
			if len(c.text) > c.bound || !utf8.ValidString(c.text) {
				t.Errorf("%s has %d bytes, bound %d", c.name, len(c.text), c.bound)
			}
		}
		if len(e.Scopes) > maxScopes || len(e.Claims.AMR) > maxAMR {
			t.Errorf("%d scopes, %d amr", len(e.Scopes), len(e.Claims.AMR))
		}
	}
	if p.counts.cut[cutText] == 0 {
		t.Error("nothing is counted as cut")
	}
}

// TestUsagesOfAMessageFitIntoARecord sends messages of many lines with many credentials: no usage record is larger than
// its bound, and what is dropped is counted and logged without content.
func TestUsagesOfAMessageFitIntoARecord(t *testing.T) {
	m := NewMetrics(prometheus.NewRegistry())
	p := newTestProcessor(t, func(o *Options) { o.Metrics = m })
	records, batches := 0, 0
	w := NewWorker(p, 2, func(_ context.Context, b *tokenwarden.Batch) error {
		batches++
		for _, usages := range b.Usages {
			for _, u := range usages {
				if records++; len(u.Value) > maxUsage {
					t.Errorf("a record of %d bytes", len(u.Value))
				}
			}
		}
		if len(b.Quarantine) > maxQuarantine*len(b.Redacted) {
			t.Errorf("%d quarantine records", len(b.Quarantine))
		}
		return nil
	})
	if _, err := w.Start(context.Background(), kafka.Assignment{Topic: "in"}); err != nil {
		t.Fatal(err)
	}
	big := strings.Repeat(combined("/x?"+manyTokens(60))+"\n", 80)
	small := combined("/x?" + manyTokens(3))
	var ms []kafka.Message
	for i := range 40 {
		text := small
		if i%4 == 0 {
			text = big + strings.Repeat("no line\n", 500)
		}
		ms = append(ms, kafka.Message{Value: []byte(text), Time: testTime, Offset: int64(i)})
	}
	next, err := w.Handle(context.Background(), ms)
	if err != nil || next != 40 {
		t.Fatalf("next offset %d, %v", next, err)
	}
	if records == 0 || testutil.ToFloat64(m.cut.WithLabelValues("usages")) == 0 || testutil.ToFloat64(m.cut.WithLabelValues("quarantine")) == 0 {
		t.Errorf("%d records in %d batches: the test does not reach the bound", records, batches)
	}
}

// TestManyFindingsTakeLinearTime wants sixteen times the credentials to take far less than 256 times the CPU time.
func TestManyFindingsTakeLinearTime(t *testing.T) {
	p := newTestProcessor(t, func(o *Options) { o.Credential.Policy.Least = tokenwarden.ConfidenceHigh + 1 }) // each is checked as kept
	best := func(n int) time.Duration {
		line := combined("/x?" + manyTokens(n))
		least := time.Hour
		for range 5 {
			start := cpuTime(t)
			p.processOne(line)
			least = min(least, cpuTime(t)-start)
		}
		return least
	}
	const enough = 20 * time.Millisecond // less says nothing
	if small, big := best(1000), best(16000); big > enough && big > 80*max(small, time.Millisecond/2) {
		t.Errorf("1,000 tokens took %v, 16,000 took %v", small, big)
	}
}

// cpuTime returns the time that the process has computed, which depends little on what else the machine does.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestMessageLines(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        []string
	}{
		{"one line", "a\n", []string{"a\n"}},
		{"lines", "a\n\nb", []string{"a\n", "\n", "b"}},
		{"NDJSON", "{\"a\":1}\n{\"b\":2}\n", []string{"{\"a\":1}\n", "{\"b\":2}\n"}},
		{"pretty-printed", "{\n \"a\":\n  1\n}\n", []string{"{\n \"a\":\n  1\n}\n"}},
		{"two pretty-printed", "{\n\"a\":1}\n{\n\"b\":2\n}\nc", []string{"{\n\"a\":1}\n", "{\n\"b\":2\n}\n", "c"}},
		{"one behind the other", "{\"a\":1}{\n\"b\":2\n}\n{\n}{}{\n}\nc", []string{"{\"a\":1}{\n\"b\":2\n}\n", "{\n}{}{\n}\n", "c"}},
		{"an array", "[\n{\"a\":\"]\\\"}\"},\n{}]", []string{"[\n{\"a\":\"]\\\"}\"},\n{}]"}},
		{"cut off", "{\"a\":\n{\"b\":\n", []string{"{\"a\":\n{\"b\":\n"}},
		{"cut off in a string", "{\"a\":\n\"b", []string{"{\"a\":\n\"b"}},
		{"a string ends with the line", "{\"a\":\"b\n{\"c\":1}\n", []string{"{\"a\":\"b\n", "{\"c\":1}\n"}},
		{"a time in brackets", "[2026-01-05] {\nb", []string{"[2026-01-05] {\n", "b"}},
		{"CRLF", "{\r\n\"a\": true\r\n}\r\nb", []string{"{\r\n\"a\": true\r\n}\r\n", "b"}},
		{"no JSON", "{ x\n}\n", []string{"{ x\n", "}\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := []string{}
			for line := range Lines([]byte(c.value)) {
				got = append(got, string(line))
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestJSONOverLinesIsRedactedInPlace: only the secrets change.
func TestJSONOverLinesIsRedactedInPlace(t *testing.T) {
	token, otp := newSecret(), "482913"
	value := "{\n  \"note\" :  \"x\",\n\t\"password\":\n     \"" + token + "\",\n  \"otp\":\n   \"" + otp + "\"\n}\n\n"
	out, _ := outputsOf(t, newTestProcessor(t, nil), prometheus.NewRegistry(), kafka.Message{Value: []byte(value)})
	head, tail, _ := strings.Cut(value, token)
	tail, end, _ := strings.Cut(tail, otp)
	if strings.Contains(out, token) || strings.Contains(out, otp) || !strings.HasPrefix(out, head) || !strings.Contains(out, tail) || !strings.HasSuffix(out, end) {
		t.Errorf("got %q", strings.ReplaceAll(out, token, "TOKEN"))
	}
}

// TestMessageHeaders: ordinary keys and headers stay as they are, also where they are binary.
func TestMessageHeaders(t *testing.T) {
	p := newTestProcessor(t, nil)
	for _, h := range [][2]string{
		{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}, {"content-type", "application/json"}, {"host", "web-1"},
		{"id", "0b0f3a52-63a0-4b5c-9d63-2f6a4c3f2d11"}, {"position", "\x00\x00\x01\x02\x03\x04\x05\x06"}, {"__connect.errors.topic", "orders"}, {"", "x"}, {"empty", ""},
	} {
		t.Run(h[0], func(t *testing.T) {
			for range 2 {
				got := p.CleanHeader(tokenwarden.Header{Key: h[0], Value: []byte(h[1])})
				if got.Key != h[0] || string(got.Value) != h[1] {
					t.Errorf("became %q: %q", got.Key, got.Value)
				}
			}
		})
	}
	for _, key := range []string{"web-1", "host-17.example", "\x00\x00\x00\x2a", "0b0f3a52-63a0-4b5c-9d63-2f6a4c3f2d11", "user 7"} {
		t.Run(fmt.Sprintf("key/%q", key), func(t *testing.T) {
			if got := p.Clean([]byte(key)); string(got) != key {
				t.Errorf("became %q", got)
			}
		})
	}
	token := newSecret()
	if got := p.Clean([]byte("\x00\x00\x00\x00\x07" + token)); string(got) != "REDACTED.unsearched.0000000000000000" {
		t.Errorf("a binary key became %q", got)
	}
	if got := p.Clean([]byte("sid=" + token)); !bytes.HasPrefix(got, []byte("sid=REDACTED.")) || bytes.Contains(got, []byte(token)) {
		t.Errorf("a session in a key became %q", got)
	}
}

// TestEditsMapBack replaces stretches of a text and maps each offset back.
func TestEditsMapBack(t *testing.T) {
	e := edits{}.add(2, 4, 5).add(4, 5, 0).add(8, 10, 1) // 0123456789ab becomes 01XXXXX567Xab; what was deleted is before the 5
	for at, want := range []int{0, 1, 2, 2, 2, 2, 2, 4, 6, 7, 8, 10, 11} {
		t.Run(fmt.Sprintf("start/%d", at), func(t *testing.T) {
			if got := e.original(at, false); got != want {
				t.Errorf("maps to %d, want %d", got, want)
			}
		})
	}
	for at, want := range map[int]int{1: 1, 3: 4, 8: 6, 10: 8, 11: 10, 12: 11} {
		t.Run(fmt.Sprintf("end/%d", at), func(t *testing.T) {
			if got := e.original(at, true); got != want {
				t.Errorf("maps to %d, want %d", got, want)
			}
		})
	}
}

// TestEventsHoldNoControlCharacters: alerts, their SQL and terminals show the text of events.
func TestEventsHoldNoControlCharacters(t *testing.T) {
	p := newTestProcessor(t, nil)
	line := `192.0.2.7 - a\x07b [05/Jan/2026:08:59:58 +0000] "GET /a\x1B[2J\x0Aforged?access_token=` + newSecret() + ` HTTP/1.1" 200 5 "-" "c\x9b\xc2\x9b\t\x7f"`
	_, res := p.processOne(line)
	if len(res.Events) != 1 {
		t.Fatalf("%d events", len(res.Events))
	}
	e := &res.Events[0]
	if e.Owner != `a\x07b` || !strings.HasPrefix(e.Target, `/a\x1b[2J\x0aforged?`) || e.Endpoint != `/a\x1b[2J\x0aforged` || !strings.Contains(e.UserAgent, `\xc2\x9b\x09\x7f`) {
		t.Errorf("owner %q, target %q, endpoint %q, user agent %q", e.Owner, e.Target, e.Endpoint, e.UserAgent)
	}
}
