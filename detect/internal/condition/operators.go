package condition

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// flag compiles an expression of yes or no. An expression that predicates answer exactly becomes a test of bits.
func (c *compiler) flag(n ast.Node) (FlagFunc, error) {
	f, err := c.flagOf(n)
	if clause, exact := c.clause(n); err == nil && exact {
		return has(clause), nil
	}
	return f, err
}

func (c *compiler) flagOf(n ast.Node) (FlagFunc, error) {
	switch n := n.(type) {
	case *ast.BoolNode:
		v := n.Value
		return func(*Env) bool { return v }, nil
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			f, err := c.flag(n.Node)
			return func(x *Env) bool { return !f(x) }, err
		}
	case *ast.BinaryNode:
		return c.binaryFlag(n)
	case *ast.BuiltinNode:
		return c.quantifier(n)
	case *ast.CallNode:
		return c.within(n)
	default:
		if v := c.variable(n); v != nil && v.flag != nil {
			return v.flag, nil
		}
	}
	return nil, c.reject(n, typeFlag)
}

func (c *compiler) binaryFlag(n *ast.BinaryNode) (FlagFunc, error) {
	if f := c.folded(n); f != nil {
		return f, nil
	}
	switch n.Operator {
	case "&&", "and":
		a, err := c.flag(n.Left)
		if err != nil {
			return nil, err
		}
		b, err := c.flag(n.Right)
		return and(a, b), err
	case "||", "or":
		return c.either(n)
	case "==", "!=":
		return c.equal(n)
	case "<", "<=", ">", ">=":
		return c.compare(n)
	case "in":
		return c.in(n)
	case "contains", "startsWith", "endsWith", "matches":
		return c.search(n)
	}
	return nil, errorAt(n, "operator %s is not supported in a condition", n.Operator)
}

// either compiles a || b || c. Suffixes of one variable are matched together.
func (c *compiler) either(n *ast.BinaryNode) (FlagFunc, error) {
	var joined FlagFunc
	suffixes := map[string][]string{}
	for _, part := range disjuncts(n, nil) {
		f, err := c.flag(part)
		if err != nil {
			return nil, err
		}
		if name, suffix := c.suffix(part); suffix != "" {
			suffixes[name] = append(suffixes[name], suffix)
			continue
		}
		joined = or(joined, f)
	}
	for name, list := range suffixes {
		joined = or(joined, hasSuffixOf(findVariable(name).text, list))
	}
	return joined, nil
}

// disjuncts splits a || b || c.
func disjuncts(n ast.Node, out []ast.Node) []ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "||" || b.Operator == "or") {
		return disjuncts(b.Right, disjuncts(b.Left, out))
	}
	return append(out, n)
}

func or(a, b FlagFunc) FlagFunc {
	if a == nil {
		return b
	}
	return func(x *Env) bool { return a(x) || b(x) }
}

// suffix reads event.endpoint endsWith "/logout"; it returns "" for all other expressions.
func (c *compiler) suffix(n ast.Node) (name, suffix string) {
	b, ok := n.(*ast.BinaryNode)
	if !ok || b.Operator != "endsWith" {
		return "", ""
	}
	if lit, ok := b.Right.(*ast.StringNode); ok && c.variable(b.Left) != nil {
		return pathOf(b.Left), lit.Value
	}
	return "", ""
}

// hasSuffixOf compiles a test for any of several suffixes. It checks the last byte before it compares.
func hasSuffixOf(of TextFunc, suffixes []string) FlagFunc {
	var last [256]bool
	for _, e := range suffixes {
		last[e[len(e)-1]] = true
	}
	return func(x *Env) bool {
		s := of(x)
		return s != "" && last[s[len(s)-1]] && slices.ContainsFunc(suffixes, func(e string) bool { return strings.HasSuffix(s, e) })
	}
}

// typeOf returns the apparent type of a node, to choose the comparison of ==.
func (c *compiler) typeOf(n ast.Node) valueType {
	switch n := n.(type) {
	case *ast.StringNode, *ast.PointerNode:
		return typeText
	case *ast.IntegerNode, *ast.FloatNode:
		return typeNumber
	case *ast.BoolNode:
		return typeFlag
	case *ast.BuiltinNode:
		return map[string]valueType{"len": typeNumber, "lower": typeText}[n.Name]
	case *ast.BinaryNode:
		if strings.Contains("+-*/", n.Operator) {
			return typeNumber
		}
		return typeFlag
	case *ast.UnaryNode:
		if n.Operator == "-" || n.Operator == "+" {
			return typeNumber
		}
		return typeFlag
	}
	if v := c.variable(n); v != nil {
		return v.valueType()
	}
	if strings.HasPrefix(pathOf(n), "param.") {
		return typeNumber
	}
	return 0
}

func (c *compiler) equal(n *ast.BinaryNode) (FlagFunc, error) {
	var same FlagFunc
	switch c.typeOf(n.Left) {
	case typeText:
		a, b, err := pair(n, c.text)
		if err != nil {
			return nil, err
		}
		same = func(x *Env) bool { return a(x) == b(x) }
		if lit, ok := n.Right.(*ast.StringNode); ok {
			want := lit.Value
			same = func(x *Env) bool { return a(x) == want }
		}
	case typeFlag:
		a, b, err := pair(n, c.flag)
		if err != nil {
			return nil, err
		}
		same = func(x *Env) bool { return a(x) == b(x) }
	default:
		a, b, err := pair(n, c.number)
		if err != nil {
			return nil, err
		}
		same = func(x *Env) bool { return a(x) == b(x) }
	}
	if n.Operator == "!=" {
		return func(x *Env) bool { return !same(x) }, nil
	}
	return same, nil
}

// pair compiles both sides of an operator with the same function.
func pair[F any](n *ast.BinaryNode, compile func(ast.Node) (F, error)) (a, b F, err error) {
	if a, err = compile(n.Left); err == nil {
		b, err = compile(n.Right)
	}
	return a, b, err
}

func (c *compiler) compare(n *ast.BinaryNode) (FlagFunc, error) {
	a, b, err := pair(n, c.number)
	if err != nil {
		return nil, err
	}
	switch n.Operator {
	case "<":
		return func(x *Env) bool { return a(x) < b(x) }, nil
	case "<=":
		return func(x *Env) bool { return a(x) <= b(x) }, nil
	case ">":
		return func(x *Env) bool { return a(x) > b(x) }, nil
	}
	return func(x *Env) bool { return a(x) >= b(x) }, nil
}
