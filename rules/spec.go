package rules

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Spec holds the keys of one kind of rule: *Match, *Rate and so on. To add a kind, write spec_KIND.go and a line of kinds.
//
// The yaml tags of its fields are the keys that the kind accepts. A spec that has expressions returns them from a method
// expressions() []Expression.
type Spec interface {
	// Placeholders returns the values that the rule's texts may use in braces, by name.
	Placeholders() map[string]Quantity
	// validate checks the spec within its definition. Errors name the key.
	validate(d *Definition) error
}

// kinds returns an empty spec for each kind of rule.
var kinds = map[string]func() Spec{
	"match":     func() Spec { return new(Match) },
	"rate":      func() Spec { return new(Rate) },
	"distinct":  func() Spec { return new(Distinct) },
	"new_value": func() Spec { return new(NewValue) },
	"travel":    func() Spec { return new(Travel) },
	"scope":     func() Spec { return new(Scope) },
	"dormancy":  func() Spec { return new(Dormancy) },
	"temporal":  func() Spec { return new(Temporal) },
}

// Kinds returns the names of all kinds of rule, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// specFields returns the keys of a kind; of an unknown kind, those of all.
func specFields(kind string) (all []yamlField) {
	if newSpec := kinds[kind]; newSpec != nil {
		return fields(reflect.TypeOf(newSpec()).Elem())
	}
	for _, name := range Kinds() {
		all = append(all, specFields(name)...)
	}
	return all
}

// checkKind checks that the definition has a spec of its kind, and a known subject.
func (d *Definition) checkKind() error {
	newSpec, ok := kinds[d.Kind]
	if !ok {
		return d.errorf("kind", "unknown kind %q%s: want one of %s", d.Kind, DidYouMean(d.Kind, Kinds()), strings.Join(Kinds(), ", "))
	}
	if reflect.TypeOf(d.Spec) != reflect.TypeOf(newSpec()) {
		return d.errorf("kind", "is %s, but the spec is a %T", d.Kind, d.Spec)
	}
	if _, err := d.Subject(); err != nil {
		return d.errorf("by", "%v", err)
	}
	return nil
}

// require returns an error if a key that the kind needs is not set.
func (d *Definition) require(key string, isSet bool) error {
	if isSet {
		return nil
	}
	return d.errorf(key, "is missing: a rule of kind %s needs it", d.Kind)
}

// checkRange returns an error if a time is set and outside its range.
func (d *Definition) checkRange(key string, value Duration, low, high time.Duration) error {
	if v := time.Duration(value); v != 0 && (v < low || v > high) {
		return d.errorf(key, "is %v: want %v to %v", v, low, high)
	}
	return nil
}

// Limits of keys that several kinds have.
const (
	MinWindow   = time.Second          // shorter ones are below the resolution of most logs
	MaxWindow   = 7 * 24 * time.Hour   // memory does not depend on it
	MaxLearning = 365 * 24 * time.Hour // of learn.for and of what is compared with a profile's age
	MaxPeers    = 8                    // tokens remembered for each value
	maxNumber   = 1 << 31              // of limits and counts
)

func (d *Definition) checkWindow(window Duration) error {
	return d.checkRange("window", window, MinWindow, MaxWindow)
}

func (d *Definition) checkPeers(peers int) error {
	if peers < 0 || peers > MaxPeers {
		return d.errorf("peers", "is %d: want 0 to %d tokens", peers, MaxPeers)
	}
	return nil
}

// Learn is the condition under which a profile has learned enough to compare with: it has Events events that carry the field, or the
// first of them is For old and there are at least MinEvents. One of For and Events is set.
type Learn struct {
	// For is 1h to MaxLearning. Default: time alone does not end learning.
	For Duration `yaml:"for"`
	// Events is at most 2^31. Default: their number alone does not end learning.
	Events uint64 `yaml:"events"`
	// MinEvents is at most 2^31, and at most Events: two requests a fortnight apart are no baseline. Default: 0.
	MinEvents uint64 `yaml:"min_events"`
}

func (l Learn) validate(d *Definition) error {
	switch {
	case l == Learn{}:
		return nil
	case l.For == 0 && l.Events == 0:
		return d.errorf("learn", "wants for, events or both")
	case l.Events > maxNumber || l.MinEvents > maxNumber:
		return d.errorf("learn", "counts more than %d events", maxNumber)
	case l.Events != 0 && l.MinEvents > l.Events:
		return d.errorf("learn.min_events", "is %d: want at most learn.events, %d", l.MinEvents, l.Events)
	}
	return d.checkRange("learn.for", l.For, time.Hour, MaxLearning)
}

// Baseline makes a rule compare a window with what the subject's windows usually come to, besides its fixed limit. Both
// keys are set, or neither.
type Baseline struct {
	// Factor is 1 to 1000: the rule fires above Factor times the usual. Default: no comparison.
	Factor float64 `yaml:"factor"`
	// Learn is the condition under which the usual is known.
	Learn Learn `yaml:"learn"`
}

func (b *Baseline) validate(d *Definition) error {
	switch {
	case b.Factor != 0 && (b.Factor < 1 || b.Factor > 1000):
		return d.errorf("factor", "is %v: want 1 to 1000", b.Factor)
	case b.Factor != 0 && b.Learn == Learn{}:
		return d.errorf("learn", "is missing: factor compares with what was learned")
	case b.Factor == 0 && b.Learn != Learn{}:
		return d.errorf("factor", "is missing: learn alone does nothing")
	}
	return b.Learn.validate(d)
}
