package rules

import (
	"fmt"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// Definition is one rule file: immutable once loaded, and nothing in it depends on what any token did.
type Definition struct {
	ID           string               `yaml:"id"`
	Title        string               `yaml:"title"`
	Severity     tokenwarden.Severity `yaml:"severity"`
	SeverityWhen []SeverityRule       `yaml:"severity_when"` // the first that holds replaces Severity
	Why          string               `yaml:"why"`
	BlindSpots   map[string]string    `yaml:"blind_spots"` // name -> sentence; each name has a test
	References   References           `yaml:"references"`
	Kind         string               `yaml:"kind"`     // see Kinds
	By           string               `yaml:"by"`       // token, family, network or issuer
	Where        string               `yaml:"where"`    // expression; empty means every event
	Params       map[string]Quantity  `yaml:"params"`   // names that expressions use as param.NAME
	Group        []string             `yaml:"group"`    // fields; one incident per subject and combination of their values
	Suppress     Duration             `yaml:"suppress"` // an incident ends after this much event time without a hit
	Remember     string               `yaml:"remember"` // expression; rule.since is the time in seconds since it last held for the subject
	Status       string               `yaml:"status"`   // stable (default) or experimental, which is the same as shadow
	Needs        []string             `yaml:"needs"`    // fields without which the rule cannot see; "a|b" means either
	Measure      string               `yaml:"measure"`  // match: an expression that is a number; alerts quote the greatest
	Summary      string               `yaml:"summary"`  // templates of the alert's texts; empty: the kind's own
	Observed     string               `yaml:"observed"`
	Baseline     string               `yaml:"baseline"`
	Threshold    string               `yaml:"threshold"`
	NextSteps    []string             `yaml:"next_steps"`
	SQL          string               `yaml:"sql"`      // template; empty: the subject's events of the incident
	Shadow       bool                 `yaml:"shadow"`   // alerts carry the status "shadow" and are not to be notified
	Replaces     string               `yaml:"replaces"` // "default": this file takes the place of the default rule of its id

	Window          Duration          `yaml:"window"`       // rate, distinct, temporal; travel: of switches
	Limit           uint64            `yaml:"limit"`        // rate: fires above it
	Bytes           Bytes             `yaml:"bytes"`        // rate: counts response bytes instead of requests, and fires above so many
	Refill          Duration          `yaml:"refill"`       // rate: a bucket that holds limit requests and loses one in this time, instead of a window
	Factor          float64           `yaml:"factor"`       // rate, distinct: and above so many times what was learned
	Count           map[string]uint64 `yaml:"count"`        // distinct: field -> how many different values are reached
	MinFields       int               `yaml:"min_fields"`   // distinct: how many fields of count must be reached; 0: all
	PartitionBy     string            `yaml:"partition_by"` // distinct: values are counted for each value of this field apart
	Field           string            `yaml:"field"`        // new_value
	Learn           Learn             `yaml:"learn"`        // new_value; with factor: when a habit is known
	Values          []string          `yaml:"values"`       // new_value: judge these values alone
	Peers           int               `yaml:"peers"`        // new_value, rate: what so many tokens of a service do at once is no token's anomaly; 0: off
	Distance        Kilometres        `yaml:"distance"`
	Speed           Speed             `yaml:"speed"`
	KnownAfter      Duration          `yaml:"known_after"`       // travel: a place known this long is not judged
	Transitions     int               `yaml:"transitions"`       // travel: fires on so many changes of place within the window instead of on speed
	CrossBorderOnly bool              `yaml:"cross_border_only"` // travel: only places in different countries are judged
	Policy          []ScopeRule       `yaml:"policy"`            // scope
	Of              string            `yaml:"of"`                // scope: scopes (default) or binding
	Gap             Duration          `yaml:"gap"`               // dormancy: the subject was not seen for so long
	Age             Duration          `yaml:"age"`               // dormancy: the subject was first seen so long ago
	Successor       Duration          `yaml:"successor"`         // dormancy: a later token of the family was first seen so long ago
	Stages          []Stage           `yaml:"stages"`            // temporal: conditions that must all hold within the window
	Ordered         bool              `yaml:"ordered"`           // temporal: in the order in which they are written

	Tests []Test `yaml:"tests"`

	File string `yaml:"-"` // where it was read; part of every error
}

// Stage is one of the conditions of kind temporal.
type Stage struct {
	Name string `yaml:"name"` // what alerts call it
	If   string `yaml:"if"`   // expression
}

// SeverityRule is one line of severity_when.
type SeverityRule struct {
	If       string               `yaml:"if"`
	Severity tokenwarden.Severity `yaml:"severity"`
}

// References are the catalogues a rule answers to.
type References struct {
	Attack  []string `yaml:"attack"`  // MITRE ATT&CK technique ids: T1528
	OWASP   []string `yaml:"owasp"`   // OWASP API Security Top 10: API2:2023
	Article []string `yaml:"article"` // the article's risks (a-e) and recommendations (rec a - rec i)
}

// Learn says when a profile has seen enough to call a value new: of the events that carry the field there were Events,
// or the first of them is For old and there were at least MinEvents, so that two requests a fortnight apart are no habit.
type Learn struct {
	For       Duration `yaml:"for"`        // 0: time alone does not end learning
	Events    uint64   `yaml:"events"`     // 0: their number alone does not end it
	MinEvents uint64   `yaml:"min_events"` // 0: For is enough
}

// ScopeRule is one line of a scope policy: a call that matches it needs one of AnyOf.
type ScopeRule struct {
	Methods  []string `yaml:"methods"`  // empty: every method
	Host     string   `yaml:"host"`     // empty: every host
	Endpoint string   `yaml:"endpoint"` // endpoint template; a final * stands for any rest
	AnyOf    []string `yaml:"any_of"`
}

// Kinds are the kinds of rule, with the keys that each understands besides the common ones and those they must have.
var Kinds = map[string]struct{ Keys, Required []string }{
	"match":     {Keys: []string{"measure"}, Required: []string{"where"}},
	"rate":      {Keys: []string{"window", "limit", "bytes", "refill", "factor", "learn", "peers"}},
	"distinct":  {Keys: []string{"window", "count", "min_fields", "partition_by", "factor", "learn"}, Required: []string{"window", "count"}},
	"new_value": {Keys: []string{"field", "learn", "values", "peers"}, Required: []string{"field", "learn"}},
	"travel":    {Keys: []string{"distance", "speed", "known_after", "transitions", "window", "cross_border_only"}, Required: []string{"distance"}},
	"scope":     {Keys: []string{"policy", "of"}},
	"dormancy":  {Keys: []string{"gap", "age", "successor"}},
	"temporal":  {Keys: []string{"stages", "window", "ordered"}, Required: []string{"stages", "window"}},
}

// kindKeys are all the keys of which a kind must know.
var kindKeys = []string{"measure", "window", "limit", "bytes", "refill", "factor", "count", "min_fields", "partition_by", "field", "learn", "values", "peers",
	"distance", "speed", "known_after", "transitions", "cross_border_only", "policy", "of", "gap", "age", "successor", "stages", "ordered"}

// Subject returns By as the kind of subject that it names; an empty By means the token.
func (d *Definition) Subject() (tokenwarden.SubjectKind, error) {
	if d.By == "" {
		return tokenwarden.SubjectToken, nil
	}
	return tokenwarden.ParseSubjectKind(d.By)
}

// errorf says what is wrong with one key of the rule.
func (d *Definition) errorf(key, format string, args ...any) error {
	return &Error{File: d.File, Rule: d.ID, Key: key, Problem: fmt.Sprintf(format, args...)}
}

// Error is one thing wrong with a rule file.
type Error struct {
	File    string
	Line    int // 0 if it is not known
	Rule    string
	Key     string
	Problem string
}

// Error names file, line, rule and key as far as they are known.
func (e *Error) Error() string {
	s := e.File
	if e.Line > 0 {
		s = fmt.Sprintf("%s:%d", s, e.Line)
	}
	if e.Rule != "" {
		s += ": rule " + e.Rule
	}
	if e.Key != "" {
		s += ": " + e.Key
	}
	return s + ": " + e.Problem
}

// InShadow tells whether the rule's alerts are recorded and not to be notified.
func (d *Definition) InShadow() bool { return d.Shadow || d.Status == "experimental" }

// Suppression returns Suppress, or its default of one hour.
func (d *Definition) Suppression() time.Duration {
	if d.Suppress == 0 {
		return time.Hour
	}
	return time.Duration(d.Suppress)
}
