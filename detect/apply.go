package detect

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// apply evaluates the rules on an event new to the profile, and adds the event to the profile.
func (p *Partition) apply(prof *profile.Profile, ev *profile.Event) {
	p.countApplied(prof, ev)
	prof.GrowInline()
	prof.ExpireValues(ev.Now)
	x := &p.env
	x.Profile, x.Event = prof, ev
	prof.Lookup(ev, &x.Known)
	found := p.candidates.of(x.Predicates)
	if prof.Subject.Kind == tokenwarden.SubjectToken {
		found.events++
		p.outbox.events = append(p.outbox.events, *ev.Event)
		if ev.FirstInRequest {
			p.stats.Requests++
		}
	}
	if p.explainer.enabled {
		p.explainAll(prof.Subject)
	} else if k := int(prof.Subject.Kind); k < len(found.rules) {
		for _, r := range found.rules[k] {
			x.Memory = r.memory
			switch {
			case r.remember != nil:
				p.evaluateUnfiltered(x, r)
			case r.where.Holds(x):
				p.evaluate(x, r)
			}
		}
	}
	prof.Learn(ev, &x.Known, p.interner)
	if lateness := p.engine.options.Lateness.Microseconds(); ev.FirstInRequest && prof.HasClosedUsage(lateness) {
		p.outbox.usage = prof.CloseUsage(lateness, p.outbox.usage)
	}
}

// countApplied counts the event, and lists the profile as dirty.
func (p *Partition) countApplied(prof *profile.Profile, ev *profile.Event) {
	p.stats.Applied++
	if prof.Version == 0 {
		p.stats.Created++
	}
	if prof.Last != window.NoTime && ev.Now < prof.Last-p.engine.options.Lateness.Microseconds() {
		p.stats.Late++
	}
	p.outbox.add(prof)
}

// evaluateUnfiltered evaluates a rule with its prefilter, which the candidates do not guarantee, and the condition it remembers.
func (p *Partition) evaluateUnfiltered(x *condition.Env, r *rule) {
	if r.where.Matches(x) {
		p.evaluate(x, r)
	}
	if r.remember != nil && r.remember.Matches(x) {
		x.Profile.Remember(r.memory, x.Event.Now)
	}
}

// evaluate evaluates a rule whose condition holds, and adds a match to the rule's incident.
func (p *Partition) evaluate(x *condition.Env, r *rule) {
	p.result = condition.Result{}
	if !r.evaluator.Evaluate(x, &p.result) {
		return
	}
	if test := &r.spec.Peers; test.Min > 0 && test.Shared(p.peers, x.Event) {
		p.stats.Suppressed++
		p.suppressed[r.id]++
		return
	}
	p.stats.Hits++
	if p.incidents.Match(x, r) {
		p.stats.Alerts++
	}
}
