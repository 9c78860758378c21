package condition

import (
	"math/bits"
	"strconv"

	"github.com/expr-lang/expr/ast"

	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
)

// clause returns predicates: the node needs at least one of them. exact reports that any one is also sufficient, so that the
// node need not be evaluated. A clause of 0 says nothing about the node.
func (c *compiler) clause(n ast.Node) (clause profile.Predicates, exact bool) {
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

func (c *compiler) binaryClause(n *ast.BinaryNode) (clause profile.Predicates, exact bool) {
	switch n.Operator {
	case "||", "or":
		left, leftExact := c.clause(n.Left)
		right, rightExact := c.clause(n.Right)
		if left == 0 || right == 0 {
			return 0, false
		}
		return left | right, leftExact && rightExact
	case "&&", "and":
		// Inside an ||, either half is a valid clause: the one with fewer predicates rules out more events.
		left, _ := c.clause(n.Left)
		right, _ := c.clause(n.Right)
		if left == 0 || right != 0 && bits.OnesCount64(uint64(right)) < bits.OnesCount64(uint64(left)) {
			return right, false
		}
		return left, false
	case "==":
		clause = equalPredicate(c.variable(n.Left), n.Right)
		return clause, clause != 0
	case "!=":
		if clause = unequalPredicate(c.variable(n.Left), n.Right); clause != 0 {
			return clause, true
		}
		return presenceClause(c.variable(n.Left), n)
	case "in":
		return c.listClause(n)
	case ">", ">=":
		return presenceClause(c.variable(n.Left), n)
	}
	return 0, false
}

// listClause reads event.location in ["query", "path"].
func (c *compiler) listClause(n *ast.BinaryNode) (clause profile.Predicates, exact bool) {
	v := c.variable(n.Left)
	list, ok := n.Right.(*ast.ArrayNode)
	if v == nil || !ok {
		return 0, false
	}
	for _, item := range list.Nodes {
		bit := equalPredicate(v, item)
		if bit == 0 {
			return 0, false
		}
		clause |= bit
	}
	return clause, clause != 0
}

// presenceClause reads event.claims.expires > 0, which implies that the event has the field.
func presenceClause(v *variable, n *ast.BinaryNode) (profile.Predicates, bool) {
	needsValue := false
	switch r := n.Right.(type) {
	case *ast.IntegerNode:
		needsValue = r.Value == 0 && n.Operator != ">=" || r.Value > 0 && n.Operator != "!="
	case *ast.StringNode:
		needsValue = r.Value == "" && n.Operator == "!="
	}
	if v == nil || !needsValue || v.flag != nil || v.list != nil {
		return 0, false
	}
	switch {
	case v.name != "event.claims.expires":
		return v.requires, false
	case n.Operator == "!=":
		return v.requires | profile.HasExpires, false
	}
	limit, ok := n.Right.(*ast.IntegerNode)
	return profile.HasExpires, ok && limit.Value == 0 // then the operator is >
}

var locationPredicates = map[string]profile.Predicates{
	"query": profile.InQuery, "path": profile.InPath, "referer": profile.InReferer, "header": profile.InHeader,
	"cookie": profile.InCookie, "userinfo": profile.InUserinfo, "fragment": profile.InFragment,
}

// equalPredicates state that a variable has a value; unequalPredicates, that it has another value or none.
var (
	equalPredicates = map[string]map[string]profile.Predicates{
		"event.location":       locationPredicates,
		"event.scheme":         {"http": profile.IsHTTP, "https": profile.IsHTTPS},
		"event.status":         {"401": profile.IsUnauthenticated, "403": profile.IsForbidden, "404": profile.IsNotFound},
		"event.claims.expires": {"0": profile.NotExpires},
	}
	unequalPredicates = map[string]map[string]profile.Predicates{
		"event.status":       {"401": profile.NotUnauthenticated},
		"event.tls_protocol": {"TLSv1.2": profile.NotTLS12, "TLSv1.3": profile.NotTLS13},
	}
)

// equalPredicate returns the predicate that the variable has the value of a literal, 0 if there is none.
func equalPredicate(v *variable, n ast.Node) profile.Predicates {
	return predicateIn(equalPredicates, v, n)
}

func unequalPredicate(v *variable, n ast.Node) profile.Predicates {
	return predicateIn(unequalPredicates, v, n)
}

func predicateIn(table map[string]map[string]profile.Predicates, v *variable, n ast.Node) profile.Predicates {
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
