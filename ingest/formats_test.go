package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// streamLine returns a line of one of three formats with a token in it.
func streamLine(format, token string) string {
	switch format {
	case "combined":
		return combined("/v1?token=" + token)
	case "nginx_json":
		return `{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request":"GET /v1?token=` + token +
			` HTTP/1.1","status":"200","http_authorization":"Bearer ` + token + `"}`
	}
	return `192.0.2.7:41342 [05/Jan/2026:08:59:58.123] fe~ be/s1 0/0/1/11/12 200 512 - - ---- 1/1/0/0/0 0/0 {Bearer ` + token +
		`} "GET /v1?token=` + token + ` HTTP/1.1"`
}

// TestStreamChangesFormat sends a partition's lines through a worker while their format changes twice: no line is
// quarantined, no token leaves, and the metrics have the format and the changes.
func TestStreamChangesFormat(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := NewMetrics(reg)
	p := newTestProcessor(t, func(o *Options) { o.Metrics = m })
	var out bytes.Buffer
	w := NewWorker(p, 4, func(_ context.Context, b *tokenwarden.Batch) error {
		for i := range b.Redacted {
			fmt.Fprintf(&out, "%s\n", b.Redacted[i].Value)
		}
		for i := range b.Quarantine {
			t.Errorf("quarantined: %s", b.Quarantine[i].Value)
		}
		return nil
	})
	if _, err := w.Start(context.Background(), kafka.Assignment{Topic: "logs", Partition: 3}); err != nil {
		t.Fatal(err)
	}
	var tokens []string
	offset := int64(0)
	for _, format := range []string{"combined", "nginx_json", "haproxy"} {
		for range 5 {
			var ms []kafka.Message
			for range 50 {
				token := newSecret()
				tokens = append(tokens, token)
				ms = append(ms, kafka.Message{Offset: offset, Value: []byte(streamLine(format, token)), Time: testTime})
				offset++
			}
			if _, err := w.Handle(context.Background(), ms); err != nil {
				t.Fatal(err)
			}
		}
		if got := testutil.ToFloat64(m.format.WithLabelValues("logs", "3", format)); got != 1 {
			t.Errorf("the format's gauge is %v for %s", got, format)
		}
		if n := testutil.CollectAndCount(m.format); n != 1 {
			t.Errorf("the partition has %d formats", n)
		}
	}
	if got := testutil.ToFloat64(m.changes.WithLabelValues("logs", "3")); got != 2 {
		t.Errorf("%v changes of the format, want 2", got)
	}
	for _, token := range tokens {
		if bytes.Contains(out.Bytes(), []byte(token)) {
			t.Fatal("a token has left")
		}
	}
	if n := strings.Count(out.String(), "REDACTED.token."); n < len(tokens) {
		t.Errorf("%d placeholders for %d tokens", n, len(tokens))
	}
	if _, err := w.Stop(context.Background()); err != nil || testutil.CollectAndCount(m.format) != 0 {
		t.Errorf("after the partition is gone its format is still shown: %v", err)
	}
}

// TestNumbersUnderSecretNames redacts one-time passwords that are JSON numbers: the JSON stays valid, however deep it is in
// other JSON, and redacting it again changes nothing.
func TestNumbersUnderSecretNames(t *testing.T) {
	line := `{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request_uri":"/v1","status":200,"otp":123456,"list":{"pin":[1234,5678]},"args":{"otp":987654,"page":7},"request_time":0.5}`
	want := map[string]bool{"123456": false, "1234": false, "5678": false, "987654": false, ":7}": true, "0.5": true, ":200,": true}
	for depth := range 4 {
		t.Run(fmt.Sprintf("depth %d", depth), func(t *testing.T) {
			p := newTestProcessor(t, nil)
			wrapped := line
			for i := range depth {
				b, _ := json.Marshal(map[string]any{[]string{"log", "message", "message"}[i]: wrapped})
				wrapped = string(b)
			}
			out, res := p.processOne(wrapped)
			if res.Err != nil || len(res.Events) == 0 {
				t.Errorf("%v, %d events", res.Err, len(res.Events))
			}
			if again, _ := p.processOne(out); again != out {
				t.Errorf("redacted again it is %s", again)
			}
			inner := out
			for range depth {
				var m map[string]string
				if err := json.Unmarshal([]byte(inner), &m); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				inner = m["log"] + m["message"]
			}
			if !json.Valid([]byte(inner)) {
				t.Errorf("no JSON any more: %s", inner)
			}
			bare := placeholders.ReplaceAllString(inner, "") // a fingerprint can have the four digits by chance
			for text, stays := range want {
				if strings.Contains(bare, text) != stays {
					t.Errorf("%s is there: %v, want %v: %s", text, !stays, stays, inner)
				}
			}
		})
	}
}

