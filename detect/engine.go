package detect

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Engine is a compiled set of rules. It never changes: any number of partitions may share it.
type Engine struct {
	opt   Options
	rules []*rule
	byID  map[string]*rule
	state stateful
	lists facts // which facts of lists the rules ask for

	fleet       []feature // whose values rules compare with what other tokens do
	groupsFleet bool      // some rule asks what many tokens do at once

	groupsBy [tokenwarden.SubjectIssuer + 1]bool
}

// New compiles rules. Errors name file, rule and key. defs must not be changed afterwards.
func New(defs []rules.Definition, o Options) (*Engine, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("check options: %w", err)
	}
	e := &Engine{opt: o.withDefaults(), byID: map[string]*rule{}, state: newStateful()}
	for i := range defs {
		d := &defs[i]
		r, err := newRule(d, &e.opt)
		if err != nil {
			return nil, err
		}
		if other := e.byID[r.id]; other != nil {
			return nil, &rules.Error{File: d.File, Rule: d.ID, Key: "id", Problem: "is also that of " + other.def.File}
		}
		e.rules = append(e.rules, r)
		e.byID[r.id] = r
		e.groupsBy[r.by] = true
		e.state.add(r)
		e.lists |= r.lists()
		e.watchFleet(r)
	}
	for _, id := range o.Shadow {
		if e.byID[id] == nil {
			return nil, fmt.Errorf("shadow: there is no rule %q%s", id, rules.DidYouMean(id, slices.Collect(maps.Keys(e.byID))))
		}
	}
	return e, nil
}

func (e *Engine) watchFleet(r *rule) {
	if r.fleet == 0 {
		return
	}
	e.groupsFleet = true
	if j, ok := r.judge.(*novelty); ok && !slices.Contains(e.fleet, j.field) {
		e.fleet = append(e.fleet, j.field)
	}
}

// lists returns the facts of lists that the rule asks for.
func (r *rule) lists() facts {
	var f facts
	for _, n := range r.needs {
		f |= facts(n) & fromLists
	}
	var src strings.Builder
	for _, e := range r.def.Expressions() {
		src.WriteString(e.Text + " ")
	}
	for i := range variables {
		if strings.Contains(src.String(), variables[i].name) {
			f |= variables[i].need & fromLists
		}
	}
	return f
}

// stateful are the judges that keep something in profiles, by the names under which it is stored.
type stateful struct {
	rates    map[string]*rate
	counters map[string]*distinct
	habits   map[string]*learned
	levels   map[string]*leaky
	journeys map[string]*travel
	chains   map[string]*temporal
}

func newStateful() stateful {
	return stateful{map[string]*rate{}, map[string]*distinct{}, map[string]*learned{}, map[string]*leaky{}, map[string]*travel{}, map[string]*temporal{}}
}

func (s *stateful) add(r *rule) {
	switch j := r.judge.(type) {
	case *rate:
		s.rates[j.key] = j
		if j.times > 0 {
			s.habits[j.key] = &j.learned
		}
	case *distinct:
		s.counters[j.key] = j
		if j.times > 0 {
			s.habits[j.key] = &j.learned
		}
	case *leaky:
		s.levels[j.id] = j
	case *travel:
		s.journeys[j.id] = j
	case *temporal:
		s.chains[j.key] = j
	}
}

// Needs returns, by rule id, the event fields without which the rule cannot see. "scheme|tls_protocol" means either.
func (e *Engine) Needs() map[string][]string {
	out := make(map[string][]string, len(e.rules))
	for _, r := range e.rules {
		names := make([]string, len(r.needs))
		for i, n := range r.needs {
			names[i] = n.String()
		}
		out[r.id] = names
	}
	return out
}

// Subjects tells which kinds of subject some rule groups by: usages of other kinds, tokens excepted, need not be sent.
func (e *Engine) Subjects() []tokenwarden.SubjectKind {
	var out []tokenwarden.SubjectKind
	for k, used := range e.groupsBy {
		if used {
			out = append(out, tokenwarden.SubjectKind(k))
		}
	}
	return out
}

// subjectsOf appends whom the event is about: its token, and of the other kinds those that some rule groups by.
func (e *Engine) subjectsOf(out []tokenwarden.Subject, ev *tokenwarden.Event) []tokenwarden.Subject {
	for _, s := range tokenwarden.AppendSubjects(nil, ev) {
		if s.Kind == tokenwarden.SubjectToken || e.groupsBy[s.Kind] {
			out = append(out, s)
		}
	}
	return out
}

// Coverage counts which fields the events of tokens carried.
type Coverage struct {
	Events uint64
	Fields [len(coverNames)]uint64
}

// Add adds what o counts.
func (c *Coverage) Add(o Coverage) {
	c.Events += o.Events
	for i := range c.Fields {
		c.Fields[i] += o.Fields[i]
	}
}

// Names returns the names of Fields.
func (c *Coverage) Names() []string { return coverNames[:] }

func (c *Coverage) count(f facts, n uint64) {
	c.Events += n
	for f &= presence; f != 0; f &= f - 1 {
		c.Fields[bits.TrailingZeros64(uint64(f))] += n
	}
}

func (c *Coverage) carries(n need) bool {
	for f := facts(n) & presence; f != 0; f &= f - 1 {
		if c.Fields[bits.TrailingZeros64(uint64(f))] > 0 {
			return true
		}
	}
	return false
}

// Unobservable is a rule that cannot see anything, and why.
type Unobservable struct {
	Rule   string
	Reason string // "no scheme field in 100 % of events (12000 events)"
}

// String is what start-up and "rules check" say.
func (u Unobservable) String() string { return u.Rule + ": not observable: " + u.Reason }

// Unobservable returns the rules that can see nothing in logs such as c counts, in the order of the rules. With no
// events it returns those that lack configuration: a policy, or a list that Options.Lists does not have.
func (e *Engine) Unobservable(c Coverage) []Unobservable {
	return e.UnobservableWith(c, e.opt.Lists)
}

// Unobservable returns the rules that can see nothing in what the partition has met, with the lists that it has now.
func (p *Partition) Unobservable() []Unobservable {
	return p.engine.UnobservableWith(p.Coverage(), p.lists)
}

// UnobservableWith is Unobservable with other lists than Options.Lists.
func (e *Engine) UnobservableWith(c Coverage, set *lists.Set) []Unobservable {
	var out []Unobservable
	for _, r := range e.rules {
		if why := r.blind(c, set); why != "" {
			out = append(out, Unobservable{r.id, why})
		}
	}
	return out
}

// blind says why the rule can see nothing, "" if it can.
func (r *rule) blind(c Coverage, set *lists.Set) string {
	if why := r.unconfigured(set); why != "" {
		return why
	}
	for _, n := range r.needs {
		fields, list := facts(n)&presence, facts(n)&fromLists
		missing := missingList(list, set)
		switch {
		case list != 0 && missing == "", fields != 0 && (c.Events == 0 || c.carries(n)):
		case fields == 0:
			return "no list " + missing + " configured"
		default:
			return fmt.Sprintf("no %s field in 100 %% of events (%d events)", n, c.Events)
		}
	}
	return ""
}

// unconfigured returns the name of the list that the rule needs and nobody configured, "" if it has what it needs.
func (r *rule) unconfigured(set *lists.Set) string {
	if j, ok := r.judge.(interface{ unconfigured(*lists.Set) string }); ok {
		return j.unconfigured(set)
	}
	return ""
}
