package ingest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
)

// shapes are lines of several formats: {url} is a request target or a Referer, {value} a header's or cookie's value,
// {noise} the fuzzer's text.
var shapes = []string{
	`192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET {url} HTTP/1.1" 200 512 "-" "{noise}"`,
	`192.0.2.7 - {noise} [05/Jan/2026:08:59:58 +0000] "GET / HTTP/1.1" 200 512 "https://www.example.com{url}" "curl/8.5.0"`,
	`{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request_uri":"{url}","request_method":"GET","status":200,"http_user_agent":"{noise}"}`,
	`{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request_uri":"/","request_method":"GET","status":200,"http_authorization":"Bearer {value}","http_referer":"{noise}"}`,
	`{"time_iso8601":"2026-01-05T08:59:58+00:00","remote_addr":"192.0.2.7","request_uri":"/","request_method":"GET","status":200,"http_cookie":"theme=dark; session={value}","http_user_agent":"{noise}"}`,
	`{"log":"192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] \"GET {url} HTTP/1.1\" 200 512 \"-\" \"{noise}\"\n","stream":"stdout","time":"2026-01-05T08:59:58.1Z"}`,
	`[2026-01-05T08:59:58.123Z] "GET {url} HTTP/2" 200 - 0 512 12 11 "203.0.113.9" "{noise}" "req-id" "api.example.com" "10.0.0.5:8080"`,
	`{noise} request failed: token={value}`,
}

// urls have the token, {}, in different parts.
var urls = []string{
	"/v1/items?page=2&access_token={}&sort=asc", "/users/password/reset/{}", "/app;jsessionid={}?x=1", "/cb#access_token={}",
	"/go?to=https://b.example/?token={}", "/hooks/{}", "/x?user[password]={}&y=1", "/x?clientSecret={}",
}

// encoders write a token in different ways.
var encoders = []func(token string) string{
	func(s string) string { return s },
	percentAll,
	func(s string) string { return url.QueryEscape(percentAll(s)) },
	func(s string) string { return url.QueryEscape(url.QueryEscape(percentAll(s))) },
	func(s string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"access_token":"` + s + `"}`))
	},
	func(s string) string { return url.QueryEscape(`{"api_key":"` + s + `"}`) },
}

func percentAll(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}

// words make up clean lines: none is a credential.
var words = strings.Fields(`api v1 items 4711 search q=shoes page=2 sort=asc images logo.png 2026 summer-dress-blue utm_source=mail
	0b0f3a52-63a0-4b5c-9d63-2f6a4c3f2d11 9fceb02d0ae598e95dc970b74767f19372d61af8 app.4f2b8e1c9d.js
	lang=de-DE token=true key=cart caf%C3%A9 gclid=Cj0KCQiA7NKBhDBARIsAHbXCB6 page_token=CAUQAA id=123456789 x=%7B%22a%22%3A1%7D`)

// FuzzProcess checks three promises: a planted token is in no output in any form, a line without one is not changed, and
// redacting twice changes nothing.
func FuzzProcess(f *testing.F) {
	for i := range 64 {
		f.Add(uint64(i), uint8(i), uint8(i/2), uint8(i/3), "Mozilla/5.0 (X11; rv:1.0) \x80 %41 \\x22")
	}
	p := newTestProcessor(f, nil)
	f.Fuzz(func(t *testing.T, seed uint64, shape, where, encoder uint8, noise string) {
		if len(noise) > 1024 {
			return
		}
		rnd := rand.New(rand.NewPCG(seed, 7))
		s := shapes[int(shape)%len(shapes)]
		token := randomToken(rnd)
		written := encoders[int(encoder)%len(encoders)](token)
		line := fillShape(s, strings.Replace(urls[int(where)%len(urls)], "{}", written, 1), written, noise)
		out := checkOutputs(t, p, line, token)
		if again, _ := p.processOne(out); again != out {
			t.Fatalf("redacting twice changes %q\nto %q", out, again)
		}
		clean := fillShape(s, cleanURL(rnd), "none", "Mozilla/5.0 (X11; Linux x86_64)")
		if got, res := p.processOne(clean); got != clean || len(res.Events) > 0 {
			t.Fatalf("a line without a credential\n%q\nbecame %q", clean, got)
		}
	})
}

// checkOutputs fails if any output of line holds the token. It returns the redacted line.
func checkOutputs(t *testing.T, p *Processor, line, token string) string {
	out, res := p.processOne(line)
	outputs := map[string]string{"redacted line": out, "record": string(p.AppendRecord(nil, 1, res))}
	for i := range res.Events {
		outputs["event"] += fmt.Sprintf("%+v", res.Events[i])
	}
	for name, text := range outputs {
		if form := leakedForm(text, token); form != "" || strings.Contains(strings.ToUpper(text), strings.ToUpper(percentAll(token))) {
			t.Fatalf("the %s of %q holds the token %s", name, line, form)
		}
	}
	if !json.Valid([]byte(outputs["record"])) {
		t.Fatalf("the record of %q is not JSON", line)
	}
	return out
}

func randomToken(rnd *rand.Rand) string {
	const alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	b := []byte("T0k")
	for range 33 {
		b = append(b, alphabet[rnd.IntN(len(alphabet))])
	}
	return string(b)
}

// fillShape puts the parts into a shape. It takes from the noise what a log writer would escape.
func fillShape(shape, target, value, noise string) string {
	isJSON := strings.HasPrefix(shape, "{")
	noise = strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == 0xfffd || isJSON && r == '\\' || !isJSON && strings.ContainsRune("[]", r) {
			return -1
		}
		return r
	}, noise)
	return strings.NewReplacer("{url}", target, "{value}", value, "{noise}", noise).Replace(shape)
}

// cleanURL returns a request target without a credential. A segment behind a route word such as reset-password would be
// one, so such a word comes last in a path.
func cleanURL(rnd *rand.Rand) string {
	var b strings.Builder
	query := rnd.IntN(4) == 0
	if query {
		b.WriteString([]string{"/token", "/reset-password", "/oauth/token", "/session"}[rnd.IntN(4)])
		b.WriteString("?x=1")
	}
	for range 1 + rnd.IntN(5) {
		w := words[rnd.IntN(len(words))]
		switch {
		case !strings.Contains(w, "=") && !query:
			b.WriteString("/" + w)
		case strings.Contains(w, "=") && query:
			b.WriteString("&" + w)
		case strings.Contains(w, "="):
			b.WriteString("?" + w)
			query = true
		}
	}
	if b.Len() == 0 || b.String()[0] != '/' {
		return "/" + b.String()
	}
	return b.String()
}
