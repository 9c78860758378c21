package detect

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/tokenwarden/tokenwarden/rules"
)

// Conditions are written in the expr language and read by its parser. They do not run in its virtual machine: each
// node becomes a Go closure, so that a condition costs some nanoseconds and no allocation, cannot loop, and cannot fail
// once it is compiled. The part of the language that rules need is supported; the rest is refused when it is loaded.

type (
	flagFunc   func(x *scene) bool
	numberFunc func(x *scene) float64
	textFunc   func(x *scene) string
	listFunc   func(x *scene) []string
)

type valueKind uint8

const (
	kindFlag valueKind = iota + 1
	kindNumber
	kindText
	kindList
)

// String names the kind for errors.
func (k valueKind) String() string {
	return [...]string{"nothing", "yes or no", "number", "text", "list"}[k]
}

// condition is a compiled expression of yes or no.
type condition struct {
	holds flagFunc // nil: the gate says it all
	gate  gate
	needs []need
}

func (c *condition) admits(x *scene) bool { return c.holds == nil || c.holds(x) }

// compiler turns one expression into closures.
type compiler struct {
	params    map[string]rules.Quantity
	inPointer bool // inside any, all or none
}

// compileCondition compiles an expression of yes or no; the empty one is always yes.
func compileCondition(src string, params map[string]rules.Quantity) (condition, error) {
	if isBlank(src) {
		return condition{}, nil
	}
	tree, err := parse(src)
	if err != nil {
		return condition{}, err
	}
	c := &compiler{params: params}
	var out condition
	var rest []ast.Node
	for _, n := range conjuncts(tree, nil) {
		if _, err := c.flag(n); err != nil {
			return condition{}, err
		}
		out.needs = append(out.needs, c.needsOf(n)...)
		mask, exact := c.clause(n)
		if mask != 0 {
			out.gate = append(out.gate, mask)
		}
		if !exact {
			rest = append(rest, n)
		}
	}
	out.holds = c.all(rest)
	return out, nil
}

// compileNumber compiles an expression that is a number.
func compileNumber(src string, params map[string]rules.Quantity) (numberFunc, error) {
	tree, err := parse(src)
	if err != nil {
		return nil, err
	}
	return (&compiler{params: params}).number(tree)
}

func isBlank(s string) bool {
	for _, r := range s {
		if r != ' ' && r != '\n' && r != '\t' && r != '\r' {
			return false
		}
	}
	return true
}

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

// conjuncts cuts a && b && c into its parts.
func conjuncts(n ast.Node, out []ast.Node) []ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "&&" || b.Operator == "and") {
		return conjuncts(b.Right, conjuncts(b.Left, out))
	}
	return append(out, n)
}

// all joins compiled conditions; each was compiled without error before.
func (c *compiler) all(nodes []ast.Node) flagFunc {
	var joined flagFunc
	for _, n := range nodes {
		f, err := c.flag(n)
		if err != nil {
			panic("BUG: condition compiled once but not twice: " + err.Error())
		}
		joined = and(joined, f)
	}
	return joined
}

func and(a, b flagFunc) flagFunc {
	if a == nil {
		return b
	}
	return func(x *scene) bool { return a(x) && b(x) }
}

// clause says which facts of an event the node demands, at least one of them. exact means that any one of them is
// also enough, so that the node need not be evaluated. A mask of 0 means that facts say nothing of it.
func (c *compiler) clause(n ast.Node) (mask facts, exact bool) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if v := c.variable(n.Node); v != nil && (n.Operator == "!" || n.Operator == "not") {
			return v.no, v.no != 0
		}
	case *ast.BinaryNode:
		return c.binaryClause(n)
	default:
		if v := c.variable(n); v != nil {
			return v.yes, v.yes != 0
		}
	}
	return 0, false
}

