package detect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
)

// kinds is every kind of rule that can be evaluated. A new kind is a file, a line here, and one in rules.Kinds.
var kinds = map[string]func(r *rule, o *Options) (judge, error){
	"match":     newMatch,
	"rate":      newRate,
	"new_value": newNewValue,
	"travel":    newTravel,
	"scope":     newScope,

	"distinct": newDistinct,
	"dormancy": newDormancy,
	"temporal": newTemporal,
}

// judge is what differs between kinds. eval is told of every event that the rule's gate and condition admit, before the
// profile learns from it; it says whether the event is a hit and puts what it observed in v. It may change nothing but
// the windows of the profile, and must keep nothing of the scene.
type judge interface {
	eval(x *scene, v *verdict) bool
}

// texts are a kind's own words, used where a rule has none. See words for the names.
type texts struct{ summary, observed, baseline, threshold string }

// rule is a definition, compiled. It never changes. What is read of every event comes first: it fills one line of the
// processor's cache.
type rule struct {
	judge    judge
	mark     *condition // nil: none
	cond     condition
	def      *rules.Definition
	id       string
	by       tokenwarden.SubjectKind
	raise    []raise
	category string // what the rule speaks of; "" if it says nothing of who uses the subject
	shadow   bool
	fleet    int
	group    []textFunc
	suppress int64 // microseconds
	lookback time.Duration
	needs    []need

	summary, observed, baseline, threshold, sql template
}

type raise struct {
	cond     condition
	severity tokenwarden.Severity
}

// newRule compiles a definition. Errors name file, rule and key.
func newRule(d *rules.Definition, o *Options) (*rule, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	r := &rule{def: d, id: d.ID, suppress: d.Suppression().Microseconds(),
		shadow: d.InShadow() || slices.Contains(o.Shadow, d.ID)}
	var key string
	var err error
	for _, step := range []struct {
		key string
		do  func() error
	}{
		{"by", func() error { r.by, err = d.Subject(); return err }},
		{"where", func() error { r.cond, err = compileBefore(d.Where, d.Params); return err }},
		{"remember", r.compileMark},
		{"severity_when", r.compileRaise},
		{"group", r.compileGroup},
		{"kind", func() error { r.judge, err = r.newJudge(o); return err }},
		{"needs", r.compileNeeds},
		{"summary", r.compileTexts},
		{"sql", r.compileSQL},
	} {
		if e := step.do(); e != nil {
			key, err = step.key, e
			return nil, &rules.Error{File: d.File, Rule: d.ID, Key: key, Problem: e.Error()}
		}
	}
	return r, nil
}

func (r *rule) newJudge(o *Options) (judge, error) {
	build, ok := kinds[r.def.Kind]
	if !ok {
		return nil, fmt.Errorf("kind %q cannot be evaluated", r.def.Kind)
	}
	return build(r, o)
}

// compileBefore compiles a condition that is asked before the rule has judged the event.
func compileBefore(src string, params map[string]rules.Quantity) (condition, error) {
	if strings.Contains(src, "hit.") {
		return condition{}, fmt.Errorf("names that begin with hit. are known in severity_when alone")
	}
	return compileCondition(src, params)
}

func (r *rule) compileMark() error {
	if r.def.Remember == "" {
		return nil
	}
	c, err := compileBefore(r.def.Remember, r.def.Params)
	r.mark = &c
	return err
}

func (r *rule) compileRaise() error {
	for i, line := range r.def.SeverityWhen {
		c, err := compileCondition(line.If, r.def.Params)
		if err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
		r.raise = append(r.raise, raise{c, line.Severity})
	}
	return nil
}

func (r *rule) compileGroup() error {
	for _, name := range r.def.Group {
		v := findVariable(name)
		switch {
		case v == nil:
			return errUnknown("field", name, variableNames())
		case v.text == nil:
			return fmt.Errorf("%s is %s: want text", name, v.kind())
		}
		r.group = append(r.group, v.text)
	}
	return nil
}

// compileNeeds adds the log fields that the condition reads, unless the file says itself what the rule needs.
func (r *rule) compileNeeds() error {
	if r.def.Needs == nil {
		r.needs = append(r.needs, r.cond.needs...)
		slices.Sort(r.needs)
		r.needs = slices.Compact(r.needs)
		return nil
	}
	r.needs = slices.DeleteFunc(append(r.needs, r.cond.needs...), func(n need) bool { return facts(n)&fromLists == 0 })
	for _, text := range r.def.Needs {
		n, err := parseNeed(text)
		if err != nil {
			return err
		}
		r.needs = append(r.needs, n)
	}
	return nil
}

// own are the words of kinds whose rules need not bring any.
func (r *rule) own(t texts) {
	d := r.def
	for _, p := range []struct {
		to   *template
		text string
	}{{&r.summary, orElse(d.Summary, t.summary)}, {&r.observed, orElse(d.Observed, t.observed)},
		{&r.baseline, orElse(d.Baseline, t.baseline)}, {&r.threshold, orElse(d.Threshold, t.threshold)}} {
		*p.to = template{{literal: p.text}} // compiled by compileTexts
	}
}

func (r *rule) compileTexts() (err error) {
	fixed := fixedWords(r.def)
	for _, t := range []*template{&r.summary, &r.observed, &r.baseline, &r.threshold} {
		if *t, err = compileTemplate((*t)[0].literal, words, fixed); err != nil {
			return err
		}
	}
	return nil
}

// whereSubject finds the rows of a subject in v_token_events.
var whereSubject = map[tokenwarden.SubjectKind]string{
	tokenwarden.SubjectToken:   "fingerprint = {subject}",
	tokenwarden.SubjectFamily:  "family = {subject}",
	tokenwarden.SubjectNetwork: "isIPAddressInRange(toString(client_ip), {subject})",
	tokenwarden.SubjectIssuer:  "1",
}

func (r *rule) compileSQL() (err error) {
	sql := strings.TrimSpace(r.def.SQL)
	if sql == "" {
		sql = "SELECT time, client_ip, country, asn, method, host, endpoint, location, param, status, user_agent FROM v_token_events\n" +
			"WHERE " + whereSubject[r.by] + " AND time >= {since} AND time <= {last}\nORDER BY time"
	}
	r.sql, err = compileTemplate(sql, literals, nil)
	return err
}

// severityOf is that of one hit.
func (r *rule) severityOf(x *scene) tokenwarden.Severity {
	for i := range r.raise {
		if c := &r.raise[i].cond; c.gate.admits(x.facts) && c.admits(x) {
			return r.raise[i].severity
		}
	}
	return r.def.Severity
}

// demand adds to what an event must have for the rule to look at it.
func (r *rule) demand(clauses ...facts) {
	for _, c := range clauses {
		r.cond.gate = append(r.cond.gate, c)
		if c != 0 && c&^(presence|fromLists) == 0 {
			r.needs = append(r.needs, need(c))
		}
	}
}

// ask adds to what the rule needs without demanding it of each event.
func (r *rule) ask(f facts) {
	if f&^fromLists == 0 {
		r.needs = append(r.needs, need(f))
	} else {
		r.demand(f)
	}
}

// admits tells whether events of these facts can satisfy the rule, or its mark.
func (r *rule) admits(f facts) bool {
	return r.cond.gate.admits(f) || r.mark != nil && r.mark.gate.admits(f)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
