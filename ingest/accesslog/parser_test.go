package accesslog

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// envelopes wrap a line as shippers do.
var envelopes = map[string]func(line string) string{
	"docker": func(line string) string {
		return `{"log":` + quote(line+"\n") + `,"stream":"stdout","time":"2026-11-23T15:04:06Z"}`
	},
	"filebeat": func(line string) string {
		return `{ "@timestamp": "2026-11-23T15:04:06Z", "tags": ["a"], "message": ` + quote(line) + ` }`
	},
	"cri":     func(line string) string { return "2026-11-23T15:04:06.123456789Z stdout F " + line },
	"rfc3164": func(line string) string { return "<190>Nov 23 15:04:06 web1 nginx: " + line },
	"rfc5424": func(line string) string { return `<190>1 2026-11-23T15:04:06Z web1 nginx - - [m@1 k="\"]"] ` + line },
	"rsyslog": func(line string) string { return "2026-11-23T15:04:06.123456+00:00 web1 nginx[7]: " + line },
	"stamped": func(line string) string { return "2026-11-23T15:04:06.123456Z " + line },
	"compose": func(line string) string { return "web-1    | " + line },
	"two": func(line string) string {
		return "2026-11-23T15:04:06Z stdout F <190>Nov 23 15:04:06 web1 nginx: " + line
	},
	"octets": func(line string) string { return `207 <190>1 2026-11-23T15:04:06Z web1 nginx 7 id - ` + line },
	"cisco":  func(line string) string { return "<190>Nov  3 2026 15:04:06.123 web1 nginx: " + line },
	"fluentbit": func(line string) string {
		return `{"date":1795446246.1,"log":` + quote(line+"\n") + `,"stream":"stdout","_p":"F","kubernetes":{"pod_name":"a","labels":{"app":"b"},"host":"n"}}`
	},
	"journald": func(line string) string {
		return `{"__REALTIME_TIMESTAMP":"1795446246123456","PRIORITY":"6","MESSAGE":` + quote(line) + `,"_HOSTNAME":"web1","_CMDLINE":"nginx: worker"}`
	},
	"fluentd": func(line string) string {
		return "2026-11-23T15:04:06+00:00\tkube.api\t" + `{"record":{"log":` + quote(line) + `}}`
	},
	"docker in filebeat": func(line string) string {
		return `{"@timestamp":"2026-11-23T15:04:06Z","message":` + quote(`{"log":`+quote(line+"\n")+`}`) + `,"host":{"name":"web1"}}`
	},
	"three": func(line string) string {
		return `{"message":` + quote(`{"data":{"message":`+quote(`<190>Nov 23 15:04:06 web1 nginx: {"log":`+quote(line)+`}`)+`}}`) + `}`
	},
	"cri+docker": func(line string) string {
		return "2026-11-23T15:04:06.123456789Z stdout F " + `{"log":` + quote("<190>Nov 23 15:04:06 web1 nginx: "+line) + `}`
	},
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// TestEnvelopes wraps every line in every envelope and checks that the record is that of the bare line, exact to the byte.
func TestEnvelopes(t *testing.T) {
	names, lines := goldenLines(t)
	for envelope, wrap := range envelopes {
		t.Run(envelope, func(t *testing.T) {
			for n, line := range lines {
				if names[n] == "" {
					continue
				}
				for _, format := range []string{"auto", names[n]} {
					checkEnvelope(t, format, envelope, line, wrap(line))
				}
			}
		})
	}
}

func checkEnvelope(t *testing.T, format, envelope, line, wrapped string) {
	t.Helper()
	want, wantErr := parseOne(t, format, line)
	got, err := parseOne(t, format, wrapped)
	if err != wantErr || got.Format != want.Format || got.ClientIP != want.ClientIP || got.Status != want.Status || got.Bytes != want.Bytes ||
		!want.Time.IsZero() && !got.Time.Equal(want.Time) {
		t.Errorf("%s in %s: %v %s %v %d, want %v %s %v %d\n%s", format, envelope, err, got.Format, got.ClientIP, got.Status,
			wantErr, want.Format, want.ClientIP, want.Status, wrapped)
	}
	g, w := got.NamedFields(), want.NamedFields()
	for i := range w {
		if !sameField(got, *g[i], want, *w[i]) {
			t.Errorf("%s in %s: %s is %q\n%s", format, envelope, fieldNames[i], got.Raw(*g[i]), wrapped)
		}
	}
	for _, f := range want.Fields {
		if !slices.ContainsFunc(got.Fields, func(g record.Field) bool { return sameField(got, g, want, f) }) {
			t.Errorf("%s in %s: no field %s %q\n%s\n%s", format, envelope, kindNames[f.Kind], want.Raw(f), fieldText(got), wrapped)
		}
	}
}

func sameField(a *record.Record, f record.Field, b *record.Record, g record.Field) bool {
	return f.Present() == g.Present() && f.Kind == g.Kind && bytes.Equal(f.Name, g.Name) &&
		bytes.Equal(record.Unescape(nil, a.Raw(f), f.Escape), record.Unescape(nil, b.Raw(g), g.Escape))
}

// TestEnvelopesTakeTurns reads bare and wrapped lines with one parser, and checks that its memory of the last line makes no
// difference.
func TestEnvelopesTakeTurns(t *testing.T) {
	p, err := New("auto")
	if err != nil {
		t.Fatal(err)
	}
	line := `192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "GET /v1?token=T HTTP/1.1" 200 512 "-" "curl/8.0"`
	var r record.Record
	for range 3 {
		for envelope, wrap := range envelopes {
			for _, l := range []string{wrap(line), line} {
				if err := p.Parse([]byte(l), &r); err != nil || string(r.Raw(r.Target)) != "/v1?token=T" || r.Format != "combined" {
					t.Errorf("%s: %v %s %q", envelope, err, r.Format, r.Raw(r.Target))
				}
			}
		}
	}
}

func TestTrustedProxies(t *testing.T) {
	o := Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	check := func(t *testing.T, format, line, want string) {
		t.Helper()
		p, err := o.New(format)
		if err != nil {
			t.Fatal(err)
		}
		var r record.Record
		if err := p.Parse([]byte(line), &r); err != nil || r.ClientIP.String() != want {
			t.Errorf("%s: %v %v, want %s", line, err, r.ClientIP, want)
		}
	}
	combined := func(addr, forwarded string) string {
		return addr + ` - - [23/Nov/2026:15:04:05 +0000] "GET / HTTP/1.1" 200 5 "-" "curl" "` + forwarded + `"`
	}
	for _, c := range []struct{ name, format, line, want string }{
		{"one proxy in front", "combined", combined("10.0.0.1", "192.0.2.66, 192.0.2.1, 10.0.0.2"), "192.0.2.1"},
		{"only proxies", "combined", combined("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3"},
		{"untrusted sender", "combined", combined("203.0.113.1", "192.0.2.1"), "203.0.113.1"},
		{"absent header", "combined", combined("10.0.0.1", "-"), "10.0.0.1"},
		{"unknown client", "combined", combined("10.0.0.1", "unknown, 192.0.2.1"), "192.0.2.1"},
		{"unknown hop", "combined", combined("10.0.0.1", "192.0.2.1, unknown, 10.0.0.3"), "10.0.0.3"},
		{"script in the header", "combined", combined("10.0.0.1", "<script>, 192.0.2.66, 192.0.2.1, 10.0.0.3"), "192.0.2.1"},
		{"auto", "auto", combined("10.0.0.1", "192.0.2.1"), "192.0.2.1"},
		{"nginx_json", "nginx_json", `{"remote_addr":"10.0.0.1","request_uri":"/","http_x_forwarded_for":"192.0.2.1"}`, "192.0.2.1"},
		{"caddy", "caddy", `{"request":{"remote_ip":"10.0.0.1","method":"GET","uri":"/","headers":{"X-Forwarded-For":["192.0.2.1"]}}}`, "192.0.2.1"},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.format, c.line, c.want) })
	}
}

