package accesslog

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

var update = flag.Bool("update", false, "write testdata/lines.golden")

// TestGolden reads every line of testdata/lines.txt and compares the records with testdata/lines.golden.
func TestGolden(t *testing.T) {
	lines, err := os.ReadFile("testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	for entry := range strings.SplitSeq(string(lines), "\n") {
		name, line, ok := strings.Cut(entry, "|")
		if !ok || strings.HasPrefix(entry, "# ") {
			continue
		}
		auto := describe(t, "auto", line)
		fmt.Fprintf(&got, "%s\n%s\n", line, auto)
		if name == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if byName := describe(t, name, line); withoutFormat(byName) != withoutFormat(auto) || !strings.HasPrefix(byName, "  "+name+" ") {
				t.Errorf("%s reads differently than auto:\n%s\n%s\n%s", name, line, byName, auto)
			}
		})
	}
	if *update {
		if err := os.WriteFile("testdata/lines.golden", got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile("testdata/lines.golden")
	if err != nil {
		t.Fatal(err)
	}
	compareText(t, got.String(), string(want))
}

// TestEveryFormatHasALine holds that no format is added without a line of testdata/lines.txt that goes by its name.
func TestEveryFormatHasALine(t *testing.T) {
	names, _ := goldenLines(t)
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			if name == "w3c" || name == "auto" { // TestW3CDirectives: its columns stand in a line before
				return
			}
			if !slices.Contains(names, name) {
				t.Errorf("testdata/lines.txt has no line of %s", name)
			}
		})
	}
}

// TestParsersTakeTurns reads all lines of a format with one parser, twice, and checks that its memory of other lines makes no
// difference.
func TestParsersTakeTurns(t *testing.T) {
	names, lines := goldenLines(t)
	parsers := make(map[string]Parser)
	for range 2 {
		for n, line := range lines {
			name := names[n]
			if name == "" {
				continue
			}
			if parsers[name] == nil {
				parsers[name], _ = New(name)
			}
			fresh, _ := New(name)
			if got, want := describeBy(t, parsers[name], line), describeBy(t, fresh, line); got != want {
				t.Errorf("%s: %s\nreads as\n%s\nnot\n%s", name, line, got, want)
			}
		}
	}
}

// withoutFormat removes the format's name from a description: many JSON lines could be of several formats.
func withoutFormat(s string) string {
	_, rest, _ := strings.Cut(strings.TrimLeft(s, " "), " ")
	return rest
}

func compareText(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("line %d differs from the golden file:\n%s\nwant\n%s", i+1, at(g, i), at(w, i))
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// describe returns the record of a line as text.
func describe(t *testing.T, format, line string) string {
	t.Helper()
	p, err := New(format)
	if err != nil {
		t.Fatal(err)
	}
	return describeBy(t, p, line)
}

func describeBy(t *testing.T, p Parser, line string) string {
	t.Helper()
	var r record.Record
	err := p.Parse([]byte(line), &r)
	checkFields(t, &r)
	var b strings.Builder
	describeParts(&b, &r, err)
	for i := range r.Requests {
		b.WriteString("  request")
		describeParts(&b, &r.Requests[i].Record, r.Requests[i].Err)
	}
	for _, f := range r.Fields {
		fmt.Fprintf(&b, "    %-8s %-6s %q", kindNames[f.Kind], escapeNames[f.Escape], r.Raw(f))
		if f.Name != nil {
			fmt.Fprintf(&b, " (%s)", f.Name)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// describeParts writes all of a record but its fields.
func describeParts(b *strings.Builder, r *record.Record, err error) {
	fmt.Fprintf(b, "  %s", r.Format)
	if err != nil {
		fmt.Fprintf(b, " (%v)", err)
	}
	if !r.Time.IsZero() {
		fmt.Fprintf(b, " %s", r.Time.Format(time.RFC3339Nano))
	}
	fmt.Fprintf(b, " %v %d %d\n ", r.ClientIP, r.Status, r.Bytes)
	for i, f := range r.NamedFields() {
		if f.Present() {
			fmt.Fprintf(b, " %s=%q", fieldNames[i], r.Raw(*f))
		}
	}
	b.WriteString("\n")
}

var (
	fieldNames  = [...]string{"user", "method", "target", "path", "query", "protocol", "referer", "user_agent", "host", "scheme", "tls", "action"}
	kindNames   = [...]string{"text", "target", "path", "query", "url", "referer", "header", "cookies", "cookie", "param", "user", "agent", "host"}
	escapeNames = [...]string{"", `\`, "#", `""`, "json", `json\`, "json#", `json""`, "json2"}
)
