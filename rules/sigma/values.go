package sigma

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// exists translates field|exists.
func (d *document) exists(at selector, f field, values []*yaml.Node) (term, error) {
	if len(values) != 1 || values[0].Tag != "!!bool" || f.kind == isExtension {
		return term{}, d.errorf(at.key, at.key.Value, "exists wants true or false, of a field of the log")
	}
	if strings.EqualFold(values[0].Value, "false") {
		return f.missing(), nil
	}
	t := f.missing()
	return term{text: strings.Replace(t.text, "==", "!=", 1), needs: [][]string{{f.need}}}, nil
}

// expressions translates field|re.
func (d *document) expressions(at selector, f field, values []*yaml.Node) (term, error) {
	if f == queryField {
		f = targetField // see searchField
	}
	var terms []term
	for _, v := range values {
		re := v.Value
		if at.mod.flags != "" {
			re = "(?" + at.mod.flags + ")" + re
		}
		if _, err := regexp.Compile(re); err != nil {
			return term{}, d.errorf(v, at.key.Value, "regular expression cannot be used: %v (RE2 syntax: no look-around, no back references)", err)
		}
		terms = append(terms, term{text: f.name + " matches " + strconv.Quote(re), needs: [][]string{{f.need}}})
	}
	if at.mod.all {
		return allOf(terms), nil
	}
	return oneOf(terms), nil
}

// networks translates addresses and prefixes.
func (d *document) networks(at selector, f field, values []*yaml.Node) (term, error) {
	if at.mod.all || at.mod.cased || at.mod.encode != "" {
		return term{}, d.errorf(at.key, at.key.Value, "an address goes with cidr alone, or with modifiers for texts")
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		_, err := netip.ParseAddr(v.Value)
		if _, err2 := netip.ParsePrefix(v.Value); err != nil && (at.mod.test != "cidr" || err2 != nil) {
			return term{}, d.errorf(v, at.key.Value, "%q: want an address, or with cidr a network such as 192.0.2.0/24", v.Value)
		}
		quoted[i] = strconv.Quote(v.Value)
	}
	return term{text: "within(" + f.name + ", " + strings.Join(quoted, ", ") + ")", needs: [][]string{{f.need}}}, nil
}

// extensions translates file extensions.
func (d *document) extensions(at selector, f field, values []*yaml.Node) (term, error) {
	if at.mod != (modifiers{}) {
		return term{}, d.errorf(at.key, at.key.Value, "an extension goes without modifiers")
	}
	var ps []pattern
	for _, v := range values {
		if v.Tag == "!!null" || v.Value == "" || strings.ContainsAny(v.Value, "*?") {
			return term{}, d.errorf(v, at.key.Value, "want an extension such as php, without wildcards")
		}
		ps = append(ps, pattern{ends, "." + strings.ToLower(v.Value), false})
	}
	return f.test(ends, ps), nil
}

// numbers translates comparisons of a number.
func (d *document) numbers(at selector, f field, values []*yaml.Node) (term, error) {
	operator, ok := map[string]string{"": "==", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}[at.mod.test]
	if !ok || at.mod.cased || at.mod.encode != "" || at.mod.all && len(values) > 1 {
		return term{}, d.errorf(at.key, at.key.Value, "a number goes with gt, gte, lt, lte, exists and neq alone")
	}
	var texts []string
	denied := operator == "=="
	for _, v := range values {
		n, err := strconv.ParseUint(v.Value, 10, 53)
		switch {
		case v.Tag == "!!null" && operator == "==":
		case err != nil:
			return term{}, d.errorf(v, at.key.Value, "%q: want a number without wildcards", v.Value)
		}
		denied = denied && (n == 401 || n == 403) && f.name == "event.status"
		texts = append(texts, strconv.FormatUint(n, 10))
	}
	t := term{needs: [][]string{{f.need}}, denied: denied}
	switch {
	case operator != "==":
		var terms []term
		for _, n := range texts { // 0 means unknown, and is not less than anything
			bound := fmt.Sprintf("%s %s %s", f.name, operator, n)
			if operator[0] == '<' {
				bound = fmt.Sprintf("%s != 0 && %s", f.name, bound)
			}
			terms = append(terms, term{text: bound, joined: operator[0] == '<', needs: t.needs})
		}
		return oneOf(terms), nil
	case len(texts) == 1:
		t.text = f.name + " == " + texts[0]
	default:
		t.text = f.name + " in [" + strings.Join(texts, ", ") + "]"
	}
	if slices.Contains(texts, "0") {
		t.needs = nil
	}
	return t, nil
}

// keywordFields are the fields in which keywords are searched.
var keywordFields = []field{targetField, agentField, hostField, ownerField}

// keywords translates values without a field. Each may be in any of keywordFields.
func (d *document) keywords(at selector, values []*yaml.Node) (term, error) {
	if at.mod.test != "" && at.mod.test != "contains" && at.mod.test != "re" || at.mod.encode != "" {
		return term{}, d.errorf(at.key, at.key.Value, "keywords go with all, cased and re alone")
	}
	var terms []term
	for _, v := range values {
		one := selector{at.key, at.mod}
		one.mod.all = false
		if one.mod.test == "" {
			one.mod.test = "contains"
		}
		if v.Tag == "!!null" || v.Value == "" {
			return term{}, d.errorf(v, at.key.Value, "a keyword is empty")
		}
		var fields []term
		for _, f := range keywordFields {
			t, err := d.matchValues(one, f, []*yaml.Node{v})
			if err != nil {
				return term{}, err
			}
			fields = append(fields, term{text: t.text, joined: t.joined})
		}
		terms = append(terms, oneOf(fields))
	}
	if at.mod.all {
		return allOf(terms), nil
	}
	return oneOf(terms), nil
}
