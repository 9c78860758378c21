package detect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/kind"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
)

// Outcome is the outcome of one rule for one event.
type Outcome string

// Outcomes, the most urgent first. Near and far differ by Explanation.Closeness alone.
const (
	OutcomeFired        Outcome = "fired"        // an open incident
	OutcomeShadow       Outcome = "shadow"       // an incident that is recorded but not notified
	OutcomeAllowed      Outcome = "allowed"      // an incident under an exception
	OutcomePeers        Outcome = "peers"        // a match held back, because peers did the same
	OutcomeNear         Outcome = "near"         // no match, half way or more
	OutcomeFar          Outcome = "far"          // no match
	OutcomeUnobservable Outcome = "unobservable" // the events so far lack a required field, or the lists a required entry
)

var outcomeOrder = []Outcome{OutcomeFired, OutcomeShadow, OutcomeAllowed, OutcomePeers, OutcomeNear, OutcomeFar, OutcomeUnobservable}

// Explanation is the outcome of one rule for one event and one of its subjects. All its texts are redacted.
type Explanation struct {
	Rule        string               `json:"rule"`
	Severity    tokenwarden.Severity `json:"severity"` // of the incident; without one, the rule's
	SubjectKind string               `json:"subject_kind"`
	Subject     string               `json:"subject"`
	Outcome     Outcome              `json:"outcome"`
	Closeness   float64              `json:"closeness"` // 1: a match; 0: none of the conditions hold
	Why         string               `json:"why"`       // one sentence with the figures that decided
	Alert       *tokenwarden.Alert   `json:"alert"`     // of the incident as it stands after the event; null without a match
}

// explainer collects the explanations of one event.
type explainer struct {
	enabled      bool
	explanations []Explanation
	conditions   map[*rule][]condition.Part // of each rule's expression, compiled when first needed
}

// Explain applies an event as Observe does, and explains how each rule that groups by one of its subjects came out: matches first, then the
// others from near to far. With the default rules it takes some 70 microseconds.
func (p *Partition) Explain(e *tokenwarden.Event) []Explanation {
	ex := &p.explainer
	ex.enabled, ex.explanations = true, nil
	p.Observe(e)
	ex.enabled = false
	slices.SortStableFunc(ex.explanations, func(a, b Explanation) int {
		return cmp.Or(cmp.Compare(slices.Index(outcomeOrder, a.Outcome), slices.Index(outcomeOrder, b.Outcome)),
			cmp.Compare(b.Closeness, a.Closeness), cmp.Compare(b.Severity, a.Severity))
	})
	return ex.explanations
}

// explainAll evaluates and explains every rule of the subject's kind, candidate or not.
func (p *Partition) explainAll(s tokenwarden.Subject) {
	coverage := p.Coverage()
	for _, r := range p.engine.rules {
		if r.by != s.Kind {
			continue
		}
		o := Explanation{Rule: r.id, Severity: r.def.Severity, SubjectKind: s.Kind.String(), Subject: s.String(), Outcome: OutcomeFar}
		p.explain(&o, r)
		if why := r.unobservable(coverage, p.env.Lists); o.Alert == nil && why != "" {
			o.Outcome, o.Closeness, o.Why = OutcomeUnobservable, 0, "not observable: "+why
		}
		if o.Outcome == OutcomeFar && o.Closeness >= kind.Near {
			o.Outcome = OutcomeNear
		}
		p.explainer.explanations = append(p.explainer.explanations, o)
	}
}

// explain evaluates the rule and fills in how it came out.
func (p *Partition) explain(o *Explanation, r *rule) {
	x := &p.env
	x.Memory = r.memory
	unmet := p.explainer.unmet(x, r)
	hits, suppressed := p.stats.Hits, p.stats.Suppressed
	p.result = condition.Result{}
	if r.admits(x.Predicates) {
		p.evaluateUnfiltered(x, r)
	}
	switch {
	case p.stats.Hits > hits:
		p.explainMatch(o, r)
	case p.stats.Suppressed > suppressed:
		o.Outcome, o.Closeness = OutcomePeers, 1
		o.Why = fmt.Sprintf("held back: at least %d other tokens of the service did the same", r.spec.Peers.Min)
	case unmet.Why != "":
		o.Closeness, o.Why = unmet.Closeness, unmet.Why
	default:
		d := kind.Distance{Why: "its condition held, and its kind found nothing"}
		if e, ok := r.evaluator.(kind.Explainer); ok {
			d = e.Explain(x, &p.result)
		}
		o.Closeness, o.Why = min(max(d.Closeness, 0), 1), d.Why
	}
}

// explainMatch describes the incident that the event was added to.
func (p *Partition) explainMatch(o *Explanation, r *rule) {
	inc := p.incidents.Find(&p.env, r)
	if inc == nil {
		return // it was evicted within this event
	}
	a := p.incidents.Alert(p.env.Profile, inc)
	a.Evidence = slices.Clone(a.Evidence)
	o.Alert, o.Severity, o.Closeness = &a, a.Severity, 1
	o.Outcome = map[string]Outcome{"open": OutcomeFired, "shadow": OutcomeShadow, "allowed": OutcomeAllowed}[a.Status]
	o.Why = a.Summary
	if inc.Count > 1 {
		o.Why = fmt.Sprintf("adds to the incident of %s, no further alert until %s unless it is hit again: %s",
			text.UTC(inc.First).Format(time.RFC3339), text.UTC(inc.Last+r.suppress).Format(time.RFC3339), a.Summary)
	}
}

// unmet returns which conditions of the rule and its kind the event does not satisfy. Its Why is "" if it satisfies all.
func (ex *explainer) unmet(x *condition.Env, r *rule) kind.Distance {
	conditions, ok := ex.conditions[r]
	if !ok {
		conditions = condition.Parts(r.def.Where, r.def.Params)
		if ex.conditions == nil {
			ex.conditions = map[*rule][]condition.Part{}
		}
		ex.conditions[r] = conditions
	}
	var why []string
	for i := range conditions {
		if c := &conditions[i]; !c.Holds(x) {
			why = append(why, x.DescribeUnmet(c))
		}
	}
	held := len(conditions) - len(why)
	for _, clause := range r.spec.Prefilter {
		if x.Predicates&clause == 0 {
			why = append(why, x.DescribeLack(clause))
			held = 0 // requirements of the kind are all or nothing
		}
	}
	if len(why) == 0 {
		return kind.Distance{}
	}
	return kind.Distance{Closeness: 0.9 * float64(held) / float64(max(len(conditions), 1)), Why: strings.Join(why, "; ")}
}