var placeholders = regexp.MustCompile(`REDACTED\.[a-z0-9_]+\.[0-9a-f]{16}`)

// TestNoticesMakeNoEvents reads error logs and notices of servers: they are redacted and are no access.
func TestNoticesMakeNoEvents(t *testing.T) {
	for name, format := range map[string]string{
		"nginx":          `2026/01/05 08:59:58 [error] 7#7: *1 open() failed, client: 192.0.2.7, request: "GET /v1?token=%s HTTP/1.1", host: "x"`,
		"Apache":         `[Mon Jan 05 08:59:58.123456 2026] [proxy:error] [pid 1] [client 192.0.2.7:4711] AH01114: x, referer: https://r.example/?token=%s`,
		"PHP-FPM":        `[05-Jan-2026 08:59:58] WARNING: [pool www] child 7 said into stderr: "GET /v1?token=%s"`,
		"HAProxy":        `[WARNING]  (7) : Server be/s1 is DOWN, reason: x, info: "/check?token=%s", check duration: 0ms.`,
		"Envoy":          `[2026-01-05 08:59:58.123][7][warning][config] [source/x.cc:1] stream to /v1?token=%s closed`,
		"Traefik":        `2026-01-05T08:59:58Z ERR Unable to fetch error="Get /v1?token=%s: refused" providerName=le.acme`,
		"Traefik logfmt": `time="2026-01-05T08:59:58Z" level=error msg="Get /v1?token=%s: refused"`,
		"Caddy JSON":     `{"level":"error","ts":1767603598.5,"logger":"http.log.error","msg":"refused","request":{"client_ip":"192.0.2.7","method":"GET","uri":"/v1?token=%s"},"status":502}`,
		"Caddy console":  "2026/01/05 08:59:58.123\tERROR\thttp.log.error\trefused\t" + `{"request":{"client_ip":"192.0.2.7","method":"GET","uri":"/v1?token=%s"},"status":502}`,
	} {
		t.Run(name, func(t *testing.T) {
			p := newTestProcessor(t, nil)
			token := newSecret()
			out, res := p.processOne(fmt.Sprintf(format, token))
			if !errors.Is(res.Err, accesslog.ErrNotAccess) || len(res.Events) != 0 || res.Reason != "" || strings.Contains(out, token) {
				t.Errorf("%v, %d events, reason %q: %s", res.Err, len(res.Events), res.Reason, out)
			}
		})
	}
}

// TestNoTokenLeavesAnEnvelope plants a token in lines in a shipper's envelope and cuts them at every byte:
// whatever is left of the line, the whole token never leaves.
func TestNoTokenLeavesAnEnvelope(t *testing.T) {
	quote := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	for name, wrap := range map[string]func(string) string{
		"docker in filebeat": func(l string) string { return `{"message":` + quote(`{"log":`+quote(l)+`}`) + `}` },
		"cri":                func(l string) string { return "2026-01-05T08:59:58.1Z stdout F " + l },
		"octets":             func(l string) string { return "200 <190>1 2026-01-05T08:59:58Z h nginx 7 - - " + l },
	} {
		t.Run(name, func(t *testing.T) {
			for _, format := range []string{"combined", "nginx_json", "haproxy"} {
				p := newTestProcessor(t, nil)
				token := newSecret()
				line := wrap(streamLine(format, token))
				for end := len(line); end > 0; end-- {
					if out, _ := p.processOne(line[:end]); strings.Contains(out, token) {
						t.Errorf("%s in %s, cut at %d of %d: the token leaves", format, name, end, len(line))
						break
					}
				}
			}
		})
	}
}

// TestLineEndings processes every golden line of the parser with each line ending. The output differs in the ending alone.
func TestLineEndings(t *testing.T) {
	text, err := os.ReadFile("accesslog/testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	for entry := range strings.SplitSeq(string(text), "\n") {
		_, line, ok := strings.Cut(entry, "|")
		if !ok || strings.HasPrefix(entry, "# ") {
			continue
		}
		p := newTestProcessor(t, nil)
		want, res := p.processOne(line)
		record := string(p.AppendRecord(nil, 1, res))
		for _, ending := range []string{"\n", "\r\n"} {
			out, res := p.processOne(line + ending)
			if out != want+ending {
				t.Errorf("with %q behind it the line becomes\n%s, not\n%s", ending, out, want)
			}
			if got := string(p.AppendRecord(nil, 1, res)); got != record {
				t.Errorf("with %q behind it the record becomes\n%s, not\n%s", ending, got, record)
			}
		}
	}
}
