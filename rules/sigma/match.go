package sigma

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// selector is a key of a selection with its modifiers.
type selector struct {
	key *yaml.Node
	mod modifiers
}

// matchField translates one line of a selection: a field with its modifiers, and a value or a list of them.
func (d *document) matchField(key, value *yaml.Node) (term, error) {
	name, mod, err := d.readModifiers(key)
	if err != nil {
		return term{}, err
	}
	values, err := d.scalars(key, value)
	if err != nil {
		return term{}, err
	}
	at := selector{key, mod}
	if name == "" {
		return d.keywords(at, values)
	}
	f, err := d.findField(key, name)
	if err != nil {
		return term{}, err
	}
	if f.name == "" {
		return term{}, d.errorf(key, name, "can be counted and grouped by, not matched")
	}
	if mod.test == "exists" {
		return d.exists(at, f, values)
	}
	if mod.test == "neq" {
		at.mod.test = ""
		t, err := d.matchValues(at, f, values)
		return noneOf(t), err
	}
	return d.matchValues(at, f, values)
}

// scalars returns the values of a line: at least one, none of them a list or a map.
func (d *document) scalars(key, value *yaml.Node) ([]*yaml.Node, error) {
	values := items(value)
	if len(values) == 0 {
		return nil, d.errorf(key, key.Value, "has no value")
	}
	for _, v := range values {
		if v.Kind != yaml.ScalarNode {
			return nil, d.errorf(v, key.Value, "want a value or a list of values")
		}
	}
	return values, nil
}

// matchValues translates the values of one field.
func (d *document) matchValues(at selector, f field, values []*yaml.Node) (term, error) {
	switch f.kind {
	case isNumber:
		return d.numbers(at, f, values)
	case isAddress:
		isPattern := func(v *yaml.Node) bool { return strings.ContainsAny(v.Value, "*?") || v.Tag == "!!null" }
		if at.mod.test == "cidr" || at.mod.test == "" && !slices.ContainsFunc(values, isPattern) {
			return d.networks(at, f, values)
		}
	case isExtension:
		return d.extensions(at, f, values)
	}
	switch at.mod.test {
	case "re":
		return d.expressions(at, f, values)
	case "cidr", "gt", "gte", "lt", "lte":
		return term{}, d.errorf(at.key, at.key.Value, "modifier %s does not go with this field", at.mod.test)
	}
	ps, terms, err := d.patterns(at, f, values)
	if err != nil {
		return term{}, err
	}
	if at.mod.all {
		for _, p := range ps {
			terms = append(terms, f.searchField(p).test(p.shape, []pattern{p}))
		}
		return allOf(terms), nil
	}
	return oneOf(append(terms, f.anyOf(ps)...)), nil
}

// patterns compiles texts. A null has no pattern and becomes a term.
func (d *document) patterns(at selector, f field, values []*yaml.Node) (ps []pattern, terms []term, err error) {
	for _, v := range values {
		if v.Tag == "!!null" {
			if at.mod.test != "" || at.mod.all {
				return nil, nil, d.errorf(v, at.key.Value, "null goes without modifiers")
			}
			terms = append(terms, f.missing())
			continue
		}
		of, err := d.pattern(at, v)
		if err != nil {
			return nil, nil, err
		}
		if f == targetField && at.mod.encode == "" && withScheme(of[0]) {
			return nil, nil, d.errorf(v, at.key.Value, "logs hold the request target without scheme and host: match cs-host and c-uri-path instead")
		}
		ps = append(ps, of...)
	}
	return ps, terms, nil
}

// withScheme reports whether a pattern matches only texts that begin with http:// or https://.
func withScheme(p pattern) bool {
	return (p.shape == equals || p.shape == starts) && (strings.HasPrefix(p.text, "http://") || strings.HasPrefix(p.text, "https://")) ||
		p.shape == matches && (strings.HasPrefix(p.text, "(?si)^http://") || strings.HasPrefix(p.text, "(?si)^https://"))
}

