package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// path returns "event.claims.alg" for the nodes of it, or "".
func path(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.MemberNode:
		if name, ok := n.Property.(*ast.StringNode); ok && !n.Optional {
			if base := path(n.Node); base != "" {
				return base + "." + name.Value
			}
		}
	}
	return ""
}

func (c *compiler) variable(n ast.Node) *variable { return findVariable(path(n)) }

// errorAt says where in the expression something is wrong.
func errorAt(n ast.Node, format string, args ...any) error {
	return fmt.Errorf("column %d: %s", start(n).Location().From+1, fmt.Sprintf(format, args...))
}

// start returns the leftmost part of a node.
func start(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.MemberNode:
		return start(n.Node)
	case *ast.BinaryNode:
		return start(n.Left)
	}
	return n
}

// reject says why n is not a value of the kind wanted.
func (c *compiler) reject(n ast.Node, want valueKind) error {
	if p := path(n); p != "" {
		if v := findVariable(p); v != nil {
			return errorAt(n, "%s is %s: want %s", p, v.kind(), want)
		}
		if name, isParam := strings.CutPrefix(p, "param."); isParam {
			if _, ok := c.params[name]; ok {
				return errorAt(n, "%s is %s: want %s", p, kindNumber, want)
			}
		}
		return errorAt(n, "%v", errUnknown("name", p, append(variableNames(), c.paramNames()...)))
	}
	return errorAt(n, "%q is not supported here: want %s", n.String(), want)
}

func (c *compiler) paramNames() []string {
	names := make([]string, 0, len(c.params))
	for p := range c.params {
		names = append(names, "param."+p)
	}
	slices.Sort(names)
	return names
}

func (c *compiler) number(n ast.Node) (numberFunc, error) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return constant(float64(n.Value)), nil
	case *ast.FloatNode:
		return constant(n.Value), nil
	case *ast.UnaryNode:
		if n.Operator == "-" {
			f, err := c.number(n.Node)
			return func(x *scene) float64 { return -f(x) }, err
		}
	case *ast.BinaryNode:
		return c.arithmetic(n)
	case *ast.BuiltinNode:
		if n.Name == "len" && len(n.Arguments) == 1 {
			return c.length(n.Arguments[0])
		}
	default:
		p := path(n)
		if v := findVariable(p); v != nil && v.num != nil {
			return v.num, nil
		}
		if name, ok := strings.CutPrefix(p, "param."); ok {
			if q, ok := c.params[name]; ok {
				return constant(q.Value), nil
			}
		}
	}
	return nil, c.reject(n, kindNumber)
}

func constant(v float64) numberFunc { return func(*scene) float64 { return v } }

func (c *compiler) arithmetic(n *ast.BinaryNode) (numberFunc, error) {
	a, b, err := pair(n, c.number)
	if err != nil {
		return nil, err
	}
	switch n.Operator {
	case "+":
		return func(x *scene) float64 { return a(x) + b(x) }, nil
	case "-":
		return func(x *scene) float64 { return a(x) - b(x) }, nil
	case "*":
		return func(x *scene) float64 { return a(x) * b(x) }, nil
	case "/":
		return func(x *scene) float64 { return a(x) / b(x) }, nil
	}
	return nil, errorAt(n, "operator %s gives no number here", n.Operator)
}

func (c *compiler) length(n ast.Node) (numberFunc, error) {
	if c.kindOf(n) == kindList {
		list, err := c.list(n)
		return func(x *scene) float64 { return float64(len(list(x))) }, err
	}
	return nil, c.reject(n, kindList)
}

func (c *compiler) text(n ast.Node) (textFunc, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		v := n.Value
		return func(*scene) string { return v }, nil
	case *ast.PointerNode:
		if n.Name == "" && c.inPointer {
			return func(x *scene) string { return x.item }, nil
		}
	case *ast.BuiltinNode:
		if n.Name == "lower" && len(n.Arguments) == 1 {
			f, err := c.text(n.Arguments[0])
			return func(x *scene) string { return strings.ToLower(f(x)) }, err
		}
	default:
		if v := c.variable(n); v != nil && v.text != nil {
			return v.text, nil
		}
	}
	return nil, c.reject(n, kindText)
}

func (c *compiler) list(n ast.Node) (listFunc, error) {
	if v := c.variable(n); v != nil && v.list != nil {
		return v.list, nil
	}
	return nil, c.reject(n, kindList)
}