func TestClientHeaders(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:a::/48")}
	check := func(t *testing.T, names, header, want string) {
		t.Helper()
		p, err := Options{TrustedProxies: trusted, ClientHeaders: strings.Fields(names)}.New("auto")
		if err != nil {
			t.Fatal(err)
		}
		var r record.Record
		line := `{"remote_addr":"10.0.0.1","request_uri":"/","status":200,` + header + `}`
		if err := p.Parse([]byte(line), &r); err != nil || r.ClientIP.String() != want {
			t.Errorf("%s: %s: %v %v, want %s", names, header, err, r.ClientIP, want)
		}
	}
	for _, c := range []struct{ name, names, header, want string }{
		{"x-real-ip", "x-real-ip", `"http_x_real_ip":"192.0.2.1"`, "192.0.2.1"},
		{"cloudflare before forwarded", "CF-Connecting-IP", `"http_cf_connecting_ip":"192.0.2.1","http_x_forwarded_for":"192.0.2.2"`, "192.0.2.1"},
		{"second choice", "true-client-ip x-forwarded-for", `"http_true_client_ip":"-","http_x_forwarded_for":"192.0.2.2"`, "192.0.2.2"},
		{"header missing", "x-real-ip", `"http_x_forwarded_for":"192.0.2.2"`, "10.0.0.1"},
		{"forwarded", "forwarded", `"http_forwarded":"for=192.0.2.66;proto=http, for=192.0.2.1;by=10.0.0.2, For=\"10.0.0.7:80\""`, "192.0.2.1"},
		{"forwarded IPv6", "forwarded", `"http_forwarded":"proto=https;for=\"[2001:db8::1]:4711\", for=\"[2001:db8:a::1]\""`, "2001:db8::1"},
		{"hidden hop", "forwarded", `"http_forwarded":"for=192.0.2.1, for=_hidden, for=10.0.0.9"`, "10.0.0.9"},
		{"several headers", "x-forwarded-for", `"headers":{"X-Forwarded-For":["192.0.2.66","192.0.2.1, 10.0.0.3","10.0.0.2"]}`, "192.0.2.1"},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.names, c.header, c.want) })
	}
}

