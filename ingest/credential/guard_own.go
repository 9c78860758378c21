package credential

import (
	"bytes"
	"regexp"
)

// ReasonPattern is the reason of a Span that a pattern of the configuration caught. The Finder looks for these in the
// fields of a line alone, a Guard everywhere.
const ReasonPattern = "a pattern of the configuration"

// guardOwn is what the configuration adds to what a Guard knows.
type guardOwn struct {
	names    map[string]bool
	patterns []*regexp.Regexp
}

func newGuardOwn(o *GuardOptions) guardOwn {
	own := guardOwn{names: map[string]bool{}}
	for _, n := range o.Names {
		own.names[guardFlat(n)] = true
	}
	for _, n := range o.Exceptions.Names {
		delete(own.names, guardFlat(n))
	}
	for _, p := range o.Patterns {
		own.patterns = append(own.patterns, regexp.MustCompile(p.Regexp))
	}
	return own
}

// scan looks at one level for the user's names and patterns.
func (o *guardOwn) scan(b []byte, lax bool, dst []Span) []Span {
	for _, re := range o.patterns {
		dst = guardPattern(b, re, dst)
	}
	if lax || len(o.names) == 0 {
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
		if from, to := guardValueAt(b, i+1); o.named(b, end) && guardSecret(b[from:to]) {
			dst = append(dst, Span{from, to, "the value of a name of the configuration"})
		}
	}
	return dst
}

func (o *guardOwn) named(b []byte, end int) bool {
	var buf [48]byte
	return o.names[string(guardNameBefore(b, end, &buf))]
}

// guardValueAt is where the value behind b[i-1] stands.
func guardValueAt(b []byte, i int) (from, to int) {
	for i < len(b) && (b[i] == ' ' || b[i] == '"' || b[i] == '\'') {
		i++
	}
	b = b[:min(len(b), i+guardValue)]
	for to = i; to < len(b) && b[to] != '&' && b[to] != '#' && b[to] > ' ' && !guardEnd[b[to]]; {
		to++
	}
	return i, to
}

func guardPattern(b []byte, re *regexp.Regexp, dst []Span) []Span {
	for _, at := range re.FindAllSubmatchIndex(b, -1) {
		start, end := at[0], at[1]
		if len(at) >= 4 && at[2] >= 0 {
			start, end = at[2], at[3]
		}
		if start < end && !bytes.Contains(b[max(0, start-len(placeholderWord)-maxKind-2):end], []byte(placeholderWord)) {
			dst = append(dst, Span{start, end, ReasonPattern})
		}
	}
	return dst
}
