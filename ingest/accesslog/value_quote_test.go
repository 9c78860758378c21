package accesslog

import (
	"strings"
	"testing"
)

func TestClosingQuote(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		want int
	}{
		"plain":                            {`abc" next`, 3},
		"end of the line":                  {`abc"`, 3},
		"a quote within":                   {`a"c" next`, 3},
		"escaped quotes within":            {`a\" b\" c" next`, 9},
		"a backslash before the last":      {`C:\" next`, 3},
		"an escaped backslash":             {`C:\\" next" `, 4},
		"none":                             {`abc`, -1},
		"a better end within the bound":    {`C:\" ` + strings.Repeat(`\" `, maxQuotes-1) + `x" `, 6 + 3*(maxQuotes-1)},
		"a better end too far behind":      {`C:\" ` + strings.Repeat(`\" `, maxQuotes+1) + `x" `, 3},
		"other quotes count for the bound": {`C:\" ` + strings.Repeat(`"`, maxQuotes+1) + `" `, 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := closingQuote([]byte(c.line), 0, " "); got != c.want {
				t.Errorf("want %d, got %d", c.want, got)
			}
		})
	}
}