func TestAutoPinsAndChanges(t *testing.T) {
	p, err := New("auto")
	if err != nil {
		t.Fatal(err)
	}
	auto := p.(*Auto)
	combined := `192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "GET / HTTP/1.1" 200 5 "-" "curl"`
	haproxy := `192.0.2.1:41342 [23/Nov/2026:15:04:05.123] fe be/s1 0/0/1/11/12 200 512 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`
	errorLine := `2026/11/23 15:04:05 [error] 7#7: *1 open() failed, client: 192.0.2.1, server: _`
	feed := func(line string, n int, format string, want error) {
		t.Helper()
		var r record.Record
		for range n {
			if err := p.Parse([]byte(line), &r); err != want || r.Format != format {
				t.Fatalf("%s: %v %s", line, err, r.Format)
			}
		}
	}
	if auto.Pinned() != "" {
		t.Errorf("pinned %q before the first line", auto.Pinned())
	}
	feed(errorLine, 10, "", ErrNotAccess)
	if auto.Pinned() != "" {
		t.Errorf("an error line pinned %q", auto.Pinned())
	}
	feed(combined, 1, "combined", nil)
	feed(haproxy, maxMismatches-1, "haproxy", nil)
	if auto.Pinned() != "combined" {
		t.Errorf("pinned %q after a few other lines", auto.Pinned())
	}
	feed(haproxy, 2, "haproxy", nil)
	if auto.Pinned() != "haproxy" {
		t.Errorf("pinned %q after many other lines", auto.Pinned())
	}
	for range matchWindow {
		feed(combined, 2, "combined", nil)
		feed(haproxy, 1, "haproxy", nil)
	}
	if auto.Pinned() != "combined" {
		t.Errorf("pinned %q though most lines are combined", auto.Pinned())
	}
}

func TestHugeLines(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	check := func(t *testing.T, line, name string, want error) {
		t.Helper()
		for _, format := range []string{"auto", "combined", "nginx_json"} {
			p, err := New(format)
			if err != nil {
				t.Fatal(err)
			}
			var r record.Record
			if err := p.Parse([]byte(line), &r); format == "auto" && err != want {
				t.Errorf("%s: error %v, want %v", name, err, want)
			}
			checkFields(t, &r)
			checkCovered(t, &r)
		}
	}
	for _, c := range []struct {
		line, name string
		want       error
	}{
		{`192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "GET /` + long + marker + ` HTTP/1.1" 200 5 "-" "curl"`, "long target", nil},
		{`{"remote_addr":"192.0.2.1","method":"GET","x":"` + long + marker + `"}`, "long string", nil},
		{`{"remote_addr":"192.0.2.1","method":"GET","x":[` + strings.Repeat(`"a",`, 1<<18) + `"` + marker + `"]}`, "many strings", nil},
		{`{"remote_addr":"192.0.2.1","method":"GET","x":` + strings.Repeat(`{"a":[`, 1<<17) + `"` + marker + `"`, "deep", nil},
		{`{"a":` + strings.Repeat(`[`, 1<<20) + `"` + marker + `"`, "deep without an end", ErrNotAccess},
		{long + marker, "no format", ErrFormat},
		{strings.Repeat(`"`, 1<<20) + marker, "quotes", ErrFormat},
		{strings.Repeat(`[`, 1<<20) + marker, "brackets", ErrFormat},
		{strings.Repeat(`\`, 1<<20) + marker, "backslashes", ErrFormat},
		{strings.Repeat(`" \`, 1<<18) + marker, "quotes and backslashes", ErrFormat},
		{strings.Repeat("1 [1", 1<<18) + marker, "addresses", ErrFormat},
		{`192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "` + strings.Repeat(`\"`, 1<<19) + marker + ` HTTP/1.1" 200 5 "-" "curl"`, "escaped quotes", ErrRequest},
		{`192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "GET / HTTP/1.1" 200 5 "-" "curl" ` + strings.Repeat(`"a" `, 1<<18) + marker, "many columns", nil},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.line, c.name, c.want) })
	}
}

func TestStrangeBytes(t *testing.T) {
	for _, line := range []string{
		"192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] \"GET /\xff\xfe\x00" + marker + " HTTP/1.1\" 200 5 \"\x00\" \"\xf0\x28\x8c\"",
		"{\"remote_addr\":\"192.0.2.1\",\"request\":\"GET /\xff\x00" + marker + " HTTP/1.1\",\"status\":200}",
	} {
		t.Run(line[:9], func(t *testing.T) {
			r, err := parseOne(t, "auto", line)
			if err != nil || !bytes.Contains(r.Raw(r.Target), []byte(marker)) {
				t.Errorf("%q: %v %q", line, err, r.Raw(r.Target))
			}
		})
	}
	for _, line := range []string{"", " ", "\x00", "{", "{}", "[]", "null", `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":"`, `{"a":"\`, `"`, "[", "#", "<", "<1>", "<190>1 "} {
		t.Run("no access "+line, func(t *testing.T) {
			if _, err := parseOne(t, "auto", line); err == nil {
				t.Errorf("%q is an access", line)
			}
		})
	}
}
