package rules

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
)

// Limits of a rule file's parts.
const (
	MaxExpression = 4 << 10              // bytes of one expression
	MaxGroup      = 4                    // fields an incident can be grouped by
	MaxSuppress   = 90 * 24 * time.Hour  // an incident cannot stay open longer without a hit
	MaxWindow     = 7 * 24 * time.Hour   // a rate's window; its cost does not depend on it
	MinWindow     = time.Second          // shorter ones are below the resolution of most logs
	MaxLearning   = 365 * 24 * time.Hour // of kind new
)

var (
	idPattern    = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	paramPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	attackID     = regexp.MustCompile(`^T[0-9]{4}(\.[0-9]{3})?$`)
	owaspID      = regexp.MustCompile(`^API([1-9]|10):20[0-9]{2}$`)
	articleID    = regexp.MustCompile(`^([a-e]|rec [a-i])$`)
)

// Validate checks all that can be checked without evaluating: errors name file, rule and key. Expressions are
// checked when detect compiles them.
func (d *Definition) Validate() error {
	for _, check := range []func() error{d.checkTexts, d.checkReferences, d.checkKind, d.checkCommon, d.checkNumbers, d.checkParts, d.checkTests} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (d *Definition) checkTexts() error {
	if !idPattern.MatchString(d.ID) {
		return d.errorf("id", "%q: want lower-case words joined by -", d.ID)
	}
	for _, f := range []struct{ key, value string }{{"title", d.Title}, {"why", d.Why}} {
		if strings.TrimSpace(f.value) == "" {
			return d.errorf(f.key, "is missing")
		}
	}
	for name, text := range d.BlindSpots {
		if !paramPattern.MatchString(name) || strings.TrimSpace(text) == "" {
			return d.errorf("blind_spots", "%q: want a lower-case name and a sentence", name)
		}
	}
	if d.Replaces != "" && d.Replaces != "default" {
		return d.errorf("replaces", "%q: want default", d.Replaces)
	}
	if d.Status != "" && d.Status != "stable" && d.Status != "experimental" {
		return d.errorf("status", "%q: want stable or experimental", d.Status)
	}
	return nil
}

func (d *Definition) checkReferences() error {
	for _, r := range []struct {
		key   string
		ids   []string
		want  *regexp.Regexp
		looks string
	}{
		{"references.attack", d.References.Attack, attackID, "T1528 or T1550.001"},
		{"references.owasp", d.References.OWASP, owaspID, "API2:2023"},
		{"references.article", d.References.Article, articleID, "a to e, or rec a to rec i"},
	} {
		for _, id := range r.ids {
			if !r.want.MatchString(id) {
				return d.errorf(r.key, "%q: want %s", id, r.looks)
			}
		}
	}
	return nil
}

func (d *Definition) checkKind() error {
	kind, ok := Kinds[d.Kind]
	if !ok {
		names := make([]string, 0, len(Kinds))
		for k := range Kinds {
			names = append(names, k)
		}
		sort.Strings(names)
		return d.errorf("kind", "unknown kind %q%s: want one of %s", d.Kind, DidYouMean(d.Kind, names), strings.Join(names, ", "))
	}
	set := d.kindKeysSet()
	for _, key := range kindKeys {
		if set[key] && !slices.Contains(kind.Keys, key) {
			return d.errorf(key, "a rule of kind %s has no use for it", d.Kind)
		}
	}
	for _, key := range kind.Required {
		if !set[key] {
			return d.errorf(key, "is missing: a rule of kind %s needs it", d.Kind)
		}
	}
	_, err := d.Subject()
	if err != nil {
		return d.errorf("by", "%v", err)
	}
	return nil
}

func (d *Definition) kindKeysSet() map[string]bool {
	return map[string]bool{
		"where": strings.TrimSpace(d.Where) != "", "measure": d.Measure != "", "window": d.Window != 0, "limit": d.Limit != 0, "field": d.Field != "",
		"learn": d.Learn != Learn{}, "values": d.Values != nil, "distance": d.Distance != 0, "speed": d.Speed != 0,
		"known_after": d.KnownAfter != 0, "policy": d.Policy != nil, "bytes": d.Bytes != 0, "refill": d.Refill != 0, "factor": d.Factor != 0,
		"count": d.Count != nil, "min_fields": d.MinFields != 0, "partition_by": d.PartitionBy != "", "peers": d.Peers != 0, "transitions": d.Transitions != 0,
		"cross_border_only": d.CrossBorderOnly, "of": d.Of != "", "gap": d.Gap != 0, "age": d.Age != 0, "successor": d.Successor != 0,
		"stages": d.Stages != nil, "ordered": d.Ordered,
	}
}

func (d *Definition) checkCommon() error {
	if len(d.Where) > MaxExpression {
		return d.errorf("where", "is longer than %d bytes", MaxExpression)
	}
	for i, r := range d.SeverityWhen {
		if strings.TrimSpace(r.If) == "" || len(r.If) > MaxExpression {
			return d.errorf(fmt.Sprintf("severity_when[%d].if", i), "want an expression of at most %d bytes", MaxExpression)
		}
	}
	for name := range d.Params {
		if !paramPattern.MatchString(name) {
			return d.errorf("params", "%q: want a lower-case name", name)
		}
	}
	if len(d.Remember) > MaxExpression {
		return d.errorf("remember", "is longer than %d bytes", MaxExpression)
	}
	if len(d.Group) > MaxGroup {
		return d.errorf("group", "has %d fields: at most %d", len(d.Group), MaxGroup)
	}
	for i, g := range d.Policy {
		if err := g.check(); err != nil {
			return d.errorf(fmt.Sprintf("policy[%d]", i), "%v", err)
		}
	}
	return nil
}

// check tells what is wrong with one line of a scope policy.
func (g *ScopeRule) check() error {
	if !strings.HasPrefix(g.Endpoint, "/") && g.Endpoint != "*" {
		return fmt.Errorf("endpoint %q: want a path that begins with /, or *", g.Endpoint)
	}
	if i := strings.IndexByte(g.Endpoint, '*'); i >= 0 && i != len(g.Endpoint)-1 {
		return fmt.Errorf("endpoint %q: a * stands at the end only", g.Endpoint)
	}
	if len(g.AnyOf) == 0 {
		return fmt.Errorf("any_of: is missing for %s", g.Endpoint)
	}
	return nil
}

// ValidatePolicy checks a scope policy that stands outside a rule file.
func ValidatePolicy(policy []ScopeRule) error {
	for i := range policy {
		if err := policy[i].check(); err != nil {
			return fmt.Errorf("scope policy line %d: %w", i+1, err)
		}
	}
	return nil
}

func (d *Definition) checkNumbers() error {
	for _, r := range []struct {
		key            string
		value, lo, hi  time.Duration
		zeroMeansUnset bool
	}{
		{"suppress", time.Duration(d.Suppress), time.Second, MaxSuppress, true},
		{"window", time.Duration(d.Window), MinWindow, MaxWindow, true},
		{"learn.for", time.Duration(d.Learn.For), time.Hour, MaxLearning, true},
		{"known_after", time.Duration(d.KnownAfter), time.Hour, MaxLearning, true},
		{"refill", time.Duration(d.Refill), time.Millisecond, 24 * time.Hour, true},
		{"gap", time.Duration(d.Gap), time.Minute, 10 * MaxLearning, true},
		{"age", time.Duration(d.Age), time.Minute, 10 * MaxLearning, true},
		{"successor", time.Duration(d.Successor), time.Second, MaxLearning, true},
	} {
		if r.value == 0 && r.zeroMeansUnset {
			continue
		}
		if r.value < r.lo || r.value > r.hi {
			return d.errorf(r.key, "is %v: want %v to %v", r.value, r.lo, r.hi)
		}
	}
	switch {
	case d.Distance < 0 || d.Distance > 20000:
		return d.errorf("distance", "is %v km: want 0 to 20000 km", d.Distance)
	case d.Speed < 0 || d.Speed > 1e6:
		return d.errorf("speed", "is %v km/h: want 0 to 1000000 km/h", d.Speed)
	case d.Learn.For == 0 && d.Learn.Events == 0 && d.Learn != Learn{}:
		return d.errorf("learn", "wants for, events or both")
	case d.Learn.Events > 1<<31 || d.Learn.MinEvents > 1<<31:
		return d.errorf("learn", "counts more than %d events", 1<<31)
	case d.Learn.Events != 0 && d.Learn.MinEvents > d.Learn.Events:
		return d.errorf("learn.min_events", "is %d: want at most learn.events, %d", d.Learn.MinEvents, d.Learn.Events)
	}
	return nil
}
