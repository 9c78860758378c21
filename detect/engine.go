package detect

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/kind"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules"
)

// Engine is a compiled set of rules. It never changes: any number of partitions may share it.
type Engine struct {
	options  Options
	rules    []*rule // by slot
	byID     map[string]*rule
	registry profile.Registry   // of the rules' state in profiles
	lists    profile.Predicates // of user-supplied lists, used by rules

	comparesPeers  bool              // some rule does
	sharedFeatures []profile.Feature // whose values rules compare between peers

	groupsBy [tokenwarden.SubjectIssuer + 1]bool
}

// New compiles rules. Errors name file, rule and key. defs must not be changed afterwards.
func New(defs []rules.Definition, o Options) (*Engine, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("check options: %w", err)
	}
	e := &Engine{options: o.withDefaults(), byID: map[string]*rule{}}
	for i := range defs {
		d := &defs[i]
		if other := e.byID[d.ID]; other != nil {
			return nil, &rules.Error{File: d.File, Rule: d.ID, Key: "id", Problem: "is also that of " + other.def.File}
		}
		r, err := compileRule(d, &e.options, &e.registry)
		if err != nil {
			return nil, err
		}
		e.add(r)
	}
	for _, id := range o.Shadow {
		if e.byID[id] == nil {
			return nil, fmt.Errorf("shadow: there is no rule %q%s", id, rules.DidYouMean(id, slices.Collect(maps.Keys(e.byID))))
		}
	}
	return e, nil
}

func (e *Engine) add(r *rule) {
	e.rules = append(e.rules, r)
	e.byID[r.id] = r
	e.groupsBy[r.by] = true
	e.lists |= r.listPredicates()
	if test := &r.spec.Peers; test.Min > 0 {
		e.comparesPeers = true
		if f := test.Feature; f != 0 && !slices.Contains(e.sharedFeatures, f) {
			e.sharedFeatures = append(e.sharedFeatures, f)
		}
	}
}

// Needs returns, by rule id, the event fields the rule cannot see without. "scheme|tls_protocol" means either.
func (e *Engine) Needs() map[string][]string {
	out := make(map[string][]string, len(e.rules))
	for _, r := range e.rules {
		names := make([]string, len(r.requires))
		for i, n := range r.requires {
			names[i] = n.String()
		}
		out[r.id] = names
	}
	return out
}

// Subjects returns the kinds of subject that some rule groups by. Usages of other kinds, tokens excepted, need not be sent.
func (e *Engine) Subjects() []tokenwarden.SubjectKind {
	var out []tokenwarden.SubjectKind
	for k, used := range e.groupsBy {
		if used {
			out = append(out, tokenwarden.SubjectKind(k))
		}
	}
	return out
}

// appendSubjects appends the subjects of an event: its token, and of the other kinds those that some rule groups by.
func (e *Engine) appendSubjects(out []tokenwarden.Subject, ev *tokenwarden.Event) []tokenwarden.Subject {
	for _, s := range tokenwarden.AppendSubjects(nil, ev) {
		if s.Kind == tokenwarden.SubjectToken || e.groupsBy[s.Kind] {
			out = append(out, s)
		}
	}
	return out
}

// kindOptions returns the options of kinds.
func (o *Options) kindOptions(reg *profile.Registry) kind.Options {
	return kind.Options{State: reg, Lateness: o.Lateness, ScopePolicy: o.ScopePolicy}
}

// Variable describes a name in conditions.
type Variable = condition.Variable

// Variables lists the names in conditions, in the order of the documentation.
func Variables() []Variable { return condition.Variables() }
