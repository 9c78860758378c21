// Package kind holds the kinds of rule: the computation for an event its condition admits.
//
// To add one, write rules/spec_KIND.go with a line in rules, a file here with a line in constructors, and a rule in rules/defaults.
package kind

import (
	"fmt"
	"time"

	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/peers"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// constructors lists all kinds of rule.
var constructors = map[string]constructor{
	"match":     of(newMatch),
	"rate":      of(newRate),
	"distinct":  of(newDistinct),
	"new_value": of(newNewValue),
	"travel":    of(newTravel),
	"scope":     of(newScope),
	"dormancy":  of(newDormancy),
	"temporal":  of(newTemporal),
}

type constructor func(d *rules.Definition, o Options) (Evaluator, Spec, error)

// of adapts the constructor of one kind of spec.
func of[S rules.Spec](build func(d *rules.Definition, s S, o Options) (Evaluator, Spec, error)) constructor {
	return func(d *rules.Definition, o Options) (Evaluator, Spec, error) {
		s, ok := d.Spec.(S)
		if !ok {
			return nil, Spec{}, fmt.Errorf("kind %q cannot be evaluated with a %T", d.Kind, d.Spec)
		}
		return build(d, s, o)
	}
}

// Options are the engine's part in a kind.
type Options struct {
	State       *profile.Registry // names the state that rules keep in profiles
	Lateness    time.Duration
	ScopePolicy []rules.ScopeRule // added to those of rules of kind scope
}

// New compiles the kind's part of a definition. It changes nothing but the registry.
func New(d *rules.Definition, o Options) (Evaluator, Spec, error) {
	build, ok := constructors[d.Kind]
	if !ok {
		return nil, Spec{}, fmt.Errorf("kind %q cannot be evaluated", d.Kind)
	}
	return build(d, o)
}

// Evaluator computes the result of a rule for one event that its prefilter and condition admit, before the profile learns from the
// event. Evaluate reports whether the event matches. It may change nothing but the rule's own state in the profile, and keeps nothing
// of x.
//
// An evaluator may also be a Describer, an Explainer, a QuietSetter or an InputChecker.
type Evaluator interface {
	Evaluate(x *condition.Env, r *condition.Result) bool
}

// Describer fills in the texts of a result. It is called only when an alert needs them: when an incident opens, or reaches further than
// before.
type Describer interface {
	Describe(r *condition.Result)
}

// Explainer returns how far an event was from a match. It is called after Evaluate has returned false, with the result it left and
// before the profile learns from the event.
type Explainer interface {
	Explain(x *condition.Env, r *condition.Result) Distance
}

// QuietSetter returns the setting with which an incident of a given peak would not have matched, "" if there is none.
type QuietSetter interface {
	QuietSetting(peak float64) string
}

// InputChecker names the configured input the rule lacks, "" if it lacks nothing.
type InputChecker interface {
	MissingInput(set *lists.Set) string
}

// Spec holds a kind's prerequisites and texts.
type Spec struct {
	Prefilter condition.Prefilter     // besides the rule's condition
	Requires  []condition.Requirement // fields and lists the rule cannot see without
	Lookback  time.Duration           // time before the first match whose events explain it
	Category  string                  // of signal, for corroboration; "": the rule says nothing about who uses the subject
	Texts     Texts                   // defaults
	Peers     PeerTest
}

// Texts are templates of an alert's texts.
type Texts struct{ Summary, Observed, Baseline, Threshold string }

// PeerTest recognises a match that is no anomaly of the token because peers do the same.
type PeerTest struct {
	Min     int             // other tokens of the service; 0: peers are not compared
	Feature profile.Feature // they must have adopted its value; 0: their activity must surge
}

// Shared reports whether enough peers do the same as the event.
func (t *PeerTest) Shared(p *peers.Peers, ev *profile.Event) bool {
	if t.Feature != 0 {
		return p.Adopted(ev, t.Feature, t.Min)
	}
	return p.Surging(ev, t.Min)
}

// require adds clauses to the prefilter, and clauses of fields or lists alone to the requirements.
func (s *Spec) require(clauses ...profile.Predicates) {
	for _, c := range clauses {
		s.Prefilter = append(s.Prefilter, c)
		if c != 0 && c&^(profile.Presence|profile.FromLists) == 0 {
			s.Requires = append(s.Requires, condition.Requirement(c))
		}
	}
}

// Near is the closeness from which a rule that did not match counts as near.
const Near = 0.5

// Distance measures an event that did not match.
type Distance struct {
	Closeness float64 // 0 to 1; 1 is a match
	Why       string
}

// categories maps features to categories of signal where they have one of their own: a journey changes country and network at once.
var categories = map[string]string{
	"country": "place", "asn": "place", "network": "place", "address": "place", "network_class": "place",
	"client": "client", "user_agent": "client", "hour_of_week": "time",
}

func categoryOf(field string) string {
	if c := categories[field]; c != "" {
		return c
	}
	return "use"
}
