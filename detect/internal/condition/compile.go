// Package condition compiles the expressions of rules.
//
// Conditions are written in the expr language and read by its parser. They do not run in its virtual machine: each node becomes a Go
// closure, so that a condition costs some nanoseconds and no allocation, cannot loop, and cannot fail once it is compiled. The part of
// the language that rules need is supported; the rest is refused when a rule is loaded.
package condition

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules"
)

type (
	// FlagFunc is a compiled expression that is true or false.
	FlagFunc func(x *Env) bool
	// NumberFunc is a compiled expression with a number as its value.
	NumberFunc func(x *Env) float64
	// TextFunc is a compiled expression with a text as its value.
	TextFunc func(x *Env) string
	// ListFunc is a compiled expression with a list of texts as its value.
	ListFunc func(x *Env) []string
)

type valueType uint8

const (
	typeFlag valueType = iota + 1
	typeNumber
	typeText
	typeList
)

// String names the type for errors.
func (t valueType) String() string {
	return [...]string{"nothing", "yes or no", "number", "text", "list"}[t]
}

// Condition is a compiled expression of yes or no.
type Condition struct {
	holds     FlagFunc // nil: the prefilter is equivalent to the expression
	Prefilter Prefilter
	Requires  []Requirement // log fields the condition cannot hold without
}

// Holds evaluates the expression for an event matched by Prefilter.
func (c *Condition) Holds(x *Env) bool { return c.holds == nil || c.holds(x) }

// Matches evaluates the expression.
func (c *Condition) Matches(x *Env) bool { return c.Prefilter.Matches(x.Predicates) && c.Holds(x) }

// compiler turns one expression into closures.
type compiler struct {
	params    map[string]rules.Quantity
	inPointer bool // inside any, all or none
}

// Compile compiles an expression of yes or no; the empty one is always yes.
func Compile(src string, params map[string]rules.Quantity) (Condition, error) {
	if isBlank(src) {
		return Condition{}, nil
	}
	tree, err := parse(src)
	if err != nil {
		return Condition{}, err
	}
	c := &compiler{params: params}
	var out Condition
	var rest []ast.Node
	for _, n := range conjuncts(tree, nil) {
		if _, err := c.flag(n); err != nil {
			return Condition{}, err
		}
		out.Requires = append(out.Requires, c.requirements(n)...)
		clause, exact := c.clause(n)
		if clause != 0 {
			out.Prefilter = append(out.Prefilter, clause)
		}
		if !exact {
			rest = append(rest, n)
		}
	}
	out.holds = c.all(rest)
	return out, nil
}

// CompileBeforeMatch compiles a condition evaluated before the rule has a result.
func CompileBeforeMatch(src string, params map[string]rules.Quantity) (Condition, error) {
	if strings.Contains(src, "hit.") {
		return Condition{}, fmt.Errorf("names that begin with hit. are known in severity_when alone")
	}
	return Compile(src, params)
}

// CompileNumber compiles a numeric expression.
func CompileNumber(src string, params map[string]rules.Quantity) (NumberFunc, error) {
	tree, err := parse(src)
	if err != nil {
		return nil, err
	}
	return (&compiler{params: params}).number(tree)
}

func isBlank(s string) bool { return strings.Trim(s, " \n\t\r") == "" }

func parse(src string) (ast.Node, error) {
	if len(src) > rules.MaxExpression {
		return nil, fmt.Errorf("is longer than %d bytes", rules.MaxExpression)
	}
	tree, err := parser.Parse(src)
	var at *file.Error
	if errors.As(err, &at) {
		return nil, fmt.Errorf("line %d column %d: %s", at.Line, at.Column+1, at.Message)
	}
	if err != nil {
		return nil, err
	}
	return tree.Node, nil
}

// conjuncts splits a && b && c.
func conjuncts(n ast.Node, out []ast.Node) []ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "&&" || b.Operator == "and") {
		return conjuncts(b.Right, conjuncts(b.Left, out))
	}
	return append(out, n)
}

// all joins conditions; each compiled without error before.
func (c *compiler) all(nodes []ast.Node) FlagFunc {
	var joined FlagFunc
	for _, n := range nodes {
		f, err := c.flag(n)
		if err != nil {
			panic("BUG: condition compiled once but not twice: " + err.Error())
		}
		joined = and(joined, f)
	}
	return joined
}

func and(a, b FlagFunc) FlagFunc {
	if a == nil {
		return b
	}
	return func(x *Env) bool { return a(x) && b(x) }
}

// Prefilter is a conjunction of clauses over the predicates of an event: of each clause, at least one predicate must hold. Events that it
// does not match are never evaluated.
type Prefilter []profile.Predicates

// Matches reports whether an event with these predicates can satisfy the rule.
func (p Prefilter) Matches(of profile.Predicates) bool {
	for _, clause := range p {
		if of&clause == 0 {
			return false
		}
	}
	return true
}
