package sigma

import (
	"regexp"
	"strings"
)

type shape uint8

// The shapes of texts with wildcards.
const (
	equals shape = iota
	starts
	ends
	contains
	matches // a regular expression
	present // a * alone: any non-empty text
)

// pattern is a compiled text of a rule.
type pattern struct {
	shape shape
	text  string // literal, or the regular expression of shape matches
	cased bool
}

// piece is a part of a text with wildcards: a literal, or one wildcard.
type piece struct {
	literal string
	wild    byte // '*', '?' or 0
}

// pieces splits a text at its wildcards. A backslash escapes * ? and itself; before any other character it is literal.
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

// compile returns the pattern of a list of pieces.
func compile(ps []piece, cased bool) pattern {
	ps = mergeStars(ps)
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

// mergeStars replaces several * in a row by one.
func mergeStars(ps []piece) (out []piece) {
	for _, p := range ps {
		if p.wild != '*' || len(out) == 0 || out[len(out)-1].wild != '*' {
			out = append(out, p)
		}
	}
	return out
}

// expression returns a regular expression that matches the whole text.
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
