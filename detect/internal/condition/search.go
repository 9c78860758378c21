package condition

import (
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/tokenwarden/tokenwarden/rules"
)

// in compiles a in ["x", "y"] and a in event.scopes.
func (c *compiler) in(n *ast.BinaryNode) (FlagFunc, error) {
	items, isLiteral := n.Right.(*ast.ArrayNode)
	if !isLiteral {
		a, err := c.text(n.Left)
		if err != nil {
			return nil, err
		}
		list, err := c.list(n.Right)
		return func(x *Env) bool { return slices.Contains(list(x), a(x)) }, err
	}
	if c.typeOf(n.Left) == typeText {
		a, err := c.text(n.Left)
		if err != nil {
			return nil, err
		}
		set := make([]string, len(items.Nodes))
		for i, item := range items.Nodes {
			lit, ok := item.(*ast.StringNode)
			if !ok {
				return nil, errorAt(item, "want a text in quotes")
			}
			set[i] = lit.Value
		}
		return func(x *Env) bool { return slices.Contains(set, a(x)) }, nil
	}
	a, err := c.number(n.Left)
	if err != nil {
		return nil, err
	}
	set := make([]float64, len(items.Nodes))
	for i, item := range items.Nodes {
		f, err := c.number(item)
		if err != nil || !isLiteralNumber(item) {
			return nil, errorAt(item, "want a number")
		}
		set[i] = f(nil)
	}
	return func(x *Env) bool { return slices.Contains(set, a(x)) }, nil
}

func isLiteralNumber(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return true
	case *ast.UnaryNode:
		return isLiteralNumber(n.Node)
	}
	return false
}

func (c *compiler) search(n *ast.BinaryNode) (FlagFunc, error) {
	a, err := c.text(n.Left)
	if err != nil {
		return nil, err
	}
	if n.Operator == "matches" {
		lit, ok := n.Right.(*ast.StringNode)
		if !ok {
			return nil, errorAt(n.Right, "matches wants a pattern in quotes")
		}
		re, err := regexp.Compile(lit.Value)
		if err != nil {
			return nil, errorAt(n.Right, "%v", err)
		}
		return func(x *Env) bool { return re.MatchString(a(x)) }, nil
	}
	b, err := c.text(n.Right)
	if err != nil {
		return nil, err
	}
	test := map[string]func(s, part string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[n.Operator]
	return func(x *Env) bool { return test(a(x), b(x)) }, nil
}

// quantifier compiles any(list, condition of #), all and none.
func (c *compiler) quantifier(n *ast.BuiltinNode) (FlagFunc, error) {
	if (n.Name != "any" && n.Name != "all" && n.Name != "none") || c.inPointer || len(n.Arguments) != 2 {
		return nil, errorAt(n, "function %s is not supported in a condition%s", n.Name,
			rules.DidYouMean(n.Name, []string{"any", "all", "none", "len", "lower", "within"}))
	}
	list, err := c.list(n.Arguments[0])
	if err != nil {
		return nil, err
	}
	body, ok := n.Arguments[1].(*ast.PredicateNode)
	if !ok {
		return nil, c.reject(n.Arguments[1], typeFlag)
	}
	c.inPointer = true
	f, err := c.flag(body.Node)
	c.inPointer = false
	if err != nil {
		return nil, err
	}
	stopAt, found := n.Name != "all", n.Name == "any"
	return func(x *Env) bool {
		for _, x.item = range list(x) {
			if f(x) == stopAt {
				return found
			}
		}
		return !found
	}, nil
}
