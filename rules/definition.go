package rules

import (
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// Definition is one rule: the keys that all kinds share, and the spec of its kind. It is immutable once loaded.
type Definition struct {
	// ID names the rule in alerts, dashboards and the configuration: lower-case words joined by -.
	ID string `yaml:"id"`
	// Title is the title of the rule's alerts.
	Title string `yaml:"title"`
	// Severity is that of an alert unless a line of SeverityWhen holds. Default: info.
	Severity     tokenwarden.Severity `yaml:"severity"`
	SeverityWhen []SeverityRule       `yaml:"severity_when"`
	// Why explains what the rule looks for to whoever reads it.
	Why string `yaml:"why"`
	// BlindSpots describes by name what the rule does not see. A test shows each.
	BlindSpots map[string]string `yaml:"blind_spots"`
	References References        `yaml:"references"`

	// Kind names the type of Spec; see Kinds.
	Kind string `yaml:"kind"`
	// Spec holds the keys of the kind, which stand beside the common ones in the file.
	Spec Spec `yaml:"-"`

	// By names the subject that the rule groups by: token (default), family, network or issuer.
	By string `yaml:"by"`
	// Where is a condition of at most MaxExpression bytes. Default: every event.
	Where string `yaml:"where"`
	// Remember is a condition; rule.since is the time in seconds since it last held for the subject. Default: none.
	Remember string `yaml:"remember"`
	// Params are the numbers that conditions and texts read as param.NAME.
	Params map[string]Quantity `yaml:"params"`
	// Group lists at most MaxGroup fields. A subject has one incident for each combination of their values.
	Group []string `yaml:"group"`
	// Suppress ends an incident after this much event time without a match: 1s to MaxSuppress. Default: see Suppression.
	Suppress Duration `yaml:"suppress"`
	// Needs lists log fields without which the rule is unobservable; "a|b" accepts either. Default, if nil: what Where
	// and the kind read.
	Needs []string `yaml:"needs"`

	Texts `yaml:",inline"`
	// NextSteps are instructions for the person who gets the alert.
	NextSteps []string `yaml:"next_steps"`
	// SQL is a template of the query that reproduces an incident. Default: the subject's events of the incident.
	SQL string `yaml:"sql"`

	// Status is stable (default) or experimental, which has the effect of Shadow.
	Status string `yaml:"status"`
	// Shadow gives alerts the status "shadow": they are stored, and not to be notified.
	Shadow bool `yaml:"shadow"`
	// Replaces is "default" where the rule takes the place of the default rule of its id.
	Replaces string `yaml:"replaces"`

	Tests []Test `yaml:"tests"`

	// File is the path the rule was read from, for errors.
	File string `yaml:"-"`
}

// Texts are templates of an alert's texts; an empty one means that of the kind.
type Texts struct {
	Summary   string `yaml:"summary"`
	Observed  string `yaml:"observed"`
	Baseline  string `yaml:"baseline"`
	Threshold string `yaml:"threshold"`
}

// SeverityRule is one line of severity_when. The first whose condition holds replaces the rule's severity.
type SeverityRule struct {
	If       string               `yaml:"if"`
	Severity tokenwarden.Severity `yaml:"severity"`
}

// References lists the entries of public catalogues that the rule covers.
type References struct {
	Attack  []string `yaml:"attack"`  // MITRE ATT&CK technique ids: T1528
	OWASP   []string `yaml:"owasp"`   // OWASP API Security Top 10: API2:2023
	Article []string `yaml:"article"` // the article's risks (a to e) and recommendations (rec a to rec i)
}

// Subject returns By as the kind of subject that it names; an empty By means the token.
func (d *Definition) Subject() (tokenwarden.SubjectKind, error) {
	if d.By == "" {
		return tokenwarden.SubjectToken, nil
	}
	return tokenwarden.ParseSubjectKind(d.By)
}

// InShadow reports whether the rule's alerts are recorded and not to be notified.
func (d *Definition) InShadow() bool { return d.Shadow || d.Status == "experimental" }

// Suppression returns Suppress, or its default of one hour.
func (d *Definition) Suppression() time.Duration {
	if d.Suppress == 0 {
		return time.Hour
	}
	return time.Duration(d.Suppress)
}

// Expression is a condition or a number of a rule, and the key that holds it.
type Expression struct{ Key, Text string }

// Expressions returns every expression that the rule has, those of its spec included.
func (d *Definition) Expressions() []Expression {
	all := []Expression{{"where", d.Where}, {"remember", d.Remember}}
	for i, line := range d.SeverityWhen {
		all = append(all, Expression{itemKey("severity_when", i, "if"), line.If})
	}
	if s, ok := d.Spec.(interface{ expressions() []Expression }); ok {
		all = append(all, s.expressions()...)
	}
	return slices.DeleteFunc(all, func(e Expression) bool { return e.Text == "" })
}
