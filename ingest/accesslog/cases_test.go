package accesslog

import (
	"bufio"
	"encoding/json"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// parseCase is a line with the values that another project's test expects.
type parseCase struct {
	Format, Tier, Kind, Line, Source, Case string
	Want                                   map[string]any
}

const casesPath = "../../../shared/data/parse_cases.jsonl"

// formatOfCase maps a case's format to the format that reads it, besides "auto".
var formatOfCase = map[string]string{
	"aws_alb": "alb", "haproxy_http": "haproxy", "nginx_main": "combined", "nginx_ingress": "combined", "litespeed": "combined",
	"upsun_httplog": "combined", "fastly_json": "json", "nginx_error": "combined",
}

// knownDifferences are values that differ on purpose: the source cuts "https:" off an absolute-form target.
var knownDifferences = map[string]bool{"nginx_req_limit_exceeded target": true, "nginx_req_limit_exceeded path": true}

func TestParseCases(t *testing.T) {
	f, err := os.Open(casesPath)
	if err != nil {
		t.Skip("no collection of real lines here: ", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c parseCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		t.Run(c.Format+"/"+c.Case, func(t *testing.T) {
			c.check(t, "auto")
			if name := formatOfCase[c.Format]; name != "" {
				c.check(t, name)
			}
		})
	}
}

func (c *parseCase) check(t *testing.T, format string) {
	p, err := New(format)
	if err != nil {
		t.Fatal(err)
	}
	var r record.Record
	err = p.Parse([]byte(c.Line), &r)
	want := map[string]error{"access": nil, "malformed": ErrRequest, "error": ErrNotAccess, "reject": ErrNotAccess, "non_http": ErrNotAccess}[c.Kind]
	if err != want {
		t.Errorf("%s: error %v, want %v: %s", format, err, want, c.Line)
	}
	checkFields(t, &r)
	got := recordMap(&r)
	for k, want := range c.Want {
		if !sameValue(k, got[k], want) && !knownDifferences[caseName(c.Source)+" "+k] {
			t.Errorf("%s: %s = %v, want %v", format, k, got[k], want)
		}
	}
}

func caseName(source string) string { return source[strings.LastIndexByte(source, '/')+1:] }

// recordMap returns the values of r by the names in the cases.
func recordMap(r *record.Record) map[string]any {
	m := map[string]any{"bytes": nil, "status": nil, "time": nil, "client_ip": nil}
	for name, f := range map[string]record.Field{
		"user": r.User, "method": r.Method, "target": r.Target, "path": r.Path, "query": r.Query, "referer": r.Referer,
		"user_agent": r.UserAgent, "host": r.Host,
	} {
		if m[name] = nil; f.Present() {
			m[name] = string(record.Unescape(nil, r.Raw(f), f.Escape))
			if name != "user_agent" && name != "referer" {
				m[name] = string(r.Raw(f))
			}
		}
	}
	if r.Status != 0 {
		m["status"] = float64(r.Status)
	}
	if r.Bytes >= 0 {
		m["bytes"] = float64(r.Bytes)
	}
	if r.ClientIP.IsValid() {
		m["client_ip"] = r.ClientIP
	}
	m["time"] = r.Time
	if !r.Target.Present() && !r.Method.Present() {
		for _, f := range r.Fields {
			if f.Kind == record.KindTarget {
				m["request_raw"] = string(r.Raw(f))
			}
		}
	}
	return m
}

func sameValue(key string, got, want any) bool {
	if want == nil {
		return got == nil
	}
	switch key {
	case "client_ip":
		return got == netip.MustParseAddr(want.(string))
	case "time":
		at, err := time.Parse(time.RFC3339Nano, want.(string))
		return err == nil && at.Equal(got.(time.Time))
	case "target":
		return got == want || originForm(got) == want
	}
	return got == want
}

// originForm removes scheme and authority of an absolute-form target, as some sources expect it.
func originForm(target any) any {
	s, _ := target.(string)
	_, rest, ok := strings.Cut(s, "://")
	if !ok {
		return target
	}
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return "/"
}

// checkFields checks the guarantees for the fields of every record.
func checkFields(t testing.TB, r *record.Record) {
	t.Helper()
	end := 0
	for i, f := range r.Fields {
		if f.Start < end || f.End <= f.Start || f.End > len(r.Line) {
			t.Errorf("field %d of %d is [%d:%d] after %d in a line of %d bytes", i, len(r.Fields), f.Start, f.End, end, len(r.Line))
			return
		}
		end = f.End
	}
	for i, f := range r.NamedFields() {
		if f.Present() && (f.Start < 0 || f.End < f.Start || f.End > len(r.Line)) {
			t.Errorf("named field %d is [%d:%d] in a line of %d bytes", i, f.Start, f.End, len(r.Line))
		}
	}
	if r.Target.Present() && (r.Path.Start < r.Target.Start && r.Path.Present() || r.Path.End > r.Target.End || r.Query.End > r.Target.End) {
		t.Errorf("path [%d:%d] or query [%d:%d] outside of target [%d:%d]", r.Path.Start, r.Path.End, r.Query.Start, r.Query.End, r.Target.Start, r.Target.End)
	}
}
