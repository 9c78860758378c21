package condition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// pathOf returns "event.claims.alg" for the nodes of that name, "" for all others.
func pathOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.MemberNode:
		if name, ok := n.Property.(*ast.StringNode); ok && !n.Optional {
			if base := pathOf(n.Node); base != "" {
				return base + "." + name.Value
			}
		}
	}
	return ""
}

func (c *compiler) variable(n ast.Node) *variable { return findVariable(pathOf(n)) }

// errorAt returns an error with the column of a node.
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

// reject returns the error for a node of the wrong type.
func (c *compiler) reject(n ast.Node, want valueType) error {
	if p := pathOf(n); p != "" {
		if v := findVariable(p); v != nil {
			return errorAt(n, "%s is %s: want %s", p, v.valueType(), want)
		}
		if name, isParam := strings.CutPrefix(p, "param."); isParam {
			if _, ok := c.params[name]; ok {
				return errorAt(n, "%s is %s: want %s", p, typeNumber, want)
			}
		}
		return errorAt(n, "%v", ErrUnknown("name", p, append(variableNames(), c.paramNames()...)))
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

func (c *compiler) number(n ast.Node) (NumberFunc, error) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return Constant(float64(n.Value)), nil
	case *ast.FloatNode:
		return Constant(n.Value), nil
	case *ast.UnaryNode:
		if n.Operator == "-" {
			f, err := c.number(n.Node)
			return func(x *Env) float64 { return -f(x) }, err
		}
	case *ast.BinaryNode:
		return c.arithmetic(n)
	case *ast.BuiltinNode:
		if n.Name == "len" && len(n.Arguments) == 1 {
			return c.length(n.Arguments[0])
		}
	default:
		p := pathOf(n)
		if v := findVariable(p); v != nil && v.num != nil {
			return v.num, nil
		}
		if name, ok := strings.CutPrefix(p, "param."); ok {
			if q, ok := c.params[name]; ok {
				return Constant(q.Value), nil
			}
		}
	}
	return nil, c.reject(n, typeNumber)
}

// Constant returns an expression that is always v.
func Constant(v float64) NumberFunc { return func(*Env) float64 { return v } }

func (c *compiler) arithmetic(n *ast.BinaryNode) (NumberFunc, error) {
	a, b, err := pair(n, c.number)
	if err != nil {
		return nil, err
	}
	switch n.Operator {
	case "+":
		return func(x *Env) float64 { return a(x) + b(x) }, nil
	case "-":
		return func(x *Env) float64 { return a(x) - b(x) }, nil
	case "*":
		return func(x *Env) float64 { return a(x) * b(x) }, nil
	case "/":
		return func(x *Env) float64 { return a(x) / b(x) }, nil
	}
	return nil, errorAt(n, "operator %s gives no number here", n.Operator)
}

func (c *compiler) length(n ast.Node) (NumberFunc, error) {
	if c.typeOf(n) == typeList {
		list, err := c.list(n)
		return func(x *Env) float64 { return float64(len(list(x))) }, err
	}
	return nil, c.reject(n, typeList)
}

func (c *compiler) text(n ast.Node) (TextFunc, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		v := n.Value
		return func(*Env) string { return v }, nil
	case *ast.PointerNode:
		if n.Name == "" && c.inPointer {
			return func(x *Env) string { return x.item }, nil
		}
	case *ast.BuiltinNode:
		if n.Name == "lower" && len(n.Arguments) == 1 {
			f, err := c.text(n.Arguments[0])
			return func(x *Env) string { return strings.ToLower(f(x)) }, err
		}
	default:
		if v := c.variable(n); v != nil && v.text != nil {
			return v.text, nil
		}
	}
	return nil, c.reject(n, typeText)
}

func (c *compiler) list(n ast.Node) (ListFunc, error) {
	if v := c.variable(n); v != nil && v.list != nil {
		return v.list, nil
	}
	return nil, c.reject(n, typeList)
}
