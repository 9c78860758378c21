package detect

import (
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/tokenwarden/tokenwarden/rules"
)

// flag compiles an expression of yes or no. What facts say in full is asked of them.
func (c *compiler) flag(n ast.Node) (flagFunc, error) {
	f, err := c.flagOf(n)
	if mask, exact := c.clause(n); err == nil && exact {
		return has(mask), nil
	}
	return f, err
}

func (c *compiler) flagOf(n ast.Node) (flagFunc, error) {
	switch n := n.(type) {
	case *ast.BoolNode:
		v := n.Value
		return func(*scene) bool { return v }, nil
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			f, err := c.flag(n.Node)
			return func(x *scene) bool { return !f(x) }, err
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
	return nil, c.reject(n, kindFlag)
}

func (c *compiler) binaryFlag(n *ast.BinaryNode) (flagFunc, error) {
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

// either compiles a || b || c. The endings of one variable are looked for together.
func (c *compiler) either(n *ast.BinaryNode) (flagFunc, error) {
	var any flagFunc
	endings := map[string][]string{}
	for _, part := range disjuncts(n, nil) {
		f, err := c.flag(part)
		if err != nil {
			return nil, err
		}
		if name, ending := c.ending(part); ending != "" {
			endings[name] = append(endings[name], ending)
			continue
		}
		any = or(any, f)
	}
	for name, list := range endings {
		any = or(any, endsIn(findVariable(name).text, list))
	}
	return any, nil
}

// disjuncts cuts a || b || c into its parts.
func disjuncts(n ast.Node, out []ast.Node) []ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "||" || b.Operator == "or") {
		return disjuncts(b.Right, disjuncts(b.Left, out))
	}
	return append(out, n)
}

func or(a, b flagFunc) flagFunc {
	if a == nil {
		return b
	}
	return func(x *scene) bool { return a(x) || b(x) }
}

// ending reads event.endpoint endsWith "/logout"; it returns "" for all other expressions.
func (c *compiler) ending(n ast.Node) (name, ending string) {
	b, ok := n.(*ast.BinaryNode)
	if !ok || b.Operator != "endsWith" {
		return "", ""
	}
	if lit, ok := b.Right.(*ast.StringNode); ok && c.variable(b.Left) != nil {
		return path(b.Left), lit.Value
	}
	return "", ""
}

// endsIn looks at the last byte before it compares.
func endsIn(of textFunc, endings []string) flagFunc {
	var last [256]bool
	for _, e := range endings {
		last[e[len(e)-1]] = true
	}
	return func(x *scene) bool {
		s := of(x)
		return s != "" && last[s[len(s)-1]] && slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(s, e) })
	}
}

// kindOf guesses the kind of a node by what it is made of, so that == knows what to compare.
func (c *compiler) kindOf(n ast.Node) valueKind {
	switch n := n.(type) {
	case *ast.StringNode, *ast.PointerNode:
		return kindText
	case *ast.IntegerNode, *ast.FloatNode:
		return kindNumber
	case *ast.BoolNode:
		return kindFlag
	case *ast.BuiltinNode:
		return map[string]valueKind{"len": kindNumber, "lower": kindText}[n.Name]
	case *ast.BinaryNode:
		if strings.Contains("+-*/", n.Operator) {
			return kindNumber
		}
		return kindFlag
	case *ast.UnaryNode:
		if n.Operator == "-" || n.Operator == "+" {
			return kindNumber
		}
		return kindFlag
	}
	if v := c.variable(n); v != nil {
		return v.kind()
	}
	if strings.HasPrefix(path(n), "param.") {
		return kindNumber
	}
	return 0
}

func (c *compiler) equal(n *ast.BinaryNode) (flagFunc, error) {
	var same flagFunc
	switch c.kindOf(n.Left) {
	case kindText:
		a, b, err := pair(n, c.text)
		if err != nil {
			return nil, err
		}
		same = func(x *scene) bool { return a(x) == b(x) }
		if lit, ok := n.Right.(*ast.StringNode); ok {
			want := lit.Value
			same = func(x *scene) bool { return a(x) == want }
		}
	case kindFlag:
		a, b, err := pair(n, c.flag)
		if err != nil {
			return nil, err
		}
		same = func(x *scene) bool { return a(x) == b(x) }
	default:
		a, b, err := pair(n, c.number)
		if err != nil {
			return nil, err
		}
		same = func(x *scene) bool { return a(x) == b(x) }
	}
	if n.Operator == "!=" {
		return func(x *scene) bool { return !same(x) }, nil
	}
	return same, nil
}

// pair compiles both sides of an operator alike.
func pair[F any](n *ast.BinaryNode, compile func(ast.Node) (F, error)) (a, b F, err error) {
	if a, err = compile(n.Left); err == nil {
		b, err = compile(n.Right)
	}
	return a, b, err
}

func (c *compiler) compare(n *ast.BinaryNode) (flagFunc, error) {
	a, b, err := pair(n, c.number)
	if err != nil {
		return nil, err
	}
	switch n.Operator {
	case "<":
		return func(x *scene) bool { return a(x) < b(x) }, nil
	case "<=":
		return func(x *scene) bool { return a(x) <= b(x) }, nil
	case ">":
		return func(x *scene) bool { return a(x) > b(x) }, nil
	}
	return func(x *scene) bool { return a(x) >= b(x) }, nil
}

func (c *compiler) in(n *ast.BinaryNode) (flagFunc, error) {
	items, isLiteral := n.Right.(*ast.ArrayNode)
	if !isLiteral {
		a, err := c.text(n.Left)
		if err != nil {
			return nil, err
		}
		list, err := c.list(n.Right)
		return func(x *scene) bool { return slices.Contains(list(x), a(x)) }, err
	}
	if c.kindOf(n.Left) == kindText {
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
		return func(x *scene) bool { return slices.Contains(set, a(x)) }, nil
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
	return func(x *scene) bool { return slices.Contains(set, a(x)) }, nil
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

func (c *compiler) search(n *ast.BinaryNode) (flagFunc, error) {
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
		return func(x *scene) bool { return re.MatchString(a(x)) }, nil
	}
	b, err := c.text(n.Right)
	if err != nil {
		return nil, err
	}
	test := map[string]func(s, part string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[n.Operator]
	return func(x *scene) bool { return test(a(x), b(x)) }, nil
}

// quantifier compiles any(list, condition of #), all and none.
func (c *compiler) quantifier(n *ast.BuiltinNode) (flagFunc, error) {
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
		return nil, c.reject(n.Arguments[1], kindFlag)
	}
	c.inPointer = true
	f, err := c.flag(body.Node)
	c.inPointer = false
	if err != nil {
		return nil, err
	}
	stopAt, found := n.Name != "all", n.Name == "any"
	return func(x *scene) bool {
		for _, x.item = range list(x) {
			if f(x) == stopAt {
				return found
			}
		}
		return !found
	}, nil
}
