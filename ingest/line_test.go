package ingest

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	tokens "github.com/tokenwarden/tokenwarden/ingest/secret"
)

var testTime = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func newTestProcessor(t testing.TB, change func(*Options)) *Processor {
	t.Helper()
	key, _, err := tokens.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Format: "auto", Credential: credential.Options{Keys: []tokens.Key{key}}}
	if change != nil {
		change(&o)
	}
	p, err := NewProcessor(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// newSecret returns a fresh opaque token: 40 hexadecimal characters.
func newSecret() string {
	b := make([]byte, 20)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// combined returns a line of the combined format.
func combined(target string) string {
	return `192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET ` + target + ` HTTP/1.1" 200 512 "-" "curl/8.5.0"`
}

// processOne processes a line at testTime.
func (p *Processor) processOne(line string) (string, Result) {
	out, res := p.Process(nil, Line{Text: []byte(line), Source: tokenwarden.Source{File: "f", Line: 1}, Now: testTime})
	return string(out), res
}

func TestProcessRedactsAndDescribes(t *testing.T) {
	p := newTestProcessor(t, nil)
	token := newSecret()
	out, res := p.processOne(combined("/v1/orders/4711?page=2&access_token="+token+"&sort=asc") + "\r\n")
	if len(res.Events) != 1 {
		t.Fatalf("%d events: %s", len(res.Events), out)
	}
	e := res.Events[0]
	placeholder := "REDACTED." + e.TokenKind + "." + e.Fingerprint.String()[:16]
	if want := combined("/v1/orders/4711?page=2&access_token="+placeholder+"&sort=asc") + "\r\n"; out != want {
		t.Errorf("redacted line is\n%q, want\n%q", out, want)
	}
	if e.Endpoint != "/v1/orders/{id}" || e.Method != "GET" || e.Status != 200 || e.Bytes != 512 || e.Client != "curl" ||
		e.Location != tokenwarden.LocationQuery || e.Param != "access_token" || e.ClientIP.String() != "192.0.2.7" || !e.FirstInRequest {
		t.Errorf("event is %+v", e)
	}
	if !e.Time.Equal(testTime.Add(-2 * time.Second)) {
		t.Errorf("time is %v", e.Time)
	}
	if want := "/v1/orders/4711?page=2&access_token=" + placeholder + "&sort=asc"; e.Target != want {
		t.Errorf("target is %q", e.Target)
	}
}

func TestLineWithoutCredentialIsLeftByteForByte(t *testing.T) {
	p := newTestProcessor(t, nil)
	for _, line := range []string{
		combined("/"), combined("/assets/app.4f2b8e1c9d.js"), combined("/items/0b0f3a52-63a0-4b5c-9d63-2f6a4c3f2d11?utm_source=x"),
		"", "\n", "\r\n", combined("/caf%C3%A9") + "\n", combined("/\xff\xfe"), `"` + combined("/x"),
	} {
		t.Run(fmt.Sprintf("%q", line), func(t *testing.T) {
			if out, res := p.processOne(line); out != line || len(res.Events) > 0 {
				t.Errorf("%q became %q with %d events", line, out, len(res.Events))
			}
		})
	}
}

func TestARequestCountsOncePerToken(t *testing.T) {
	p := newTestProcessor(t, nil)
	token := newSecret()
	line := `192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET /x?token=` + token + ` HTTP/1.1" 200 5 "https://a.example/?token=` + token + `" "curl/8"`
	_, res := p.processOne(line)
	if len(res.Events) != 2 || !res.Events[0].FirstInRequest || res.Events[1].FirstInRequest {
		t.Fatalf("events: %+v", res.Events)
	}
	if res.Events[0].Fingerprint != res.Events[1].Fingerprint {
		t.Error("one token has two fingerprints")
	}
}

func TestBadLinesStopNothing(t *testing.T) {
	token := newSecret()
	for _, tc := range []struct{ name, line, reason string }{
		{"binary", "\x16\x03\x01\x00\x00\x9f" + token, ReasonBinary},
		{"too long", combined("/" + strings.Repeat("a", 1<<20) + "?token=" + token), ReasonTooLong},
		{"1970", strings.Replace(combined("/x?token="+token), "05/Jan/2026", "01/Jan/1970", 1), ReasonTime},
		{"2099", strings.Replace(combined("/x?token="+token), "05/Jan/2026", "05/Jan/2099", 1), ReasonTime},
		{"1970 without a token", strings.Replace(combined("/x"), "05/Jan/2026", "01/Jan/1970", 1), ReasonTime},
		{"no log line", "panic: token=" + token + " is not valid", ReasonUnparsed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newTestProcessor(t, nil)
			p.processOne(combined("/pins-the-format"))
			out, res := p.processOne(tc.line + "\n")
			if res.Reason != tc.reason {
				t.Errorf("reason is %q, want %q", res.Reason, tc.reason)
			}
			if strings.Contains(out, token) {
				t.Error("the token is still there")
			}
			if len(res.Events) > 0 {
				t.Errorf("%d events", len(res.Events))
			}
			if !strings.HasSuffix(out, "\n") {
				t.Error("the line ending is lost")
			}
		})
	}
}

func TestEmptyTLSProtocolMeansPlaintext(t *testing.T) {
	p := newTestProcessor(t, func(o *Options) { o.Format = "nginx_json" })
	line := `{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request":"GET /x HTTP/1.1","status":200,"http_authorization":"Bearer %s","ssl_protocol":"%s"}`
	for proto, want := range map[string]string{"": "http", "TLSv1.3": "https"} {
		t.Run("protocol "+proto, func(t *testing.T) {
			_, res := p.processOne(fmt.Sprintf(line, newSecret(), proto))
			if len(res.Events) != 1 || res.Events[0].Scheme != want {
				t.Errorf("%q: %+v", proto, res.Events)
			}
		})
	}
}

// linesBySpelling returns lines with a token, by how it is written.
func linesBySpelling(token string) map[string]string {
	once := url.QueryEscape(token)
	return map[string]string{
		"query":    combined("/x?access_token=" + once),
		"twice":    combined("/go?to=https%3A%2F%2Fb.example%2F%3Faccess_token%3D" + url.QueryEscape(once)),
		"referer":  strings.Replace(combined("/"), `"-"`, `"https://a.example/reset?token=`+once+`"`, 1),
		"userinfo": combined("http://user:" + once + "@b.example/"),
		"json":     combined("/graphql?variables=" + url.QueryEscape(`{"token":"`+token+`"}`)),
		"base64":   combined("/x?state=" + base64.RawURLEncoding.EncodeToString([]byte(`{"access_token":"`+token+`"}`))),
		"nginx":    `{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request_uri":"/x?token=` + once + `","request_method":"GET","status":200,"http_authorization":"Bearer ` + token + `"}`,
		"cookie":   `{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request_uri":"/","request_method":"GET","status":200,"http_cookie":"theme=dark; session=` + token + `"}`,
		"text":     "some other line with token=" + token,
	}
}

// leakedForm returns the form in which text still holds a token; "" if it does not.
func leakedForm(text, token string) string {
	once := url.QueryEscape(token)
	for name, form := range map[string]string{
		"raw": token, "percent-encoded": once, "twice percent-encoded": url.QueryEscape(once),
		"base64": strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(token)), "="),
	} {
		if strings.Contains(text, form) {
			return name
		}
	}
	return ""
}

