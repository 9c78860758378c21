package sigma

import (
	"slices"
	"strings"
)

// term is a part of a condition.
type term struct {
	text   string
	joined bool       // has an operator: needs parentheses within another term
	needs  [][]string // the term holds only if the log has one field of each list
	denied bool       // the term holds only for requests answered 401 or 403
}

// parenthesized returns the text for use within another term.
func (t term) parenthesized() string {
	if t.joined {
		return "(" + t.text + ")"
	}
	return t.text
}

func join(terms []term, by string) string {
	texts := make([]string, len(terms))
	for i, t := range terms {
		texts[i] = t.parenthesized()
	}
	return strings.Join(texts, by)
}

// allOf returns a term that holds if every term holds. There is at least one.
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

// oneOf returns a term that holds if one of the terms holds. There is at least one.
func oneOf(terms []term) term {
	if len(terms) == 1 {
		return terms[0]
	}
	out := term{text: join(terms, " || "), joined: true, denied: true}
	var either []string
	everywhere := true // every term has needs
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

// noneOf returns a term that holds if t does not. It has no needs: where the log lacks a field, t does not hold.
func noneOf(t term) term { return term{text: "not (" + t.text + ")", joined: true} }

// needTexts returns the needs as rule files have them. It is never nil: nil would derive them from all fields in the
// condition, those of filters included.
func (t term) needTexts() []string {
	out := []string{}
	for _, alternatives := range t.needs {
		out = append(out, strings.Join(alternatives, "|"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
