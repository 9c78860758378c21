package accesslog

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// marker is a text that fits into no value of a fixed type and no known key.
const marker = "Zq9-Marker-Marker-q9Z"

// goldenLines returns the lines of testdata/lines.txt with the names of their formats, "" where the file gives none.
func goldenLines(t testing.TB) (names, lines []string) {
	t.Helper()
	text, err := os.ReadFile("testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	for entry := range strings.SplitSeq(string(text), "\n") {
		if name, line, ok := strings.Cut(entry, "|"); ok && !strings.HasPrefix(entry, "# ") {
			names, lines = append(names, name), append(lines, line)
		}
	}
	return names, lines
}

// checkCovered checks that no marker in the line is outside of the fields.
func checkCovered(t testing.TB, r *record.Record) {
	t.Helper()
	line := r.Line
	for from := 0; ; {
		n := bytes.Index(line[from:], []byte(marker))
		if n < 0 {
			return
		}
		start := from + n
		from = start + len(marker)
		if covered := coveredUpTo(r.Fields, start); covered < from {
			t.Errorf("byte %d of the marker at %d is in no field (%s): %q", covered-start, start, r.Format, line)
			return
		}
	}
}

// coveredUpTo returns the first byte from start on that is in no field.
func coveredUpTo(fields []record.Field, start int) int {
	for _, f := range fields {
		if f.Start <= start && start < f.End {
			start = f.End
		}
	}
	return start
}

// TestCover plants a marker at every position of every line, and checks that a field covers it.
func TestCover(t *testing.T) {
	names, lines := goldenLines(t)
	for n, line := range lines {
		formats := []string{"auto"}
		if names[n] != "" {
			formats = append(formats, names[n])
		}
		for _, format := range formats {
			t.Run(fmt.Sprintf("%s/line %d", format, n), func(t *testing.T) { checkMarkers(t, format, line) })
		}
	}
}

func checkMarkers(t *testing.T, format, line string) {
	t.Helper()
	p, err := New(format)
	if err != nil {
		t.Fatal(err)
	}
	var r record.Record
	for i := 0; i <= len(line) && !t.Failed(); i++ {
		_ = p.Parse([]byte(line[:i]+marker+line[i:]), &r)
		checkFields(t, &r)
		checkCovered(t, &r)
		_ = p.Parse([]byte(line[:i]+marker), &r)
		checkFields(t, &r)
		checkCovered(t, &r)
	}
}
