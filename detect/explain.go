package detect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/tokenwarden/tokenwarden"
)

// Said is how one rule came out on one event.
type Said string

// What a rule can have said, from the loudest. Near and far differ by Outcome.Closeness alone.
const (
	SaidFired   Said = "fired"   // an incident that is open
	SaidShadow  Said = "shadow"  // an incident that is recorded and not notified
	SaidAllowed Said = "allowed" // an incident under an allowance
	SaidFleet   Said = "fleet"   // a hit held back, because many tokens did the same at once
	SaidNear    Said = "near"    // silent, half way or more
	SaidFar     Said = "far"     // silent
	SaidBlind   Said = "blind"   // the events so far lack a field, or the lists an entry, that the rule needs
)

var saidOrder = []Said{SaidFired, SaidShadow, SaidAllowed, SaidFleet, SaidNear, SaidFar, SaidBlind}

// nearFrom is the closeness from which a silent rule counts as near.
const nearFrom = 0.5

// Outcome is what one rule said of one event and one of its subjects. It holds nothing that is not redacted.
type Outcome struct {
	Rule        string               `json:"rule"`
	Severity    tokenwarden.Severity `json:"severity"` // of the incident; of silent rules, what their file says
	SubjectKind string               `json:"subject_kind"`
	Subject     string               `json:"subject"`
	Said        Said                 `json:"said"`
	Closeness   float64              `json:"closeness"` // 1: a hit; 0: nothing of what it needs
	Why         string               `json:"why"`       // one sentence with the figures that decided
	Alert       *tokenwarden.Alert   `json:"alert"`     // the incident as it stands after the event; null unless there was a hit
}

// margin is how far a rule that was asked was from a hit.
type margin struct {
	close float64 // 0 to 1
	why   string
}

// explainer is a judge that can say how far an event was from a hit. It is asked after eval has said no, with the verdict
// that eval left, and before the profile learns from the event.
type explainer interface {
	explain(x *scene, v *verdict) margin
}

// explained collects outcomes.
type explained struct {
	outcomes []Outcome
	asked    map[*rule]asked
}

// asked is what a rule asks of an event before its kind judges it: the conditions of its file, and the clauses of its kind.
type asked struct {
	conditions []conjunct
	clauses    gate
}

// conjunct is one of the conditions that a rule joins by and.
type conjunct struct {
	text  string
	holds flagFunc
	names []*variable
}

// Explain judges an event as Observe does, and says of each rule that groups by one of its subjects how it came out: hits
// first, then the silent ones from near to far. With the default rules it takes some 70 microseconds.
func (p *Partition) Explain(e *tokenwarden.Event) []Outcome {
	if p.asked == nil {
		p.asked = &explained{asked: map[*rule]asked{}}
	}
	p.explained = p.asked
	p.explained.outcomes = nil
	p.Observe(e)
	p.explained = nil
	out := p.asked.outcomes
	slices.SortStableFunc(out, func(a, b Outcome) int {
		return cmp.Or(cmp.Compare(slices.Index(saidOrder, a.Said), slices.Index(saidOrder, b.Said)),
			cmp.Compare(b.Closeness, a.Closeness), cmp.Compare(b.Severity, a.Severity))
	})
	return out
}

// explain asks every rule of the subject's kind, also those that the event's facts rule out.
func (p *Partition) explain(s tokenwarden.Subject) {
	coverage := p.Coverage()
	for _, r := range p.engine.rules {
		if r.by != s.Kind {
			continue
		}
		o := Outcome{Rule: r.id, Severity: r.def.Severity, SubjectKind: s.Kind.String(), Subject: s.String(), Said: SaidFar}
		p.trace(&o, r)
		if why := r.blind(coverage, p.lists); o.Alert == nil && why != "" {
			o.Said, o.Closeness, o.Why = SaidBlind, 0, "not observable: "+why
		}
		if o.Said == SaidFar && o.Closeness >= nearFrom {
			o.Said = SaidNear
		}
		p.explained.outcomes = append(p.explained.outcomes, o)
	}
}

