package condition

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Requirement is a set of fields and lists. A rule without any of them sees nothing.
type Requirement profile.Predicates

// Fields returns the log fields of the requirement.
func (r Requirement) Fields() profile.Predicates { return profile.Predicates(r) & profile.Presence }

// Lists returns the predicates of user-supplied lists of the requirement.
func (r Requirement) Lists() profile.Predicates { return profile.Predicates(r) & profile.FromLists }

// listNames are the lists behind predicates, by their names in reports.
var listNames = []struct {
	predicate profile.Predicates
	name      string
	has       func(c lists.Counts) bool
}{
	{profile.IsWatched, "watchlist", func(c lists.Counts) bool { return c.Watchlist > 0 }},
	{profile.IsDecoy, "decoys", func(c lists.Counts) bool { return c.Decoys > 0 }},
	{profile.IsRevoked, "revoked", func(c lists.Counts) bool { return c.Revoked > 0 }},
	{profile.IsHosting, "networks.hosting", func(c lists.Counts) bool { return c.Classes&lists.Hosting != 0 }},
	{profile.IsAnonymizer, "networks.vpn", func(c lists.Counts) bool { return c.Classes&lists.Anonymizer != 0 }},
	{profile.IsSensitive, "sensitive", func(c lists.Counts) bool { return c.Sensitive > 0 }},
	{profile.IsBound, "bindings", func(c lists.Counts) bool { return c.Bindings > 0 }},
}

// MissingList returns the name of a required list that set lacks, "" if nothing is missing: of several lists, one
// is enough.
func (r Requirement) MissingList(set *lists.Set) string {
	name := ""
	for _, l := range listNames {
		if r.Lists()&l.predicate == 0 {
			continue
		}
		if l.has(set.Counts()) {
			return ""
		}
		name = l.name
	}
	return name
}

// String joins the names by |.
func (r Requirement) String() string {
	var names []string
	for f := r.Fields(); f != 0; f &= f - 1 {
		names = append(names, profile.FieldNames[bits.TrailingZeros64(uint64(f))])
	}
	for _, l := range listNames {
		if r.Lists()&l.predicate != 0 {
			names = append(names, l.name)
		}
	}
	return strings.Join(names, "|")
}

// ParseRequirement reads the output of String.
func ParseRequirement(s string) (Requirement, error) {
	var r Requirement
	for name := range strings.SplitSeq(s, "|") {
		i := slices.Index(profile.FieldNames[:], name)
		if i < 0 {
			return 0, ErrUnknown("field", name, profile.FieldNames[:])
		}
		r |= 1 << i
	}
	return r, nil
}

// ErrUnknown returns an error about an unknown name, with a suggestion if a known name is close.
func ErrUnknown(what, name string, known []string) error {
	return &unknownError{what, name, rules.Suggest(name, known)}
}

type unknownError struct{ what, name, suggestion string }

// Error returns the text, with the suggestion if there is one.
func (e *unknownError) Error() string {
	s := "unknown " + e.what + " \"" + e.name + "\""
	if e.suggestion != "" {
		s += ": did you mean \"" + e.suggestion + "\"?"
	}
	return s
}

// requirements lists the log fields the node cannot hold without.
func (c *compiler) requirements(n ast.Node) []Requirement {
	var out []Requirement
	switch n := n.(type) {
	case *ast.BinaryNode:
		if n.Operator == "||" || n.Operator == "or" {
			left, right := union(c.requirements(n.Left)), union(c.requirements(n.Right))
			if left == 0 || right == 0 {
				return nil
			}
			return []Requirement{left | right}
		}
		return append(c.requirements(n.Left), c.requirements(n.Right)...)
	case *ast.UnaryNode:
		return c.requirements(n.Node)
	case *ast.BuiltinNode:
		for _, arg := range n.Arguments {
			out = append(out, c.requirements(arg)...)
		}
	case *ast.CallNode:
		for _, arg := range n.Arguments {
			out = append(out, c.requirements(arg)...)
		}
	default:
		if v := c.variable(n); v != nil && v.requires != 0 {
			out = []Requirement{Requirement(v.requires)}
		}
	}
	return out
}

func union(rs []Requirement) Requirement {
	var all Requirement
	for _, r := range rs {
		all |= r
	}
	return all
}

// ListPredicates returns the list predicates in an expression.
func ListPredicates(src string) profile.Predicates {
	var out profile.Predicates
	for i := range variables {
		if strings.Contains(src, variables[i].name) {
			out |= variables[i].requires & profile.FromLists
		}
	}
	return out
}
