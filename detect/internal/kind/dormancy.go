package kind

import (
	"fmt"
	"math"
	"time"

	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/rules"
)

// dormancy matches when a subject returns after a gap, when it outlives its age, or when a token of a family is used long
// after a later one of the family appeared.
type dormancy struct {
	gap, age, successor float64 // seconds; one of them is set
}

func newDormancy(_ *rules.Definition, s *rules.Dormancy, _ Options) (Evaluator, Spec, error) {
	e := &dormancy{time.Duration(s.Gap).Seconds(), time.Duration(s.Age).Seconds(), time.Duration(s.Successor).Seconds()}
	spec := Spec{
		Category: "time",
		Texts:    Texts{Summary: "{observed}; {requests}, first {method} {endpoint} from {from}", Observed: "{observed}", Baseline: "{baseline}"},
	}
	limit := text.Period(e.limit())
	switch {
	case e.gap > 0:
		spec.Texts.Threshold = "used again after more than " + limit + " of nothing"
	case e.age > 0:
		spec.Texts.Threshold = "in use for more than " + limit
	default:
		spec.Texts.Threshold = "used more than " + limit + " after its successor appeared"
	}
	spec.require(profile.IsFirst)
	return e, spec, nil
}

func (e *dormancy) limit() float64 { return e.gap + e.age + e.successor }

// Evaluate implements Evaluator.
func (e *dormancy) Evaluate(x *condition.Env, r *condition.Result) bool {
	now, p := x.Event.Now, x.Profile
	switch {
	case e.gap > 0:
		return e.compare(x, r, profile.Since(now, p.Last), "not used for ")
	case e.age > 0:
		return e.compare(x, r, profile.Since(now, p.First), "in use for ")
	}
	next := p.Successor(x.Event.Event, now)
	return next != nil && e.compare(x, r, profile.Since(now, next.First), "a later token of the family is in use for ")
}

func (e *dormancy) compare(x *condition.Env, r *condition.Result, seconds float64, observed string) bool {
	r.Measure = seconds
	if seconds <= e.limit() {
		return false
	}
	r.Observed = observed + text.Period(seconds)
	r.Baseline = fmt.Sprintf("%s since %s", text.Plural(x.Profile.Requests, "request"), text.UTC(x.Profile.First).Format(time.DateOnly))
	return true
}

// QuietSetting implements QuietSetter.
func (e *dormancy) QuietSetting(peak float64) string {
	name := "successor"
	if e.gap > 0 {
		name = "gap"
	} else if e.age > 0 {
		name = "age"
	}
	return fmt.Sprintf("%s: %.0fd", name, math.Ceil(peak/86400))
}

// Explain implements Explainer.
func (e *dormancy) Explain(x *condition.Env, r *condition.Result) Distance {
	what := "in use"
	switch {
	case e.gap > 0:
		what = "since it was used last"
	case e.successor > 0 && x.Profile.Successor(x.Event.Event, x.Event.Now) == nil:
		return Distance{0, "no later token of the family is known"}
	case e.successor > 0:
		what = "since its successor appeared"
	}
	return Distance{r.Measure / e.limit(), fmt.Sprintf("%s of %s %s", text.Period(r.Measure), text.Period(e.limit()), what)}
}
