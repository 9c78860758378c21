package accesslog

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestPatternsExclude checks that no line fits the patterns of two formats, or a pattern and another format: which of them
// reads it would depend on the lines before. Squid and Traffic Server write the same.
func TestPatternsExclude(t *testing.T) {
	_, lines := goldenLines(t)
	for _, line := range lines {
		fits := make(map[string]bool)
		for i := range patternRows {
			row := &patternRows[i]
			if fitsFormat(newPattern(row), line) && row.name != "trafficserver" {
				fits[row.name] = true
			}
		}
		for i := range formats {
			f := &formats[i]
			if f.auto > 0 && f.auto != autoLastResort && f.explain != &explainPatterns && fitsFormat(f.build("", Options{}), line) {
				fits[f.name] = true
			}
		}
		if len(fits) > 1 {
			t.Errorf("%v read %s", fits, line)
		}
	}
}

func fitsFormat(f format, line string) bool {
	var r record.Record
	r.Reset([]byte(line))
	return f.parse(&r) != ErrFormat
}
