package condition

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// folded compiles lower(a) == "text", and in, contains, startsWith and endsWith, without a lower-case copy of a as long as a is ASCII.
// It returns nil for all other expressions and for wrong ones.
func (c *compiler) folded(n *ast.BinaryNode) FlagFunc {
	call, ok := n.Left.(*ast.BuiltinNode)
	if !ok || call.Name != "lower" || len(call.Arguments) != 1 {
		return nil
	}
	of, err := c.text(call.Arguments[0])
	want, ok := literalTexts(n.Right)
	if err != nil || !ok {
		return nil
	}
	var test func(s, want string) bool
	switch n.Operator {
	case "==", "in":
		test = equalFold
	case "contains":
		test = containsFold
	case "startsWith":
		test = func(s, want string) bool { return len(s) >= len(want) && equalFold(s[:len(want)], want) }
	case "endsWith":
		test = func(s, want string) bool { return len(s) >= len(want) && equalFold(s[len(s)-len(want):], want) }
	}
	if _, isList := n.Right.(*ast.ArrayNode); test == nil || isList != (n.Operator == "in") {
		return nil
	}
	exact := map[string]func(s, want string) bool{
		"==": equalText, "in": equalText, "contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[n.Operator]
	return func(x *Env) bool {
		s := of(x)
		if len(s) > maxFold || !isASCII(s) {
			s = strings.ToLower(s)
			return slices.ContainsFunc(want, func(w string) bool { return exact(s, w) })
		}
		for _, w := range want {
			if test(s, w) {
				return true
			}
		}
		return false
	}
}

// maxFold bounds the bytes of a text compared byte by byte: a longer text is worth a copy.
const maxFold = 1024

func equalText(a, b string) bool { return a == b }

func literalTexts(n ast.Node) ([]string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return []string{n.Value}, true
	case *ast.ArrayNode:
		var out []string
		for _, item := range n.Nodes {
			text, ok := item.(*ast.StringNode)
			if !ok {
				return nil, false
			}
			out = append(out, text.Value)
		}
		return out, len(out) > 0
	}
	return nil, false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func lowerByte(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// equalFold reports whether the lower-case form of s, which is ASCII, is want.
func equalFold(s, want string) bool {
	if len(s) != len(want) {
		return false
	}
	for i := range len(s) {
		if lowerByte(s[i]) != want[i] {
			return false
		}
	}
	return true
}

func containsFold(s, want string) bool {
	if want == "" {
		return true
	}
	for i := 0; i+len(want) <= len(s); i++ {
		if lowerByte(s[i]) == want[0] && equalFold(s[i:i+len(want)], want) {
			return true
		}
	}
	return false
}