// trace lets the rule judge the event of the scene and says how it came out.
func (p *Partition) trace(o *Outcome, r *rule) {
	x := &p.scene
	x.rule = r
	unmet := p.explained.unmet(x, r)
	hits, held := p.stats.Hits, p.stats.Suppressed
	p.verdict = verdict{}
	if r.admits(x.facts) {
		p.try(x, r)
	}
	switch {
	case p.stats.Hits > hits:
		x.fired(o, r)
	case p.stats.Suppressed > held:
		o.Said, o.Closeness = SaidFleet, 1
		o.Why = fmt.Sprintf("held back: at least %d other tokens of the service did the same", r.fleet)
	case unmet.why != "":
		o.Closeness, o.Why = unmet.close, unmet.why
	default:
		d := margin{why: "its condition held, and its kind found nothing"}
		if j, ok := r.judge.(explainer); ok {
			d = j.explain(x, &p.verdict)
		}
		o.Closeness, o.Why = min(max(d.close, 0), 1), d.why
	}
}

// fired tells of the incident that the event added to.
func (x *scene) fired(o *Outcome, r *rule) {
	inc := x.prof.incident(x, r)
	if inc == nil {
		return // its place was taken within this event
	}
	a := inc.alert(x.prof.subject, x.prof.keyID)
	a.Evidence = slices.Clone(a.Evidence)
	o.Alert, o.Severity, o.Closeness = &a, a.Severity, 1
	o.Said = map[string]Said{"open": SaidFired, "shadow": SaidShadow, "allowed": SaidAllowed}[a.Status]
	o.Why = a.Summary
	if inc.count > 1 {
		o.Why = fmt.Sprintf("adds to the incident of %s, no further alert until %s unless it is hit again: %s",
			utc(inc.first).Format(time.RFC3339), utc(inc.last+r.suppress).Format(time.RFC3339), a.Summary)
	}
}

// unmet says which of the rule's conditions the event does not satisfy, "" if it satisfies all.
func (ex *explained) unmet(x *scene, r *rule) margin {
	of, ok := ex.asked[r]
	if !ok {
		of = askedBy(r)
		ex.asked[r] = of
	}
	var why []string
	for i := range of.conditions {
		if c := &of.conditions[i]; !c.holds(x) {
			why = append(why, x.tellUnmet(c))
		}
	}
	held := len(of.conditions) - len(why)
	for _, clause := range of.clauses {
		if x.facts&clause == 0 {
			why = append(why, x.tellLacking(clause))
			held = 0 // what the kind itself asks for is all or nothing
		}
	}
	if len(why) == 0 {
		return margin{}
	}
	return margin{0.9 * float64(held) / float64(max(len(of.conditions), 1)), strings.Join(why, "; ")}
}

// askedBy compiles the rule's condition again, each part of it apart. What comes after the clauses of the condition is the
// kind's.
func askedBy(r *rule) asked {
	c, err := compileCondition(r.def.Where, r.def.Params)
	if err != nil {
		panic("BUG: condition compiled once but not twice: " + err.Error())
	}
	return asked{conjunctsOf(r), r.cond.gate[len(c.gate):]}
}

func conjunctsOf(r *rule) []conjunct {
	if isBlank(r.def.Where) {
		return nil
	}
	tree, err := parse(r.def.Where)
	if err != nil {
		return nil // it was parsed before
	}
	var out []conjunct
	for _, n := range conjuncts(tree, nil) {
		c := compiler{params: r.def.Params}
		holds, err := c.flag(n)
		if err != nil {
			continue
		}
		names := namesIn{}
		ast.Walk(&n, &names)
		out = append(out, conjunct{n.String(), holds, names.list})
	}
	return out
}

// namesIn collects the variables of an expression.
type namesIn struct{ list []*variable }

// Visit is called for each node.
func (v *namesIn) Visit(n *ast.Node) {
	if found := findVariable(path(*n)); found != nil && !slices.Contains(v.list, found) {
		v.list = append(v.list, found)
	}
}

// maxUnmet is how many bytes of a condition are quoted.
const maxUnmet = 160

// tellUnmet is `needs event.scheme == "http": event.scheme is "https"`.
func (x *scene) tellUnmet(c *conjunct) string {
	var values []string
	for _, v := range c.names {
		values = append(values, v.name+" is "+x.valueOf(v))
	}
	s := "needs " + cut(c.text, maxUnmet)
	if len(c.text) > maxUnmet {
		s += "..."
	}
	if len(values) > 0 {
		s += ": " + strings.Join(values, ", ")
	}
	return s
}

func (x *scene) valueOf(v *variable) string {
	switch {
	case v.need&presence != 0 && x.facts&v.need == 0:
		return "not in the log"
	case v.text != nil:
		return fmt.Sprintf("%q", clip(v.text(x)))
	case v.num != nil:
		return number(v.num(x))
	case v.list != nil:
		return granted(v.list(x))
	case v.flag(x):
		return "true"
	}
	return "false"
}
