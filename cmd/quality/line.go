package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
)

// request holds the fields of a log line that vary.
type request struct {
	target, referer, agent, user string
	header, value                string // one header of the request, or of the response for Set-Cookie and Location
}

// writer writes a request as a line of one format, as the server of that name does.
type writer struct {
	format  string // as ingest.Options names it
	escapes bool   // takes any text: escapes the bytes that would break the line
	escape  func(string) string
	line    func(request) string
}

var urlWriters = []writer{
	{"combined", true, clfText, combined},
	{"nginx_json", true, credentialtest.JSONText, nginxJSON},
	{"vhost_combined", true, clfText, func(r request) string { return "www.example:443 " + combined(r) }},
	{"caddy", true, credentialtest.JSONText, caddy},
	{"haproxy", false, clfText, haproxy},
	{"combined", true, clfText, combined},
	{"traefik", true, clfText, func(r request) string { return combined(r) + ` 12 "web@docker" "http://10.0.0.4:8080" 5ms` }},
	{"common", true, clfText, common},
	{"alb", false, clfText, alb},
	{"auto", true, func(s string) string { return credentialtest.JSONText(clfText(s)) }, docker},
}

var (
	fullWriters   = []writer{urlWriters[0], urlWriters[1], urlWriters[2], urlWriters[3]} // with Referer and user agent
	userWriters   = []writer{urlWriters[0], urlWriters[1], urlWriters[7]}
	headerWriters = []writer{urlWriters[1], urlWriters[1], urlWriters[3]}
)

// writerFor picks the n-th format for text at a place.
func writerFor(where, text string, n int) writer {
	var ws []writer
	switch {
	case where == "url":
		ws = urlWriters
	case where == "remote_user":
		ws = userWriters
	case strings.HasPrefix(where, "header:"):
		ws = headerWriters
	default:
		ws = fullWriters
	}
	w := ws[n%len(ws)]
	if !w.escapes && (clfText(text) != text || strings.Contains(text, " ") || !strings.HasPrefix(text, "/")) {
		return ws[0]
	}
	return w
}

// requestWith returns an ordinary request with text in one field.
func requestWith(where, text string) (request, error) {
	r := request{
		target: "/products?page=2", referer: "https://www.example/start", user: "-",
		agent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
	}
	switch {
	case where == "url":
		r.target = text
	case where == "referer":
		r.referer = text
	case where == "user_agent" || where == "user-agent":
		r.agent = text
	case where == "remote_user" || where == "user":
		r.user = text
	case strings.HasPrefix(where, "header:"):
		r.header, r.value = where[len("header:"):], text
	default:
		return r, fmt.Errorf("unknown place %q", where)
	}
	return r, nil
}

// clfText escapes as nginx does by default, and Apache nearly so.
func clfText(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\x%02X`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func common(r request) string {
	return `203.0.113.9 - ` + clfText(r.user) + ` [05/Jan/2026:08:59:58 +0000] "GET ` + clfText(r.target) + ` HTTP/1.1" 200 512`
}

func combined(r request) string {
	return common(r) + ` "` + clfText(r.referer) + `" "` + clfText(r.agent) + `"`
}

func docker(r request) string {
	return `{"log":"` + credentialtest.JSONText(combined(r)) + `\n","stream":"stdout","time":"2026-01-05T08:59:58.1Z"}`
}

func haproxy(r request) string {
	return `203.0.113.9:51234 [05/Jan/2026:08:59:58.127] https-in~ web/s1 0/0/1/3/4 200 739 - - ---- 1/1/0/0/0 0/0 "GET ` +
		r.target + ` HTTP/1.1"`
}

func alb(r request) string {
	return `https 2026-01-05T08:59:58.463821Z app/web/50dc6c495c0c9188 203.0.113.9:44740 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 ` +
		`"GET https://www.example:443` + r.target + ` HTTP/1.1" "curl/8.5.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 ` +
		`arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/web/73e2d6bc24d8a067 ` +
		`"Root=1-58337262-36d228ad5d99923122bbe354" "www.example" "-" 0 2026-01-05T08:59:58.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"`
}

// jsonObject writes a JSON object with its keys in the given order.
func jsonObject(kv ...any) string {
	var b strings.Builder
	for i := 0; i < len(kv); i += 2 {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteString(strconv.Quote(kv[i].(string)) + ":")
		switch v := kv[i+1].(type) {
		case json.RawMessage:
			b.Write(v)
		default:
			b.WriteString(`"` + credentialtest.JSONText(v.(string)) + `"`)
		}
	}
	return b.String() + "}"
}

func raw(s string) json.RawMessage { return json.RawMessage(s) }

// isResponseHeader reports whether servers send the header.
func isResponseHeader(header string) bool {
	switch header {
	case "Set-Cookie", "Location", "Link", "Content-Location", "WWW-Authenticate":
		return true
	}
	return false
}

func nginxJSON(r request) string {
	kv := []any{
		"time_iso8601", "2026-01-05T08:59:58+00:00", "remote_addr", "203.0.113.9", "remote_user", strings.TrimPrefix(r.user, "-"),
		"request_method", "GET", "request_uri", r.target, "status", raw("200"), "body_bytes_sent", raw("512"),
		"http_referer", r.referer, "http_user_agent", r.agent,
	}
	if r.header != "" {
		name := strings.ToLower(strings.ReplaceAll(r.header, "-", "_"))
		prefix := "http_"
		if isResponseHeader(r.header) {
			prefix = "sent_http_"
		}
		kv = append(kv, prefix+name, r.value)
	}
	return jsonObject(append(kv, "host", "www.example", "scheme", "https")...)
}

func caddy(r request) string {
	list := func(s string) json.RawMessage { return raw(`["` + credentialtest.JSONText(s) + `"]`) }
	headers := []any{"Referer", list(r.referer), "User-Agent", list(r.agent)}
	response := "{}"
	if isResponseHeader(r.header) {
		response = jsonObject(r.header, list(r.value))
	} else if r.header != "" {
		headers = append(headers, r.header, list(r.value))
	}
	return jsonObject("level", "info", "ts", raw("1767603598.1"), "logger", "http.log.access", "msg", "handled request",
		"request", raw(jsonObject("remote_ip", "203.0.113.9", "remote_port", "51234", "client_ip", "203.0.113.9", "proto", "HTTP/2.0",
			"method", "GET", "host", "www.example", "uri", r.target, "headers", raw(jsonObject(headers...)))),
		"bytes_read", raw("0"), "user_id", "", "duration", raw("0.002"), "size", raw("512"), "status", raw("200"),
		"resp_headers", raw(response))
}
