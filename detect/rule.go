package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/kind"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules"
)

// rule is a compiled definition. It never changes. The fields that every event reads come first: they fill one cache line.
type rule struct {
	evaluator kind.Evaluator
	remember  *condition.Condition // nil: none
	where     condition.Condition  // its prefilter includes the kind's
	memory    window.Slot          // of remember, NoSlot without
	slot      window.Slot          // index of the rule in its engine
	by        tokenwarden.SubjectKind
	shadow    bool
	def       *rules.Definition
	id        string
	spec      kind.Spec
	severity  []severityRule
	group     []condition.TextFunc
	suppress  int64 // microseconds
	requires  []condition.Requirement

	summary, observed, baseline, threshold, sql template
}

// severityRule is a compiled line of severity_when.
type severityRule struct {
	when     condition.Condition
	severity tokenwarden.Severity
}

// compileRule compiles a definition and registers its state. Errors name file, rule and key.
func compileRule(d *rules.Definition, o *Options, reg *profile.Registry) (*rule, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	r := &rule{def: d, id: d.ID, suppress: d.Suppression().Microseconds(),
		shadow: d.InShadow() || slices.Contains(o.Shadow, d.ID), memory: window.NoSlot}
	r.slot = reg.Rules.Register(d.ID, profile.RuleParams{Groups: len(d.Group)})
	for _, step := range []struct {
		key     string
		compile func() error
	}{
		{"by", func() (err error) { r.by, err = d.Subject(); return err }},
		{"where", func() (err error) { r.where, err = condition.CompileBeforeMatch(d.Where, d.Params); return err }},
		{"remember", func() error { return r.compileRemember(reg) }},
		{"severity_when", r.compileSeverity},
		{"group", r.compileGroup},
		{"kind", func() (err error) { r.evaluator, r.spec, err = kind.New(d, o.kindOptions(reg)); return err }},
		{"needs", r.compileRequirements},
		{"summary", r.compileTexts},
		{"sql", r.compileSQL},
	} {
		if err := step.compile(); err != nil {
			return nil, &rules.Error{File: d.File, Rule: d.ID, Key: step.key, Problem: err.Error()}
		}
	}
	r.where.Prefilter = slices.Concat(r.where.Prefilter, r.spec.Prefilter)
	return r, nil
}

func (r *rule) compileRemember(reg *profile.Registry) error {
	if r.def.Remember == "" {
		return nil
	}
	c, err := condition.CompileBeforeMatch(r.def.Remember, r.def.Params)
	r.remember, r.memory = &c, reg.Remembered.Register(r.id, struct{}{})
	return err
}

func (r *rule) compileSeverity() error {
	for i, line := range r.def.SeverityWhen {
		c, err := condition.Compile(line.If, r.def.Params)
		if err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
		r.severity = append(r.severity, severityRule{c, line.Severity})
	}
	return nil
}

func (r *rule) compileGroup() error {
	for _, name := range r.def.Group {
		f, err := condition.Text(name)
		if err != nil {
			return err
		}
		r.group = append(r.group, f)
	}
	return nil
}

// compileRequirements adds the log fields of the condition, unless the definition lists the fields itself.
func (r *rule) compileRequirements() error {
	all := slices.Concat(r.spec.Requires, r.where.Requires)
	if r.def.Needs == nil {
		slices.Sort(all)
		r.requires = slices.Compact(all)
		return nil
	}
	r.requires = slices.DeleteFunc(all, func(n condition.Requirement) bool { return n.Lists() == 0 })
	for _, s := range r.def.Needs {
		n, err := condition.ParseRequirement(s)
		if err != nil {
			return err
		}
		r.requires = append(r.requires, n)
	}
	return nil
}

// compileTexts compiles the definition's texts, or where it has none, the kind's.
func (r *rule) compileTexts() (err error) {
	constants := placeholders(r.def)
	for _, t := range []struct {
		to             *template
		text, fallback string
	}{
		{&r.summary, r.def.Summary, r.spec.Texts.Summary},
		{&r.observed, r.def.Observed, r.spec.Texts.Observed},
		{&r.baseline, r.def.Baseline, r.spec.Texts.Baseline},
		{&r.threshold, r.def.Threshold, r.spec.Texts.Threshold},
	} {
		if *t.to, err = compileTemplate(text.OrElse(t.text, t.fallback), alertFields, constants); err != nil {
			return err
		}
	}
	return nil
}

// subjectClauses select the rows of a subject from v_token_events.
var subjectClauses = map[tokenwarden.SubjectKind]string{
	tokenwarden.SubjectToken:   "fingerprint = {subject}",
	tokenwarden.SubjectFamily:  "family = {subject}",
	tokenwarden.SubjectNetwork: "isIPAddressInRange(toString(client_ip), {subject})",
	tokenwarden.SubjectIssuer:  "1",
}

func (r *rule) compileSQL() (err error) {
	sql := strings.TrimSpace(r.def.SQL)
	if sql == "" {
		sql = "SELECT time, client_ip, country, asn, method, host, endpoint, location, param, status, user_agent FROM v_token_events\n" +
			"WHERE " + subjectClauses[r.by] + " AND time >= {since} AND time <= {last}\nORDER BY time"
	}
	r.sql, err = compileTemplate(sql, sqlFields, nil)
	return err
}

// severityOf returns the severity of one match: of the first line of severity_when that holds, else the rule's.
func (r *rule) severityOf(x *condition.Env) tokenwarden.Severity {
	for i := range r.severity {
		if r.severity[i].when.Matches(x) {
			return r.severity[i].severity
		}
	}
	return r.def.Severity
}

// admits reports whether events with these predicates can match the rule or its remembered condition.
func (r *rule) admits(p profile.Predicates) bool {
	return r.where.Prefilter.Matches(p) || r.remember != nil && r.remember.Prefilter.Matches(p)
}

// listPredicates returns the list predicates the rule uses.
func (r *rule) listPredicates() profile.Predicates {
	var out profile.Predicates
	for _, n := range r.requires {
		out |= n.Lists()
	}
	for _, e := range r.def.Expressions() {
		out |= condition.ListPredicates(e.Text)
	}
	return out
}
