package accesslog

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestNoAllocations reads every line by name and with "auto", bare and wrapped, and checks that a parser that knows its
// source allocates nothing. Directives may allocate: they are rare.
func TestNoAllocations(t *testing.T) {
	names, lines := goldenLines(t)
	for n, line := range lines {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if raceDetector && strings.HasPrefix(line, "[") { // json.Valid has a sync.Pool, from which the race detector drops; make check runs without it
			continue
		}
		for _, format := range []string{"auto", names[n]} {
			if format == "" {
				continue
			}
			t.Run(fmt.Sprintf("%s/line %d", format, n), func(t *testing.T) {
				checkNoAllocations(t, format, line)
				if names[n] != "" {
					for _, wrap := range envelopes {
						checkNoAllocations(t, format, wrap(line))
					}
				}
			})
		}
	}
}

// TestBoundedMemory reads the worst known lines, and checks that the memory of a new parser is bounded by the line's length.
// A field takes 88 bytes and an escape 32 in a view; slices double as they grow.
func TestBoundedMemory(t *testing.T) {
	repeated := func(s string) string { return strings.Repeat(s, 1<<18/len(s)) }
	head := `192.0.2.1 - - [23/Nov/2026:15:04:05 +0000] "GET / HTTP/1.1" 200 5 "-" "curl" `
	for name, line := range map[string]string{
		"columns": head + repeated(`"a" `), "escapes": head + `"` + repeated(`\"`) + `"`, "brackets": head + repeated(`[a] `),
		"pairs": repeated("a=b "), "keys": `{"remote_addr":"192.0.2.1",` + repeated(`"a":"b",`), "depth": repeated(`{"a":[`),
		"unicode": `{"log":"` + repeated(`\u0041`) + `"}`, "escaped": `{"message":"` + repeated(`\\\"`) + `"}`, "nested": repeated(`{\"log\":\"`),
		"array": `{"ip":"192.0.2.1","url":"/a","x":[` + repeated(`"a",`), "tabs": "2026-11-23\t15:04:05" + repeated("\tx"),
		"wrapped": `{"log":"` + strings.ReplaceAll(repeated(`{"log":"a b c d e f g h i"},`), `"`, `\"`) + `"}`,
		"headers": "#Fields: " + repeated("a "), "captured": `192.0.2.1:1 [23/Nov/2026:15:04:05.123] f b/s 0/0/0/0/0 200 5 - - ---- 1/1/1/1/0 0/0 {` + repeated("a|") + `} "GET / HTTP/1.1"`,
	} {
		for _, format := range []string{"auto", "combined", "json", "haproxy", "logfmt", "w3c", "alb"} {
			t.Run(format+"/"+name, func(t *testing.T) { checkMemory(t, format, line) })
		}
	}
}

func checkMemory(t *testing.T, format, line string) {
	t.Helper()
	const perByte, fixed = 100, 1 << 20
	p, err := New(format)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	var r record.Record
	in := []byte(line)
	runtime.ReadMemStats(&before)
	_ = p.Parse(in, &r)
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(perByte*len(in)+fixed); got > most {
		t.Errorf("%d bytes for a line of %d", got, len(in))
	} else {
		t.Logf("%.1f bytes a byte", float64(got)/float64(len(in)))
	}
}

func checkNoAllocations(t *testing.T, format, line string) {
	t.Helper()
	p, err := New(format)
	if err != nil {
		t.Fatal(err)
	}
	var r record.Record
	in := []byte(line)
	for range 3 {
		_ = p.Parse(in, &r)
	}
	if n := testing.AllocsPerRun(10, func() { _ = p.Parse(in, &r) }); n > 0 {
		t.Errorf("%s: %v allocations: %s", format, n, line)
	}
}
