package sigma

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tokenwarden/tokenwarden/rules"
)

// selections are the named parts of a detection, in the order of the file.
type selections struct {
	of    map[string]term
	names []string
}

// tokens splits a condition into words, parentheses and pipes.
var tokens = regexp.MustCompile(`\(|\)|\||[^\s()|]+`)

// maxNesting bounds the nesting of a condition.
const maxNesting = 32

// condition translates "selection and not 1 of filter_*". The precedence is not, and, or.
func (s *selections) condition(text string) (term, error) {
	p := parser{of: s, rest: tokens.FindAllString(text, -1)}
	t, err := p.or(0)
	if err != nil {
		return term{}, err
	}
	if len(p.rest) > 0 {
		if p.rest[0] == "|" {
			return term{}, fmt.Errorf("aggregations after | are not supported: write a correlation")
		}
		return term{}, fmt.Errorf("does not end before %q", p.rest[0])
	}
	return t, nil
}

type parser struct {
	of   *selections
	rest []string
}

// accept consumes the next word if it is one of these, in any case, and reports whether it did.
func (p *parser) accept(words ...string) bool {
	for _, w := range words {
		if len(p.rest) > 0 && strings.EqualFold(p.rest[0], w) {
			p.rest = p.rest[1:]
			return true
		}
	}
	return false
}

func (p *parser) or(depth int) (term, error) { return p.list("or", oneOf, depth, p.and) }

func (p *parser) and(depth int) (term, error) { return p.list("and", allOf, depth, p.not) }

// list parses operands joined by one word.
func (p *parser) list(word string, join func([]term) term, depth int, next func(depth int) (term, error)) (term, error) {
	var terms []term
	for {
		t, err := next(depth)
		if err != nil {
			return term{}, err
		}
		terms = append(terms, t)
		if !p.accept(word) {
			return join(terms), nil
		}
	}
}

func (p *parser) not(depth int) (term, error) {
	if depth > maxNesting {
		return term{}, fmt.Errorf("nests deeper than %d levels", maxNesting)
	}
	if p.accept("not") {
		t, err := p.not(depth + 1)
		return noneOf(t), err
	}
	if p.accept("(") {
		t, err := p.or(depth + 1)
		if err == nil && !p.accept(")") {
			err = fmt.Errorf("has a ( without its )")
		}
		return t, err
	}
	return p.operand()
}

// operand parses a name, or "1 of", "any of", "all of" with a pattern of names or "them".
func (p *parser) operand() (term, error) {
	if len(p.rest) == 0 {
		return term{}, fmt.Errorf("ends where a selection is due")
	}
	word := p.rest[0]
	p.rest = p.rest[1:]
	if !p.accept("of") {
		t, ok := p.of.of[word]
		if !ok {
			return term{}, fmt.Errorf("there is no selection %q%s", word, rules.DidYouMean(word, p.of.names))
		}
		return t, nil
	}
	if len(p.rest) == 0 {
		return term{}, fmt.Errorf("ends after of: want them or a name")
	}
	pattern := p.rest[0]
	p.rest = p.rest[1:]
	terms := p.of.matching(pattern)
	if len(terms) == 0 {
		return term{}, fmt.Errorf("no selection is called %q", pattern)
	}
	switch strings.ToLower(word) {
	case "1", "any":
		return oneOf(terms), nil
	case "all":
		return allOf(terms), nil
	}
	return term{}, fmt.Errorf("%q of is not supported: want 1, any or all", word)
}

// matching returns the selections whose names match a pattern with *. "them" are all but those that begin with _.
func (s *selections) matching(pattern string) (terms []term) {
	re := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
	for _, name := range s.names {
		if strings.EqualFold(pattern, "them") && !strings.HasPrefix(name, "_") || re.MatchString(name) {
			terms = append(terms, s.of[name])
		}
	}
	return terms
}