// The promise of the whole product: no token in anything that leaves. The same search must find every token when
// redaction is off, or it would prove nothing.
func TestNoTokenLeaves(t *testing.T) {
	p := newTestProcessor(t, nil)
	off := newTestProcessor(t, func(o *Options) { o.Credential.Policy.Least = tokenwarden.ConfidenceHigh + 1 })
	off.guard = nil
	for range 200 {
		token := newSecret()
		prints := map[tokenwarden.Fingerprint]bool{}
		for name, line := range linesBySpelling(token) {
			out, res := p.processOne(line)
			if form := leakedForm(out, token); form != "" {
				t.Fatalf("%s: the redacted line holds the token, %s", name, form)
			}
			record := p.AppendRecord(nil, 1, res)
			if form := leakedForm(string(record), token); form != "" {
				t.Fatalf("%s: the record holds the token, %s", name, form)
			}
			if !json.Valid(record) {
				t.Fatalf("%s: the record is not JSON", name)
			}
			for i := range res.Events {
				prints[res.Events[i].Fingerprint] = true
				if form := leakedForm(fmt.Sprintf("%+v", res.Events[i]), token); form != "" {
					t.Fatalf("%s: an event holds the token, %s", name, form)
				}
			}
			again, _ := p.processOne(out)
			if again != out {
				t.Fatalf("%s: redacting twice changes the line:\n%s\n%s", name, out, again)
			}
			if name != "base64" {
				if kept, _ := off.processOne(line); leakedForm(kept, token) == "" {
					t.Fatalf("%s: with redaction off the search finds nothing", name)
				}
			}
		}
		if len(prints) != 1 {
			t.Fatalf("one token has %d fingerprints", len(prints))
		}
	}
}

