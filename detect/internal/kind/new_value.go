package kind

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules"
)

// newValue matches a value new to the learned profile. Once it has matched, the value is learned. Events that
// the server answered with 401 neither match nor teach.
type newValue struct {
	feature profile.Feature
	learn   rules.Learn
	values  []string // nil: all
}

func newNewValue(_ *rules.Definition, s *rules.NewValue, _ Options) (Evaluator, Spec, error) {
	names := profile.FeatureNames()
	i := slices.Index(names, s.Field)
	if i < 0 {
		return nil, Spec{}, condition.ErrUnknown("field", s.Field, names)
	}
	e := &newValue{feature: profile.FeatureCountry + profile.Feature(i), learn: s.Learn, values: s.Values}
	spec := Spec{
		Category: categoryOf(s.Field),
		Peers:    PeerTest{Min: s.Peers, Feature: e.feature},
		Texts: Texts{
			Summary:   "{observed} for this token, which knows {baseline}; from {from}",
			Observed:  "{observed}",
			Baseline:  "{baseline}",
			Threshold: "not seen after " + learnText(s.Learn),
		},
	}
	spec.require(profile.IsFirst, profile.NotUnauthenticated, e.feature.Newness())
	switch needs := e.feature.Requires(); {
	case needs == 0:
	case needs&^profile.FromLists == 0:
		spec.Requires = append(spec.Requires, condition.Requirement(needs)) // the lists must exist, not contain the event's network
	default:
		spec.require(needs)
	}
	return e, spec, nil
}

// Evaluate implements Evaluator.
func (e *newValue) Evaluate(x *condition.Env, r *condition.Result) bool {
	value, stats := x.Event.Value(e.feature), x.Profile.Values.Stats(e.feature)
	if stats.Saturated || !isLearned(e.learn, uint64(stats.Events), stats.Age(x.Event.Now)) ||
		e.values != nil && !slices.Contains(e.values, value) {
		return false
	}
	r.Observed = e.feature.String() + " " + strings.Clone(value) + " is " + profile.Label(0, stats.Events)
	r.Baseline = x.Profile.Values.Describe(e.feature)
	return true
}

// Explain implements Explainer.
func (e *newValue) Explain(x *condition.Env, _ *condition.Result) Distance {
	value, stats := x.Event.Value(e.feature), x.Profile.Values.Stats(e.feature)
	switch {
	case stats.Saturated:
		return Distance{0, fmt.Sprintf("the token uses more than %d values of %s: new ones are its habit", e.feature.Max(), e.feature)}
	case e.values != nil && !slices.Contains(e.values, value):
		return Distance{0, fmt.Sprintf("%s %s is new, the rule asks for %s", e.feature, value, strings.Join(e.values, " or "))}
	}
	d := explainLearning(e.learn, uint64(stats.Events), stats.Age(x.Event.Now))
	d.Why = e.feature.String() + " " + value + " is new; " + d.Why
	return d
}