func (c *compiler) binaryClause(n *ast.BinaryNode) (mask facts, exact bool) {
	switch n.Operator {
	case "||", "or":
		left, leftExact := c.clause(n.Left)
		right, rightExact := c.clause(n.Right)
		if left == 0 || right == 0 {
			return 0, false
		}
		return left | right, leftExact && rightExact
	case "&&", "and":
		// Inside an ||: either half is demanded, the one that fewer events have says more.
		left, _ := c.clause(n.Left)
		right, _ := c.clause(n.Right)
		if left == 0 || right != 0 && bits.OnesCount64(uint64(right)) < bits.OnesCount64(uint64(left)) {
			return right, false
		}
		return left, false
	case "==":
		mask = valueFact(c.variable(n.Left), n.Right)
		return mask, mask != 0
	case "!=":
		if mask = otherFact(c.variable(n.Left), n.Right); mask != 0 {
			return mask, true
		}
		return presenceClause(c.variable(n.Left), n)
	case "in":
		v := c.variable(n.Left)
		list, ok := n.Right.(*ast.ArrayNode)
		if v == nil || !ok {
			return 0, false
		}
		for _, item := range list.Nodes {
			bit := valueFact(v, item)
			if bit == 0 {
				return 0, false
			}
			mask |= bit
		}
		return mask, mask != 0
	case ">", ">=":
		return presenceClause(c.variable(n.Left), n)
	}
	return 0, false
}

// presenceClause: "event.claims.expires > 0" can only hold of an event that has the field.
func presenceClause(v *variable, n *ast.BinaryNode) (facts, bool) {
	zero := false
	switch r := n.Right.(type) {
	case *ast.IntegerNode:
		zero = r.Value == 0 && n.Operator != ">=" || r.Value > 0 && n.Operator != "!="
	case *ast.StringNode:
		zero = r.Value == "" && n.Operator == "!="
	}
	if v == nil || !zero || v.flag != nil || v.list != nil {
		return 0, false
	}
	switch {
	case v.name != "event.claims.expires":
		return v.need, false
	case n.Operator == "!=":
		return v.need | hasExpires, false
	}
	limit, ok := n.Right.(*ast.IntegerNode)
	return hasExpires, ok && limit.Value == 0 // then the operator is >
}

var locationFacts = map[string]facts{
	"query": inQuery, "path": inPath, "referer": inReferer, "header": inHeader, "cookie": inCookie,
	"userinfo": inUserinfo, "fragment": inFragment,
}

// valueFacts are the facts that a variable has a value, and otherFacts that it has any other or none.
var (
	valueFacts = map[string]map[string]facts{
		"event.location":       locationFacts,
		"event.scheme":         {"http": isHTTP, "https": isHTTPS},
		"event.status":         {"401": isUnauthenticated, "403": isForbidden, "404": isNotFound},
		"event.claims.expires": {"0": notExpires},
	}
	otherFacts = map[string]map[string]facts{
		"event.status":       {"401": notUnauthenticated},
		"event.tls_protocol": {"TLSv1.2": notTLS12, "TLSv1.3": notTLS13},
	}
)

// valueFact is the fact that the variable has the value of a literal, 0 if there is none.
func valueFact(v *variable, n ast.Node) facts { return factIn(valueFacts, v, n) }

func otherFact(v *variable, n ast.Node) facts { return factIn(otherFacts, v, n) }

func factIn(table map[string]map[string]facts, v *variable, n ast.Node) facts {
	if v == nil {
		return 0
	}
	switch n := n.(type) {
	case *ast.StringNode:
		if v.text != nil {
			return table[v.name][n.Value]
		}
	case *ast.IntegerNode:
		if v.num != nil {
			return table[v.name][strconv.Itoa(n.Value)]
		}
	}
	return 0
}

// needsOf lists the log fields without which the condition cannot hold.
func (c *compiler) needsOf(n ast.Node) []need {
	var needs []need
	switch n := n.(type) {
	case *ast.BinaryNode:
		switch n.Operator {
		case "&&", "and":
			return append(c.needsOf(n.Left), c.needsOf(n.Right)...)
		case "||", "or":
			left, right := union(c.needsOf(n.Left)), union(c.needsOf(n.Right))
			if left == 0 || right == 0 {
				return nil
			}
			return []need{left | right}
		}
		return append(c.needsOf(n.Left), c.needsOf(n.Right)...)
	case *ast.UnaryNode:
		return c.needsOf(n.Node)
	case *ast.BuiltinNode:
		for _, arg := range n.Arguments {
			needs = append(needs, c.needsOf(arg)...)
		}
	case *ast.CallNode:
		for _, arg := range n.Arguments {
			needs = append(needs, c.needsOf(arg)...)
		}
	default:
		if v := c.variable(n); v != nil && v.need != 0 {
			needs = []need{need(v.need)}
		}
	}
	return needs
}

func union(ns []need) need {
	var all need
	for _, n := range ns {
		all |= n
	}
	return all
}