// pattern compiles one text, which base64offset makes three of.
func (d *document) pattern(at selector, v *yaml.Node) ([]pattern, error) {
	var star = piece{wild: '*'}
	var out []pattern
	texts := []string{v.Value}
	if at.mod.encode != "" {
		texts = encode(at.mod.encode, v.Value)
	}
	for _, s := range texts {
		ps := pieces(s)
		if at.mod.encode != "" {
			ps = []piece{{literal: s}}
		}
		if at.mod.test == "contains" || at.mod.test == "endswith" {
			ps = append([]piece{star}, ps...)
		}
		if at.mod.test == "contains" || at.mod.test == "startswith" {
			ps = append(ps, star)
		}
		if at.mod.test != "" && v.Value == "" {
			return nil, d.errorf(v, at.key.Value, "an empty text matches everything")
		}
		out = append(out, compile(ps, at.mod.cased || at.mod.encode != ""))
	}
	return out, nil
}

// encode returns a value in base64. With base64offset, it returns the value at each of three offsets, without the characters
// that depend on its neighbours.
func encode(how, s string) []string {
	if how == "base64" {
		return []string{base64.StdEncoding.EncodeToString([]byte(s))}
	}
	var out []string
	for offset, start := range []int{0, 2, 3} {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", offset) + s))
		if end := []int{0, 3, 2}[(len(s)+offset)%3]; end > 0 {
			text = text[:len(text)-end]
		}
		out = append(out, text[min(start, len(text)):])
	}
	return out
}

// searchField returns the field in which to look for a pattern. Many rules write paths into cs-uri-query. Unless a pattern is
// the query or its beginning, the whole target is searched, which contains the query.
func (f field) searchField(p pattern) field {
	if f == queryField && (p.shape == ends || p.shape == contains || p.shape == matches || strings.HasPrefix(p.text, "/")) {
		return targetField
	}
	return f
}

// anyOf returns one term for the patterns of each shape and field, in the order of the shapes.
func (f field) anyOf(ps []pattern) (terms []term) {
	type group struct {
		of    field
		shape shape
		cased bool
	}
	groups := map[group][]pattern{}
	for _, p := range ps {
		g := group{f.searchField(p), p.shape, p.cased}
		groups[g] = append(groups[g], p)
	}
	for shape := equals; shape <= present; shape++ {
		for _, of := range []field{f, targetField} {
			for _, cased := range []bool{false, true} {
				g := group{of, shape, cased}
				if same := groups[g]; len(same) > 0 {
					terms = append(terms, of.test(shape, same))
				}
				delete(groups, g)
			}
		}
	}
	return terms
}

// manyTexts is the number of texts from which one regular expression is shorter than as many tests.
const manyTexts = 8

// test returns a term that holds if one of the patterns, all of one shape, matches.
func (f field) test(s shape, ps []pattern) term {
	subject := "lower(" + f.name + ")"
	if ps[0].cased {
		subject = f.name
	}
	t := term{needs: [][]string{{f.need}}}
	switch {
	case s == present:
		t.text = f.name + ` != ""`
	case s == equals && len(ps) == 1 && ps[0].text == "":
		return f.missing()
	case s == equals && len(ps) == 1:
		t.text = subject + " == " + strconv.Quote(ps[0].text)
	case s == equals:
		quoted := make([]string, len(ps))
		for i, p := range ps {
			if quoted[i] = strconv.Quote(p.text); p.text == "" {
				t.needs = nil
			}
		}
		t.text = subject + " in [" + strings.Join(quoted, ", ") + "]"
	case s == matches || len(ps) >= manyTexts:
		t.text = f.name + " matches " + strconv.Quote(alternatives(s, ps))
	default:
		operator := map[shape]string{starts: " startsWith ", ends: " endsWith ", contains: " contains "}[s]
		for i, p := range ps {
			if i > 0 {
				t.text, t.joined = t.text+" || ", true
			}
			t.text += subject + operator + strconv.Quote(p.text)
		}
	}
	return t
}

// alternatives returns a regular expression that matches if one of the patterns does.
func alternatives(s shape, ps []pattern) string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		if texts[i] = p.text; s != matches {
			texts[i] = regexp.QuoteMeta(p.text)
		}
	}
	all := strings.Join(texts, "|")
	if s == matches {
		return all
	}
	if !ps[0].cased {
		all = "(?i:" + all + ")"
	} else {
		all = "(?:" + all + ")"
	}
	switch s {
	case starts:
		return "^" + all
	case ends:
		return all + "$"
	}
	return all
}

// missing returns a term that holds if the log lacks the field.
func (f field) missing() term {
	if f.kind == isNumber {
		return term{text: f.name + " == 0"}
	}
	return term{text: f.name + ` == ""`}
}
