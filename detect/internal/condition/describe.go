package condition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/rules"
)

// Part is one operand of an expression joined by and.
type Part struct {
	text      string
	Holds     FlagFunc
	variables []*variable
}

// Parts compiles each part of an expression separately. The expression must compile.
func Parts(src string, params map[string]rules.Quantity) []Part {
	if isBlank(src) {
		return nil
	}
	tree, err := parse(src)
	if err != nil {
		panic("BUG: condition parsed once but not twice: " + err.Error())
	}
	var out []Part
	for _, n := range conjuncts(tree, nil) {
		c := compiler{params: params}
		holds, err := c.flag(n)
		if err != nil {
			panic("BUG: condition compiled once but not twice: " + err.Error())
		}
		var names variableCollector
		ast.Walk(&n, &names)
		out = append(out, Part{n.String(), holds, names.found})
	}
	return out
}

// variableCollector collects the variables of an expression.
type variableCollector struct{ found []*variable }

// Visit implements ast.Visitor.
func (c *variableCollector) Visit(n *ast.Node) {
	if v := findVariable(pathOf(*n)); v != nil && !slices.Contains(c.found, v) {
		c.found = append(c.found, v)
	}
}

// maxQuoted bounds the quoted bytes of a condition.
const maxQuoted = 160

// DescribeUnmet returns `needs event.scheme == "http": event.scheme is "https"`.
func (x *Env) DescribeUnmet(p *Part) string {
	var values []string
	for _, v := range p.variables {
		values = append(values, v.name+" is "+x.valueOf(v))
	}
	s := "needs " + text.Cut(p.text, maxQuoted)
	if len(p.text) > maxQuoted {
		s += "..."
	}
	if len(values) > 0 {
		s += ": " + strings.Join(values, ", ")
	}
	return s
}

func (x *Env) valueOf(v *variable) string {
	switch {
	case v.requires&profile.Presence != 0 && x.Predicates&v.requires == 0:
		return "not in the log"
	case v.text != nil:
		return fmt.Sprintf("%q", text.Clip(v.text(x)))
	case v.num != nil:
		return text.Number(v.num(x))
	case v.list != nil:
		return text.Some(v.list(x))
	case v.flag(x):
		return "true"
	}
	return "false"
}

// lackTexts explain the lack of a predicate.
var lackTexts = map[profile.Predicates]TextFunc{
	profile.IsFirst:            func(*Env) string { return "counts a request once: this is a second place of the same token in it" },
	profile.IsAccepted:         func(x *Env) string { return "needs status 2xx: " + statusText(x) },
	profile.IsDenied:           func(x *Env) string { return "needs status 401 or 403: " + statusText(x) },
	profile.NotUnauthenticated: func(*Env) string { return "status 401: the server did not know the credential" },
	profile.IsUnauthenticated:  func(x *Env) string { return "needs status 401: " + statusText(x) },
	profile.IsForbidden:        func(x *Env) string { return "needs status 403: " + statusText(x) },
	profile.IsNotFound:         func(x *Env) string { return "needs status 404: " + statusText(x) },
	profile.NotExpires:         func(*Env) string { return "the token says when it expires" },
	profile.NotTLS12:           func(*Env) string { return "TLSv1.2" },
	profile.NotTLS13:           func(*Env) string { return "TLSv1.3" },
	profile.IsElsewhere:        func(*Env) string { return "at the place where it was used last, or the first place there is" },
	profile.IsBound:            func(*Env) string { return "nothing is declared for the token or its family" },
}

func statusText(x *Env) string {
	if x.Predicates&profile.HasStatus == 0 {
		return "not in the log"
	}
	return fmt.Sprintf("status %d", x.Event.Status)
}

// DescribeLack explains why the event has none of a clause's predicates.
func (x *Env) DescribeLack(clause profile.Predicates) string {
	var texts []string
	for p := clause; p != 0; p &= p - 1 {
		if s := x.lack(p & -p); !slices.Contains(texts, s) {
			texts = append(texts, s)
		}
	}
	return strings.Join(texts, ", and ")
}

func (x *Env) lack(p profile.Predicates) string {
	if describe := lackTexts[p]; describe != nil {
		return describe(x)
	}
	if f, ok := p.NewFeature(); ok {
		return x.describeKnown(f)
	}
	if p&(profile.Presence|profile.FromLists) == 0 {
		return "another kind of event"
	}
	name := Requirement(p).String()
	if p&profile.FromLists != 0 {
		return "not on the list " + name
	}
	return "not observable in this line: no " + name + " field"
}

// describeKnown explains why the event's value of a feature is nothing new: "country DE is known: FREQUENT 238 of 240".
func (x *Env) describeKnown(f profile.Feature) string {
	i := x.At[f]
	if i < 0 {
		return "not observable in this line: no " + f.String()
	}
	value, share := x.Profile.Values.DescribeValue(f, i)
	return fmt.Sprintf("%s %s is known: %s", f, value, share)
}
