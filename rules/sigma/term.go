package sigma

import (
	"slices"
	"strings"
)

// term is a part of an expression, and what follows from it.
type term struct {
	text   string
	joined bool       // by and, or, or not: in parentheses within another one
	needs  [][]string // of each of these, an event must have one log field for the term to hold
	denied bool       // it holds of requests answered 401 or 403 alone
}

func (t term) nested() string {
	if t.joined {
		return "(" + t.text + ")"
	}
	return t.text
}

func join(terms []term, by string) string {
	texts := make([]string, len(terms))
	for i, t := range terms {
		texts[i] = t.nested()
	}
	return strings.Join(texts, by)
}

// allOf holds where every term holds. There is at least one.
func allOf(terms []term) term {
	if len(terms) == 1 {
		return terms[0]
	}
	out := term{text: join(terms, " && "), joined: true}
	for _, t := range terms {
		out.needs = append(out.needs, t.needs...)
		out.denied = out.denied || t.denied
	}
	return out
}

// oneOf holds where some term holds. There is at least one.
func oneOf(terms []term) term {
	if len(terms) == 1 {
		return terms[0]
	}
	out := term{text: join(terms, " || "), joined: true, denied: true}
	var either []string
	everywhere := true // every term needs something
	for _, t := range terms {
		out.denied = out.denied && t.denied
		everywhere = everywhere && len(t.needs) > 0
		either = append(either, slices.Concat(t.needs...)...)
	}
	if everywhere {
		slices.Sort(either)
		out.needs = [][]string{slices.Compact(either)}
	}
	return out
}

// noneOf holds where the term does not. A field that the log lacks is no reason for it not to hold.
func noneOf(t term) term { return term{text: "not (" + t.text + ")", joined: true} }

// needTexts are the needs as rule files write them. It is never nil: what a Sigma rule needs does not follow from what its
// filters mention.
func (t term) needTexts() []string {
	out := []string{}
	for _, any := range t.needs {
		out = append(out, strings.Join(any, "|"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
