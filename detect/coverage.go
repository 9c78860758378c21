package detect

import (
	"fmt"
	"math/bits"

	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/kind"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Coverage counts the fields in the events of tokens.
type Coverage struct {
	Events uint64
	Fields [len(profile.FieldNames)]uint64
}

// Add adds the counts of o.
func (c *Coverage) Add(o Coverage) {
	c.Events += o.Events
	for i := range c.Fields {
		c.Fields[i] += o.Fields[i]
	}
}

// Names returns the names of Fields.
func (c *Coverage) Names() []string { return profile.FieldNames[:] }

// count adds n events with the same predicates.
func (c *Coverage) count(p profile.Predicates, n uint64) {
	c.Events += n
	for p &= profile.Presence; p != 0; p &= p - 1 {
		c.Fields[bits.TrailingZeros64(uint64(p))] += n
	}
}

// carries reports whether any event carried one of the fields.
func (c *Coverage) carries(fields profile.Predicates) bool {
	for ; fields != 0; fields &= fields - 1 {
		if c.Fields[bits.TrailingZeros64(uint64(fields))] > 0 {
			return true
		}
	}
	return false
}

// Unobservable is a rule without its input, with the reason.
type Unobservable struct {
	Rule   string
	Reason string // "no scheme field in 100 % of events (12000 events)"
}

// String returns the line that start-up and "rules check" print.
func (u Unobservable) String() string { return u.Rule + ": not observable: " + u.Reason }

// Unobservable returns the rules that can see nothing in logs with coverage c, in the order of the rules. Without events it returns those
// that lack configuration: a policy, or a list absent from Options.Lists.
func (e *Engine) Unobservable(c Coverage) []Unobservable {
	return e.UnobservableWith(c, e.options.Lists)
}

// Unobservable returns the rules that can see nothing in the events of the partition, with the lists that it has now.
func (p *Partition) Unobservable() []Unobservable {
	return p.engine.UnobservableWith(p.Coverage(), p.env.Lists)
}

// UnobservableWith is Unobservable with other lists than Options.Lists.
func (e *Engine) UnobservableWith(c Coverage, set *lists.Set) []Unobservable {
	var out []Unobservable
	for _, r := range e.rules {
		if why := r.unobservable(c, set); why != "" {
			out = append(out, Unobservable{r.id, why})
		}
	}
	return out
}

// unobservable returns why the rule can see nothing, "" if it can.
func (r *rule) unobservable(c Coverage, set *lists.Set) string {
	if why := r.missingInput(set); why != "" {
		return why
	}
	for _, n := range r.requires {
		if why := unmet(n, c, set); why != "" {
			return why
		}
	}
	return ""
}

// unmet returns why a requirement is not met, "" if it is.
func unmet(n condition.Requirement, c Coverage, set *lists.Set) string {
	missing := n.MissingList(set)
	switch {
	case n.Lists() != 0 && missing == "", n.Fields() != 0 && (c.Events == 0 || c.carries(n.Fields())):
		return ""
	case n.Fields() == 0:
		return "no list " + missing + " configured"
	}
	why := fmt.Sprintf("no %s field in 100 %% of events (%d events)", n, c.Events)
	if n.Fields() == profile.HasStrength {
		why += "; it is measured on a token's text, which edge and foreign identities do not have"
	}
	return why
}

// missingInput returns the configured input the rule's kind lacks, "" if nothing is missing.
func (r *rule) missingInput(set *lists.Set) string {
	if c, ok := r.evaluator.(kind.InputChecker); ok {
		return c.MissingInput(set)
	}
	return ""
}
