package sigma

import (
	"regexp"
	"strings"
)

type shape uint8

// What a text with wildcards comes to.
const (
	equals shape = iota
	starts
	ends
	contains
	matches // a regular expression
	present // a * alone: any text that is not empty
)

// pattern is a text of a rule, compiled: its shape, and the text or regular expression that goes with it.
type pattern struct {
	shape shape
	text  string
	cased bool
}

// piece is a part of a text with wildcards: a literal, or one wildcard.
type piece struct {
	literal string
	wild    byte // '*', '?' or 0
}

// pieces cuts a text at its wildcards. A backslash takes from * ? and itself their meaning; before anything else it is one.
func pieces(s string) (out []piece) {
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			out = append(out, piece{literal: lit.String()})
			lit.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && strings.IndexByte(`*?\`, s[i+1]) >= 0:
			i++
			lit.WriteByte(s[i])
		case c == '*' || c == '?':
			flush()
			out = append(out, piece{wild: c})
		default:
			lit.WriteByte(c)
		}
	}
	flush()
	return out
}

// compile says what a list of pieces comes to.
func compile(ps []piece, cased bool) pattern {
	ps = squeeze(ps)
	fold := func(s string) string {
		if cased {
			return s
		}
		return strings.ToLower(s)
	}
	is := func(i int, wild byte) bool { return ps[i].wild == wild }
	switch {
	case len(ps) == 0:
		return pattern{equals, "", cased}
	case len(ps) == 1 && is(0, 0):
		return pattern{equals, fold(ps[0].literal), cased}
	case len(ps) == 1 && is(0, '*'):
		return pattern{present, "", cased}
	case len(ps) == 2 && is(0, 0) && is(1, '*'):
		return pattern{starts, fold(ps[0].literal), cased}
	case len(ps) == 2 && is(0, '*') && is(1, 0):
		return pattern{ends, fold(ps[1].literal), cased}
	case len(ps) == 3 && is(0, '*') && is(1, 0) && is(2, '*'):
		return pattern{contains, fold(ps[1].literal), cased}
	}
	return pattern{matches, expression(ps, cased), cased}
}

// squeeze makes one * of several in a row.
func squeeze(ps []piece) (out []piece) {
	for _, p := range ps {
		if p.wild != '*' || len(out) == 0 || out[len(out)-1].wild != '*' {
			out = append(out, p)
		}
	}
	return out
}

// expression is a regular expression for the whole text.
func expression(ps []piece, cased bool) string {
	var b strings.Builder
	b.WriteString("(?s")
	if !cased {
		b.WriteByte('i')
	}
	b.WriteString(")^")
	for _, p := range ps {
		switch p.wild {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteByte('.')
		default:
			b.WriteString(regexp.QuoteMeta(p.literal))
		}
	}
	return b.String() + "$"
}
