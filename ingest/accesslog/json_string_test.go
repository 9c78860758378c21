package accesslog

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestQuotesAsTheyAre holds what becomes of JSON in which quotes of clients stand without an escape.
func TestQuotesAsTheyAre(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"one quote", `a"b`, `a"b`},
		{"in quotes", `"a"`, `"a"`},
		{"a list", `Token token="T", nonce="n1"`, `Token token="T", nonce="n1"`},
		{"escaped as well", `a\"b"c`, `a"b"c`},
		{"like another member", `a","b`, `a`},
		{"like the end of an object", `a"}b`, `a`},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := `{"time":"2026-11-23T15:04:05Z","client_ip":"192.0.2.1","method":"GET","path":"/x","status":200,"user_agent":"` + c.value + `","host":"h"}`
			r, err := parseOne(t, "json", line)
			got := string(record.Unescape(nil, r.Raw(r.UserAgent), r.UserAgent.Escape))
			if got != c.want {
				t.Errorf("got %q, %v", got, err)
			}
			if whole := got == c.value; whole && (err != nil || string(r.Raw(r.Host)) != "h") {
				t.Errorf("host %q, %v", r.Raw(r.Host), err)
			}
		})
	}
}

// TestQuotesCostLinearTime holds that a line of strings that never end is looked at once: a search for each string reads
// 40 GB.
func TestQuotesCostLinearTime(t *testing.T) {
	var r record.Record
	p, err := New("json")
	if err != nil {
		t.Fatal(err)
	}
	_ = p.Parse([]byte(`{"a":[`+strings.Repeat(`"a"b,`, 1<<17)+`]}`), &r)
}