// When the finder misses something, the second check must not.
func TestGuardCatchesWhatTheFinderLeft(t *testing.T) {
	p := newTestProcessor(t, hideNames)
	p.guard = guard.New(guard.Options{})
	token := newSecret()
	out, res := p.processOne(combined("/x?access_token=" + token))
	if strings.Contains(out, token) || res.Reason != ReasonGuard {
		t.Errorf("reason %q", res.Reason)
	}
	if !strings.HasPrefix(out, "192.0.2.7 - - [05/Jan/2026:08:59:58 +0000]") {
		t.Errorf("more than the credential is gone: %s", out)
	}
}

func TestEndpoint(t *testing.T) {
	for path, want := range map[string]string{
		"/":                   "/",
		"":                    "/",
		"/v1/orders/17":       "/v1/orders/{id}",
		"/v2/oauth2/s3/k8s":   "/v2/oauth2/s3/k8s",
		"/reset-password":     "/reset-password",
		"/media/seg-00034.ts": "/media/{id}",
		"/x/0b0f3a52-63a0-4b5c-9d63-2f6a4c3f2d11/y":      "/x/{id}/y",
		"/blob/9fceb02d0ae598e95dc970b74767f19372d61af8": "/blob/{id}",
		"/hook/REDACTED.slack_webhook.0123456789abcdef":  "/hook/{token}",
		"/caf%C3%A9":                            "/{id}",
		"/a/b/c/d/e/f/g/h/i/j/k/l/m/n":          "/a/b/c/d/e/f/g/h/i/j/k/l/...",
		"/" + strings.Repeat("long-words-", 30): "/...",
	} {
		t.Run(path, func(t *testing.T) {
			if got := string(appendEndpoint(nil, []byte(path))); got != want {
				t.Errorf("%s gives %s, want %s", path, got, want)
			}
		})
	}
}

func BenchmarkProcess(b *testing.B) {
	p := newTestProcessor(b, func(o *Options) { o.Format = "combined" })
	var lines [][]byte
	for i := range 1000 {
		target := fmt.Sprintf("/catalog/items/%d?page=%d&sort=price&utm_source=newsletter", i*7919, i%17)
		if i%10 == 0 {
			target = fmt.Sprintf("/v1/orders/%d?access_token=%s&expand=lines", i*7919, newSecret())
		}
		line := strings.Replace(combined(target), "curl/8.5.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", 1)
		lines = append(lines, []byte(strings.Replace(line, `"-"`, `"https://www.shop.example/catalog"`, 1)))
	}
	size := int64(len(bytes.Join(lines, nil)))
	var out []byte
	b.SetBytes(size / int64(len(lines)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		out, _ = p.Process(out[:0], Line{Text: lines[n%len(lines)], Now: testTime, Arrived: testTime})
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "lines/s")
}
