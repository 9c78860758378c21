package accesslog

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// pattern reads the lines of a server's own layout: literal text and values alternate, as in a template. It is strict: a
// value that is not of its type means that the line is of another format, because many patterns are tried on a line.
//
// A blank of the text stands for one or more blanks. A value goes up to the text behind it, if what follows that may be the
// next value. The values that a client writes unquoted (texts, user agents) go up to the last such place: what stands behind
// them is the server's.
type pattern struct {
	assigner
	row  *patternRow
	lead []byte // the text before the first value
	ops  []patternOp
	more bool // further columns may follow
}

// patternOp is a value and the text behind it, which is empty at the end of the line.
type patternOp struct {
	variable *variable
	quoted   bool // the value stands in quotes
	literal  []byte
	next     *patternOp
}

// morePattern at the end of a pattern allows further columns.
const morePattern = " ..."

// newPattern compiles a row. It panics if the row is wrong: rows are constants.
func newPattern(row *patternRow) *pattern {
	p := &pattern{row: row}
	text, more := strings.CutSuffix(row.line, morePattern)
	p.more = more
	lead, rest, _ := strings.Cut(text, "$")
	p.lead = []byte(lead)
	quoted := strings.HasSuffix(lead, `"`)
	for rest != "" {
		n := 0
		for n < len(rest) && rest[n]-'a' <= 'z'-'a' {
			n++
		}
		v := patternVariables[rest[:n]]
		if v == nil {
			panic("BUG: pattern of " + row.name + ": no variable " + rest[:n])
		}
		literal, after, _ := strings.Cut(rest[n:], "$")
		p.ops = append(p.ops, patternOp{variable: v, quoted: quoted && strings.HasPrefix(literal, `"`), literal: []byte(literal)})
		quoted, rest = strings.HasSuffix(literal, `"`), after
	}
	for i := range len(p.ops) - 1 {
		p.ops[i].next = &p.ops[i+1]
	}
	return p
}

func (p *pattern) parse(r *record.Record) error {
	p.begin()
	i := literalEnd(r.Line, blanksEnd(r.Line, 0), p.lead)
	for n := range p.ops {
		if i < 0 {
			return ErrFormat
		}
		o := &p.ops[n]
		end, after := o.end(r.Line, i, p.more)
		if end < 0 || !o.set(&p.assigner, r, i, end) {
			return ErrFormat
		}
		i = after
	}
	if !p.more && blanksEnd(r.Line, i) < len(r.Line) || i < len(r.Line) && !isBlank(r.Line[i]) {
		return ErrFormat
	}
	setExtraColumns(r, i)
	r.Format = p.row.name
	p.notAccess = p.row.notice
	p.malformed = p.malformed || !r.Target.Present() && !r.Path.Present()
	return p.finish(r)
}

// end returns the end of the value at line[i] and that of the text behind it, -1 if it has none.
func (o *patternOp) end(line []byte, i int, more bool) (end, after int) {
	if len(o.literal) == 0 {
		if more {
			end = tokenEnd(line, i, ' ')
			return end, end
		}
		return max(i, len(bytes.TrimRight(line, " \t"))), len(line)
	}
	end = -1
	limit := len(line)
	if o.variable.maxLen > 0 {
		limit = min(limit, i+o.variable.maxLen)
	}
	if o.variable.short {
		limit = tokenEnd(line, i, o.literal[0])
	}
	for from := i; i <= limit && i < len(line); i++ {
		if o.literal[0] != ' ' {
			if i = indexFrom(line, i, o.literal[0]); i >= len(line) || i > limit {
				break
			}
		} else if !isBlank(line[i]) || i > from && isBlank(line[i-1]) {
			continue
		}
		next := literalEnd(line, i, o.literal)
		if next < 0 || o.quoted && isEscaped(line, from, i) || !o.variable.mayBe(line[from:i]) || !o.next.follows(line, next) ||
			o.next == nil && !more && !o.quoted && blanksEnd(line, next) < len(line) {
			continue
		}
		if end, after = i, next; o.quoted || !o.variable.greedy && !o.variable.isTime {
			break
		}
	}
	return end, after
}

// follows reports whether the value of o, if it is a short one, stands at line[i].
func (o *patternOp) follows(line []byte, i int) bool {
	if o == nil || !o.variable.short || o.quoted {
		return true
	}
	if len(o.literal) == 0 {
		end := tokenEnd(line, i, ' ')
		return o.variable.accepts(line[i:end])
	}
	end := tokenEnd(line, i, o.literal[0])
	return o.variable.accepts(line[i:end]) && literalEnd(line, end, o.literal) >= 0
}

// set records the value at line[start:end]. It returns false if it is not of its type.
func (o *patternOp) set(a *assigner, r *record.Record, start, end int) bool {
	value, v := r.Line[start:end], o.variable
	if v.accepts != nil && !v.accepts(value) {
		return false
	}
	s := span{start, end, record.EscapeNone}
	if o.quoted {
		s.escape = record.EscapeBackslash
	}
	if v.special != nil {
		return v.special(a, r, s)
	}
	return a.set(r, &v.def, s)
}

// literalEnd returns the end of literal at line[i], -1 if it is not there.
func literalEnd(line []byte, i int, literal []byte) int {
	for _, c := range literal {
		if i >= len(line) {
			return -1
		}
		if c == ' ' {
			if !isBlank(line[i]) {
				return -1
			}
			i = blanksEnd(line, i)
			continue
		}
		if line[i] != c {
			return -1
		}
		i++
	}
	return i
}

// tokenEnd returns the index of the first blank or c from line[i] on, at most maxToken bytes further.
func tokenEnd(line []byte, i int, c byte) int {
	limit := min(len(line), i+maxToken)
	for i < limit && !isBlank(line[i]) && line[i] != c {
		i++
	}
	return i
}

// maxToken is the length from which a value is no number, address, method or protocol.
const maxToken = 64

func blanksEnd(line []byte, i int) int {
	for i < len(line) && isBlank(line[i]) {
		i++
	}
	return i
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
