package accesslog

import (
	"bytes"
	"fmt"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// template reads lines written with a format string: literal text and values alternate.
type template struct {
	assigner
	name   string
	escape record.Escape // of values without quotes
	strict bool          // an invalid number means that the line is of another format
	ops    []op
}

// op is a value and the literal text behind it. The first op of a template has no value.
type op struct {
	def        def
	enclose    byte   // the quote or bracket around the value, 0 for none
	literal    []byte // "" at the end of the template, or between values that touch
	until      byte   // the first byte of the next value, for values that touch; 0 for others
	next       *def   // the value behind the literal, if its type helps to find the right literal
	afterQuote []byte // literal without its first byte, which follows the closing quote
	padded     bool   // blanks may stand in front of the value
}

// part is a piece of a format string: literal text or a value.
type part struct {
	literal string
	def     def
	isValue bool
	text    string // of a value: its spelling in the format string, for errors
	sample  string // of a time with a layout in the format string: an example in that layout
	padded  bool   // blanks fill the value up to a width
}

// newTemplate compiles the parts of a format string. e is the escape of values without quotes.
func newTemplate(name string, parts []part, e record.Escape) (*template, error) {
	t := &template{name: name, escape: e, ops: make([]op, 1)}
	nameGuesses(parts)
	parts = joinTimes(joinRequest(parts))
	for i, p := range parts {
		if i > 0 && p.isValue && parts[i-1].isValue && !canFollowDirectly(parts[i-1].def, p.def) {
			return nil, fmt.Errorf("%s and %s in the log format string touch: nothing in a line tells where one ends; put a space between them",
				parts[i-1].text, p.text)
		}
		last := &t.ops[len(t.ops)-1]
		if !p.isValue {
			last.literal = append(last.literal, p.literal...)
			continue
		}
		t.ops = append(t.ops, op{def: nameBy(last.literal, p.def), enclose: enclosing(last.literal), padded: p.padded})
	}
	if len(t.ops) == 1 {
		return nil, errNoVariables
	}
	for i := range t.ops {
		t.linkOp(i)
	}
	return t, nil
}

// nameBy returns d, for a header that the format string does not name with the name that literal, the text before it, ends with:
// key=, "key":".
func nameBy(literal []byte, d def) def {
	text := bytes.TrimRight(literal, `"`)
	if d.role != roleGuess || len(text) == 0 || text[len(text)-1] != '=' && text[len(text)-1] != ':' {
		return d
	}
	text = bytes.TrimRight(text[:len(text)-1], `"`)
	from := len(text)
	for from > 0 && (methodByte(text[from-1]) || isDigit(text[from-1])) {
		from--
	}
	if from == len(text) {
		return d
	}
	return def{role: roleField, kind: record.KindHeader, name: bytes.Clone(text[from:])}
}

// enclosing returns the quote or bracket that literal ends with.
func enclosing(literal []byte) byte {
	if n := len(literal); n > 0 && (literal[n-1] == '"' || literal[n-1] == '[') {
		return literal[n-1]
	}
	return 0
}

// linkOp prepares the search for the end of the value of op i.
func (t *template) linkOp(i int) {
	o := &t.ops[i]
	switch {
	case o.enclose == '"' && (len(o.literal) == 0 || o.literal[0] != '"'):
		o.enclose = 0
	case o.enclose == '"':
		o.afterQuote = o.literal[1:]
	case o.enclose == '[' && (len(o.literal) == 0 || o.literal[0] != ']'):
		o.enclose = 0
	}
	if i+1 == len(t.ops) {
		return
	}
	next := &t.ops[i+1].def
	if len(o.literal) > 0 {
		o.next = next
		return
	}
	switch next.role {
	case roleTarget, rolePath:
		o.until = '/'
	case roleQuery:
		o.until = '?'
	}
}

func (t *template) parse(r *record.Record) error {
	t.begin()
	i := len(t.ops[0].literal)
	if !bytes.HasPrefix(r.Line, t.ops[0].literal) {
		return ErrFormat
	}
	for n := 1; n < len(t.ops); n++ {
		o := &t.ops[n]
		if o.def.role == roleCaptured && (i >= len(r.Line) || r.Line[i] != '{') {
			// No headers were captured: HAProxy leaves the space behind them out as well.
			if len(o.literal) > 0 && o.literal[0] == ' ' {
				if !bytes.HasPrefix(r.Line[i:], o.literal[1:]) {
					return ErrFormat
				}
				i += len(o.literal) - 1
				continue
			}
		}
		if o.padded {
			i = blanksEnd(r.Line, i)
		}
		end := o.end(r.Line, i)
		if end < 0 || !t.value(r, o, i, end) {
			return ErrFormat
		}
		i = end + len(o.literal)
	}
	if i < len(r.Line) {
		if r.Line[i] != ' ' {
			return ErrFormat
		}
		setExtraColumns(r, i)
	}
	r.Format = t.name
	return t.finish(r)
}

// value records one value. It returns false if the value shows that the line is of another format.
func (t *template) value(r *record.Record, o *op, start, end int) bool {
	e := t.escape
	if o.enclose == '"' && e == record.EscapeNone {
		e = record.EscapeBackslash
	}
	if o.def.role == roleCaptured {
		setCaptured(r, start, end)
		return true
	}
	if t.set(r, &o.def, span{start, end, e}) {
		return true
	}
	switch o.def.role {
	case roleTime, roleStatus, roleBytes:
		return false
	case roleNumber:
		return !t.strict
	}
	return true
}

// end returns the end of the value that begins at line[i], -1 if the literal behind it is missing.
func (o *op) end(line []byte, i int) int {
	switch {
	case o.def.role == roleCaptured && i < len(line) && line[i] == '{':
		return o.endCaptured(line, i)
	case o.enclose == '"':
		return o.endQuoted(line, i)
	case len(o.literal) > 0:
		return o.endLiteral(line, i)
	case o.until != 0:
		if n := bytes.IndexByte(line[i:], o.until); n >= 0 {
			return i + n
		}
		return i + len(line[i:])
	}
	return len(line)
}

// endCaptured returns the end of captured headers, which may hold spaces.
func (o *op) endCaptured(line []byte, i int) int {
	if len(o.literal) == 0 {
		return len(line)
	}
	n := capturedEnd(line, i+1) + 1
	if n == 0 || !bytes.HasPrefix(line[n:], o.literal) {
		return o.endLiteral(line, i)
	}
	return n
}

// endQuoted returns the index of the closing quote: an unescaped one with the literal and a value of the next type behind it.
func (o *op) endQuoted(line []byte, i int) int {
	escaped := -1
	for from := i; ; i++ {
		n := bytes.IndexByte(line[i:], '"')
		if n < 0 {
			return escaped
		}
		i += n
		if !bytes.HasPrefix(line[i+1:], o.afterQuote) || !o.isEnd(line, i) {
			continue
		}
		if !isEscaped(line, from, i) {
			return i
		}
		if escaped < 0 {
			escaped = i
		}
	}
}

// endLiteral returns the index of the literal, -1 without it. A list continues behind a comma.
func (o *op) endLiteral(line []byte, i int) int {
	if i > len(line) {
		return -1
	}
	if o.def.role == roleTime && i+clfLen < len(line) && line[i+2] == '/' && bytes.HasPrefix(line[i+clfLen:], o.literal) {
		return i + clfLen // a bare $time_local has a space
	}
	for from := i; ; i++ {
		i = indexFrom(line, i, o.literal[0])
		if i+len(o.literal) > len(line) {
			return -1
		}
		if string(line[i:i+len(o.literal)]) == string(o.literal) && (i == from || line[i-1] != ',') && o.isEnd(line, i) {
			return i
		}
	}
}

// isEnd reports whether the literal at line[i] ends the value, judging by the type of the value behind the literal.
func (o *op) isEnd(line []byte, i int) bool {
	if o.next == nil {
		return len(o.literal) == 0 || i+len(o.literal) == len(line) || line[i+len(o.literal)] == ' '
	}
	i += len(o.literal)
	if i >= len(line) {
		return true
	}
	switch o.next.role {
	case roleStatus:
		n := i
		for n < len(line) && n < i+4 && isDigit(line[n]) {
			n++
		}
		return n == i+3 || line[i] == '-' || n == i+1 && line[i] == '0'
	case roleBytes:
		return isDigit(line[i]) || line[i] == '-' || line[i] == '+'
	case roleTime:
		return isDigit(line[i]) || line[i] == '[' || line[i] == '-'
	}
	return true
}
