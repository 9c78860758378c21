package guard

import (
	"bytes"
	"regexp"
)

// ReasonPattern is the reason of a span that one of Options.Patterns matched. The search applies Patterns to the fields of a
// line alone; a Guard applies them to the whole line.
const ReasonPattern = "a pattern of the configuration"

// custom holds the names and patterns of the configuration.
type custom struct {
	names    map[string]bool // flattened
	patterns []*regexp.Regexp
}

func newCustom(o *Options) custom {
	c := custom{names: map[string]bool{}}
	for _, n := range o.Names {
		c.names[flatten(n)] = true
	}
	for _, n := range o.ExceptNames {
		delete(c.names, flatten(n))
	}
	for _, p := range o.Patterns {
		c.patterns = append(c.patterns, regexp.MustCompile(p))
	}
	return c
}

// scan checks one level of decoding.
func (c *custom) scan(b []byte, dst []Span) []Span {
	for _, re := range c.patterns {
		dst = scanPattern(b, re, dst)
	}
	if len(c.names) == 0 {
		return dst
	}
	for i := range b {
		if b[i] != '=' && b[i] != ':' {
			continue
		}
		end := i
		if end > 0 && b[end-1] == '"' {
			end--
		}
		if !c.hasName(b, end) {
			continue
		}
		if from, to := valueAt(b, i+1); looksSecret(b[from:to]) {
			dst = append(dst, Span{from, to, reasonCustomName})
		}
	}
	return dst
}

// hasName reports whether a configured name ends before b[end].
func (c *custom) hasName(b []byte, end int) bool {
	var buf [maxName]byte
	return c.names[string(nameBefore(b, end, &buf))]
}

// scanPattern appends the matches of re outside of placeholders.
func scanPattern(b []byte, re *regexp.Regexp, dst []Span) []Span {
	for _, at := range re.FindAllSubmatchIndex(b, -1) {
		start, end := at[0], at[1]
		if len(at) >= 4 && at[2] >= 0 {
			start, end = at[2], at[3]
		}
		if start < end && !bytes.Contains(b[max(0, start-placeholderReach):end], []byte(placeholder)) {
			dst = append(dst, Span{start, end, ReasonPattern})
		}
	}
	return dst
}
