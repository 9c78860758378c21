package accesslog

import (
	"strings"
	"testing"
)

// TestNoAllocations reads every line by name and with "auto", bare and wrapped: once the parser knows its source, no
// line costs memory. Lines with a zone in an address and directives may: they are rare.
func TestNoAllocations(t *testing.T) {
	names, lines := goldenLines(t)
	for n, line := range lines {
		if strings.Contains(line, "::1%") || strings.HasPrefix(line, "#") {
			continue
		}
		for _, format := range []string{"auto", names[n]} {
			if format == "" {
				continue
			}
			checkNoAllocations(t, format, line)
			if names[n] != "" {
				for _, wrap := range envelopes {
					checkNoAllocations(t, format, wrap(line))
				}
			}
		}
	}
}

func checkNoAllocations(t *testing.T, format, line string) {
	t.Helper()
	p, err := New(format)
	if err != nil {
		t.Fatal(err)
	}
	var r Record
	in := []byte(line)
	for range 3 {
		_ = p.Parse(in, &r)
	}
	if n := testing.AllocsPerRun(10, func() { _ = p.Parse(in, &r) }); n > 0 {
		t.Errorf("%s: %v allocations: %s", format, n, line)
	}
}
