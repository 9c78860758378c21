package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

// patternSet reads the lines of several patterns: first those of the format that fitted last, then those that may begin with
// the first byte of the line. Patterns of one format are always tried in their order, so that no line depends on its
// predecessors.
type patternSet struct {
	patterns []*pattern
	last     int         // the first pattern of the format that fitted last
	starts   [256]uint64 // by the first byte of a line, the patterns that may begin with it, as bits
}

// newPatterns returns the format of the rows with that name, of all rows for "".
func newPatterns(name string, _ Options) format {
	s := &patternSet{}
	for i := range patternRows {
		if row := &patternRows[i]; name == "" || row.name == name {
			s.add(newPattern(row))
		}
	}
	return s
}

func (s *patternSet) add(p *pattern) {
	n := len(s.patterns)
	if n == 64 {
		panic("BUG: starts has a bit for each of 64 patterns")
	}
	s.patterns = append(s.patterns, p)
	for c := range s.starts {
		if p.mayStart(byte(c)) {
			s.starts[c] |= 1 << n
		}
	}
}

// mayStart reports whether a line of p may begin with c.
func (p *pattern) mayStart(c byte) bool {
	if len(p.lead) > 0 {
		return c == p.lead[0]
	}
	starts := p.ops[0].variable.starts
	return starts == nil || starts(c) || c == '-'
}

func (s *patternSet) parse(r *record.Record) error {
	first := blanksEnd(r.Line, 0)
	if first == len(r.Line) {
		return ErrFormat
	}
	starts := s.starts[r.Line[first]]
	if err := s.parseFormat(r, s.last, starts); err != ErrFormat {
		return err
	}
	for n := 0; n < len(s.patterns); n = s.formatEnd(n) {
		if n == s.last {
			continue
		}
		if err := s.parseFormat(r, n, starts); err != ErrFormat {
			s.last = n
			return err
		}
	}
	return ErrFormat
}

// parseFormat tries the patterns in starts of the format whose first one is n.
func (s *patternSet) parseFormat(r *record.Record, n int, starts uint64) error {
	line := r.Line
	for end := s.formatEnd(n); n < end; n++ {
		if starts&(1<<n) == 0 {
			continue
		}
		r.Reset(line)
		if err := s.patterns[n].parse(r); err != ErrFormat {
			return err
		}
	}
	return ErrFormat
}

// formatEnd returns the index behind the patterns of the format that pattern n belongs to.
func (s *patternSet) formatEnd(n int) int {
	name := s.patterns[n].row.name
	for n < len(s.patterns) && s.patterns[n].row.name == name {
		n++
	}
	return n
}

var explainPatterns = explanation{find: mismatchPatterns}

// mismatchPatterns finds the pattern that fits most of line.
func mismatchPatterns(line []byte) (at int, want string) {
	want = "a line of " + patternRows[0].name + ": " + patternRows[0].line
	for i := range patternRows {
		var r record.Record
		r.Reset(line)
		if n := newPattern(&patternRows[i]).mismatch(&r); n > at {
			at, want = n, "a line of "+patternRows[i].name+": "+patternRows[i].line
		}
	}
	return at, want
}

// mismatch returns the byte of the line from which on it does not fit.
func (p *pattern) mismatch(r *record.Record) int {
	i := max(literalEnd(r.Line, blanksEnd(r.Line, 0), p.lead), 0)
	for n := range p.ops {
		o := &p.ops[n]
		end, after := o.end(r.Line, i, p.more)
		if i == 0 && len(p.lead) > 0 || end < 0 || !o.set(&p.assigner, r, i, end) {
			break
		}
		i = after
	}
	return i
}
