package accesslog

import (
	"bytes"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// sampleTemplates are format strings whose lines are fuzzed besides those of the named formats.
var sampleTemplates = []string{
	`$remote_addr $host $time_local $request_method $uri$is_args$args $status $cookie_sid "$http_x_key" $upstream_response_time $http_user_agent`,
	`%v %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %{sid}C %U%q %D`,
	`log-format "%ci:%cp [%tr] %ft %b/%s %ST %B %hr %hs %{+Q}r %[req.hdr(x-key)]"`,
}

// FuzzParse reads any line with every format of the table.
func FuzzParse(f *testing.F) { fuzzParse(f, Names()...) }

// FuzzParseTemplate reads any line with format strings.
func FuzzParseTemplate(f *testing.F) { fuzzParse(f, sampleTemplates...) }

// fuzzParse checks the guarantees for any line: no panic, the fields in order and in range, every planted marker covered,
// the second parse the same as the first.
func fuzzParse(f *testing.F, formats ...string) {
	_, lines := goldenLines(f)
	for _, line := range lines {
		f.Add([]byte(line), uint(len(line)/2))
	}
	parsers := make([]Parser, 0, len(formats))
	for _, format := range formats {
		p, err := New(format)
		if err != nil {
			f.Fatal(err)
		}
		parsers = append(parsers, p)
	}
	f.Fuzz(func(t *testing.T, line []byte, at uint) {
		at %= uint(len(line) + 1)
		planted := append(append(append([]byte{}, line[:at]...), marker...), line[at:]...)
		for _, p := range parsers {
			for _, in := range [][]byte{line, planted} {
				if bytes.HasPrefix(in, []byte("#Fields:")) {
					continue // it changes how the parser reads later inputs
				}
				checkParse(t, p, in)
			}
		}
	})
}

// checkParse parses a line twice with p and checks what holds for any line.
func checkParse(t *testing.T, p Parser, line []byte) {
	t.Helper()
	var r, again record.Record
	err := p.Parse(line, &r)
	checkFields(t, &r)
	checkCovered(t, &r)
	checkRequests(t, &r, err)
	if againErr := p.Parse(line, &again); againErr != err || len(again.Fields) != len(r.Fields) || len(again.Requests) != len(r.Requests) {
		t.Errorf("%s: read twice: %v with %d fields, then %v with %d", p.Name(), err, len(r.Fields), againErr, len(again.Fields))
	}
	if len(r.Fields) > fieldLimit {
		t.Errorf("%s: %d fields", p.Name(), len(r.Fields))
	}
}

// checkRequests checks that the requests of a message are stretches of it in order, each with its fields.
func checkRequests(t *testing.T, r *record.Record, err error) {
	t.Helper()
	if len(r.Requests) > 0 && err != ErrNotAccess || len(r.Requests) > maxRequests {
		t.Errorf("%d requests with the error %v", len(r.Requests), err)
	}
	end := 0
	for i := range r.Requests {
		q := &r.Requests[i]
		if q.Start < end || q.End <= q.Start || q.End > len(r.Line) {
			t.Errorf("request %d is [%d:%d] after %d in %d bytes", i, q.Start, q.End, end, len(r.Line))
		}
		end = q.End
		checkFields(t, &q.Record)
		for _, f := range q.Fields {
			if f.Start < q.Start || f.End > q.End {
				t.Errorf("request %d at [%d:%d] has the field [%d:%d]", i, q.Start, q.End, f.Start, f.End)
			}
		}
	}
}

// fieldLimit bounds the fields of a line: maxFields for each JSON around it, and a few more where the last field of each is
// cut off.
const fieldLimit = (record.MaxWraps + 1) * (maxFields + maxDepth)

// FuzzFormatString compiles any format string and reads a line with it. Neither must panic.
func FuzzFormatString(f *testing.F) {
	f.Add(`$remote_addr - "$request" $status`, `192.0.2.1 - "GET / HTTP/1.1" 200`)
	f.Add(`%h %l "%r" %>s %{X}i %{x}t`, `192.0.2.1 - "GET / HTTP/1.1" 200 x 1`)
	f.Add(envoyDefault, `[2026-11-23T15:04:05Z] "GET / HTTP/1.1" 200`)
	f.Add(`{"a":"$request","b":{"c":$status}}`, `{"a":"GET / HTTP/1.1","b":{"c":1}}`)
	f.Add("log_format x escape=json '$remote_addr\\t' # it's\n '$msec \"$request\"';", "192.0.2.1\t1.5 \"GET / HTTP/1.1\"")
	f.Add(`LogFormat "%{%Y-%m-%d}tT%{%T}t.%{msec_frac}t %a \"%r\" %>s" nick`, `2026-11-23T15:04:05.123 192.0.2.1 "GET / HTTP/1.1" 200`)
	f.Add(`log-format "%ci %{+Q}r %hr %[capture.req.hdr(0),lower] %ST"`, `192.0.2.1 "GET / HTTP/1.1" {a|b} x 200`)
	f.Add("json_format:\n  a: \"%START_TIME(%s.%3f)%\"\n  b: \"%REQ(X?:PATH):9%\"", `{"a":"1795446245.123","b":"/x"}`)
	f.Add("#Fields: date time cs-uri-stem cs(Cookie)", "2026-11-23 15:04:05 /x a=b")
	f.Fuzz(func(t *testing.T, format, line string) {
		if !isFormatString(format) {
			return
		}
		p, err := New(format)
		if err != nil {
			return
		}
		var r record.Record
		_ = p.Parse([]byte(line+marker), &r)
		checkFields(t, &r) // not checkCovered: a literal of the format may be a part of the marker
	})
}
