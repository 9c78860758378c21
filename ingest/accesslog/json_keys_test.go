package accesslog

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestKeysAreUnique checks that no table defines a key twice: map order would decide.
func TestKeysAreUnique(t *testing.T) {
	seen := make(map[string]bool)
	for _, row := range jsonRows {
		for _, k := range strings.Fields(row.keys) {
			if seen[withoutUnderscores(k)] {
				t.Errorf("key %q is there twice", k)
			}
			seen[withoutUnderscores(k)] = true
		}
	}
	squashedVariables := make(map[string]string)
	for k := range nginxVariables {
		if other := squashedVariables[withoutUnderscores(k)]; other != "" {
			t.Errorf("variables %q and %q are one without underscores", k, other)
		}
		squashedVariables[withoutUnderscores(k)] = k
	}
}

// TestKeyOrder reads lines whose keys change their order, come and go, and mean different things in different objects.
func TestKeyOrder(t *testing.T) {
	p, err := New("json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(t *testing.T, line, want string) {
		t.Helper()
		for range 2 {
			var r record.Record
			err := p.Parse([]byte(line), &r)
			if got := fieldText(&r); err != nil || got != want {
				t.Errorf("%s: %v\ngot  %s\nwant %s", line, err, got, want)
			}
		}
	}
	for _, c := range []struct{ name, line, want string }{
		{"headers in an object", `{"ip":"192.0.2.1","url":"/a","headers":{"X-A":"1","X-B":"2"},"z":"3"}`, "path /a; header X-A=1; header X-B=2; text z=3"},
		{"another order", `{"url":"/a","ip":"192.0.2.1","z":"3","headers":{"X-B":"2","X-A":"1","X-C":"4"}}`, "path /a; text z=3; header X-B=2; header X-A=1; header X-C=4"},
		{"one name in three objects", `{"url":"/a","ip":"192.0.2.1","cookies":{"X-A":"1"},"query":{"X-A":"2"},"more":{"X-A":"3"}}`, "path /a; cookie X-A=1; param X-A=2; text X-A=3"},
		{"escaped keys", `{"url":"/a","ip":"192.0.2.1","he\u0061ders":{"X-\u0041":"1"},"\u007a":"3"}`, "path /a; header X-A=1; text z=3"},
		{"arrays of headers", `{"request":{"url":"/a","headers":{"Cookie":["a=b","c=d"]}},"response":{"headers":{"Location":"/n"}},"client_ip":"192.0.2.1"}`,
			"path /a; cookies Cookie=a=b; cookies Cookie=c=d; url Location=/n"},
		{"no known prefix", `{"http_x":{"y":"1"},"ip":"192.0.2.1","url":"/a"}`, "text y=1; path /a"},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.line, c.want) })
	}
}

// TestSeveralRequests reads messages with more than one request. They yield no record, since values of one request would be
// taken for those of another.
func TestSeveralRequests(t *testing.T) {
	request := `{"ip":"192.0.2.1","method":"GET","url":"/a?token=T","status":200}`
	line := `{"message":"192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] \"GET /a?token=T HTTP/1.1\" 200 5"}`
	check := func(t *testing.T, text string, want error, target string) {
		t.Helper()
		r, err := parseOne(t, "auto", text)
		if err != want || err == nil && string(r.Raw(r.Target)) != target {
			t.Errorf("%s: error %v, target %s", text, err, r.Raw(r.Target))
		}
	}
	for _, c := range []struct {
		name, text string
		want       error
		target     string
	}{
		{"one record", `{"records":[` + request + `]}`, nil, "/a?token=T"},
		{"two records", `{"records":[` + request + `,` + request + `]}`, ErrNotAccess, ""},
		{"two embedded lines", `{"logEvents":[` + line + `,` + line + `]}`, ErrNotAccess, ""},
		{"one request with retries", `{"ip":"192.0.2.1","method":"GET","method":"PUT","url":"/a","tries":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]}`, nil, "/a"},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.text, c.want, c.target) })
	}
}

// TestManyKeys reads more keys than the cache holds.
func TestManyKeys(t *testing.T) {
	p, err := New("json")
	if err != nil {
		t.Fatal(err)
	}
	var r record.Record
	for i := range 5 * maxKeys {
		name := "header-" + strings.Repeat("x", i%40) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676%26))
		line := `{"ip":"192.0.2.1","url":"/a","headers":{"` + name + `":"v"}}`
		if err := p.Parse([]byte(line), &r); err != nil || fieldText(&r) != "path /a; header "+name+"=v" && len(name) < minUnknownKey-2 {
			t.Fatalf("%s: %v %s", line, err, fieldText(&r))
		}
	}
	if count := p.(*parser).format.(*jsonLog).keys.count; count > maxKeys {
		t.Errorf("%d keys are remembered", count)
	}
}
