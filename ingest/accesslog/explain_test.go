package accesslog

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

const plainLine = `192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"`

func TestEnvelope(t *testing.T) {
	for want, line := range map[string]string{
		"":                    plainLine,
		"syslog (RFC 3164)":   "<190>Jan  5 08:59:58 web1 nginx: " + plainLine,
		"syslog (RFC 5424)":   "<190>1 2026-01-05T08:59:58Z web1 nginx 7 - - " + plainLine,
		"CRI":                 "2026-01-05T08:59:58.123456789Z stdout F " + plainLine,
		"docker compose":      "web-1  | " + plainLine,
		"JSON":                `{"log":"` + strings.ReplaceAll(plainLine, `"`, `\"`) + `\n","stream":"stdout"}`,
		"JSON, then a prefix": `{"message":"<190>Jan  5 08:59:58 web1 nginx: ` + strings.ReplaceAll(plainLine, `"`, `\"`) + `","host":"a"}`,
	} {
		for _, name := range []string{"auto", "combined"} {
			t.Run(name+"/"+want, func(t *testing.T) {
				p, err := New(name)
				if err != nil {
					t.Fatal(err)
				}
				var r record.Record
				if err := p.Parse([]byte(line), &r); err != nil {
					t.Error(err)
				}
				if got := Envelope(p, []byte(line)); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			})
		}
	}
}

// TestMismatches breaks a line in each of its columns and checks the reported place. Lines of the formats must fit.
func TestMismatches(t *testing.T) {
	for _, c := range []struct {
		line, formats string
		at            int
		want          string
	}{
		{plainLine, "common", len(plainLine) - 12, "all columns"},
		{`192.0.2.7 - - 05/Jan/2026`, "common", 14, "a time in brackets"},
		{`192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] GET / 200 5`, "common", 43, "a request in quotes"},
		{`192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET /" ok 5`, "common", 51, "a status of three digits"},
		{`192.0.2.7 - - [05/Jan/2026:08:59:58 +0000] "GET /" 200 many`, "common", 55, "bytes, or -"},
		{`a.example 192.0.2.7 - x`, "vhost_combined", 23, "a time in brackets"},
		{`https 2026-01-05T08:59:58Z app/x nobody`, "alb", 33, "client:port"},
		{`[05/Jan/2026:08:59:58 +0000] GET`, "envoy", 29, "a request in quotes"},
		{`192.0.2.7:5 [05/Jan/2026:08:59:58.123] fe be/s 0/0/0/0 201x 5`, "haproxy", 55, "a status"},
		{`{"status": 200, `, "nginx_json", 15, "JSON that is whole"},
		{`{"a": 1}`, "nginx_json", 0, "a method, a path"},
		{"", "envoy", 0, "a time in brackets"},
		{`[05/Jan/2026:08:59:58 +0000] - 200 GET`, "nginx_proxy_manager", 35, "a status of three"},
		{`method=GET path="/a b" oops`, "logfmt", 23, "name=value"},
	} {
		t.Run(c.formats+"/"+c.want, func(t *testing.T) {
			found := false
			for _, m := range Mismatches([]byte(c.line)) {
				if strings.HasPrefix(m.Formats, c.formats) {
					found = true
					if m.At != c.at || !strings.Contains(m.Want, c.want) {
						t.Errorf("%q: byte %d, %s; want %d, %s", c.line, m.At, m.Want, c.at, c.want)
					}
				}
			}
			if !found {
				t.Errorf("%s is missing", c.formats)
			}
		})
	}
}

func FuzzMismatches(f *testing.F) {
	for _, s := range []string{plainLine, `{"a":`, `"`, "[", "h2 2026-01-05T08:59:58Z x 1:2"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		for _, m := range Mismatches(line) {
			if m.At < 0 || m.At > len(line) || m.Want == "" || m.Formats == "" {
				t.Fatalf("%+v", m)
			}
		}
	})
}

// TestMismatchesNameEveryFormat expects all names but auto and generic, which accepts any line with a request.
func TestMismatchesNameEveryFormat(t *testing.T) {
	explained := ", generic, auto, "
	for _, m := range Mismatches([]byte("x")) {
		explained += m.Formats + ", "
	}
	for _, name := range Names() {
		if !strings.Contains(explained, ", "+name+", ") {
			t.Errorf("%s is missing", name)
		}
	}
}

// TestFormatRows checks that no name and no place in the order of "auto" is given twice, and that the last resort is one.
func TestFormatRows(t *testing.T) {
	names, places := make(map[string]bool), make(map[int]bool)
	for i := range formats {
		f := &formats[i]
		if names[f.name] || f.auto > 0 && places[f.auto] {
			t.Errorf("%s: name or place %d is given twice", f.name, f.auto)
		}
		names[f.name], places[f.auto] = true, true
	}
	if !places[autoLastResort] {
		t.Error("no format is the last resort")
	}
}
