package kind

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules"
)

// baselineRule compares a window with the subject's usual windows.
type baselineRule struct {
	slot          window.Slot
	factor        float64 // 0: nothing is compared
	learn         rules.Learn
	alertWhenCold bool // compare with the floor until a baseline is learned, instead of not at all
}

// newBaselineRule registers a baseline under name, unless there is no factor.
func newBaselineRule(b rules.Baseline, o Options, name string) baselineRule {
	l := baselineRule{factor: b.Factor, learn: b.Learn}
	if l.factor > 0 {
		l.slot = o.State.Baselines.Register(name, struct{}{})
	}
	return l
}

// threshold returns the suffix of the threshold text.
func (l *baselineRule) threshold() string {
	if l.factor == 0 {
		return ""
	}
	return fmt.Sprintf(", and more than %s times what it was before, learned in %s", text.Number(l.factor), learnText(l.learn))
}

// coldFactor multiplies the threshold without a baseline: the first run of a job is no attack.
const coldFactor = 2

// minBaselineRequests is the number of requests after which baselines are kept: most tokens make fewer.
const minBaselineRequests = 8

// exceedsBaseline reports whether n in a window is above floor and far above the subject's earlier windows at this hour, and
// remembers n. Without a baseline nothing exceeds, except far above floor with alertWhenCold.
func (l *baselineRule) exceedsBaseline(x *condition.Env, n, floor float64, r *condition.Result) bool {
	if x.Profile.Requests < minBaselineRequests {
		return l.exceedsCold(n, floor)
	}
	b := x.Profile.Baseline(l.slot)
	b.Advance(x.Event.Now, x.Profile.Requests)
	exceeds := false
	switch {
	case n <= floor:
	case b.Hours() < window.MinHours || !l.isLearned(x.Profile, b, x.Event.Now):
		exceeds = l.exceedsCold(n, floor)
	default:
		exceeds = l.exceedsLimit(x, b, n, r)
	}
	b.Observe(n)
	return exceeds
}

func (l *baselineRule) exceedsCold(n, floor float64) bool {
	return l.alertWhenCold && n > coldFactor*l.factor*floor
}

// exceedsLimit compares n with the baseline's limit at the time of the event, and puts the figures into r.
func (l *baselineRule) exceedsLimit(x *condition.Env, b *window.Baseline, n float64, r *condition.Result) bool {
	limit := b.Limit(x.Event.Now)
	r.Expected = condition.Expected{Typical: limit.Typical, AtHour: limit.AtHour, Hours: b.Hours()}
	r.Ratio = n / max(limit.AtHour, 1)
	return n > max(l.factor*limit.AtHour, limit.Upper)
}

// Describe implements Describer.
func (l *baselineRule) Describe(r *condition.Result) {
	e := &r.Expected
	switch {
	case l.factor == 0:
	case e.Hours == 0:
		r.Baseline = "not learned yet"
	default:
		r.Baseline = fmt.Sprintf("usually %s, at this hour up to %s, in %d hours of use", text.Number(math.Round(e.Typical)),
			text.Number(math.Round(e.AtHour)), e.Hours)
	}
}

func (l *baselineRule) isLearned(p *profile.Profile, b *window.Baseline, now int64) bool {
	return isLearned(l.learn, b.RequestsBefore(), p.Age(now))
}

// isLearned reports whether learning has ended.
func isLearned(l rules.Learn, events uint64, age time.Duration) bool {
	return l.Events > 0 && events >= l.Events || l.For > 0 && age >= time.Duration(l.For) && events >= l.MinEvents
}

func learnText(l rules.Learn) string {
	days := text.Period(time.Duration(l.For).Seconds())
	switch {
	case l.For == 0:
		return fmt.Sprintf("%d events", l.Events)
	case l.Events == 0:
		return days
	}
	return fmt.Sprintf("%s or %d events", days, l.Events)
}

// explainBaseline returns the distance of a count above its limit to the limit of the baseline.
func (l *baselineRule) explainBaseline(x *condition.Env, seen string, r *condition.Result) Distance {
	if l.factor == 0 {
		return Distance{Near, seen + ": too late to be counted in its own window"}
	}
	b := x.Profile.Baseline(l.slot)
	if r.Expected.Hours == 0 {
		d := explainLearning(l.learn, b.RequestsBefore(), x.Profile.Age(x.Event.Now))
		if l.isLearned(x.Profile, b, x.Event.Now) {
			d = Distance{0.9 * float64(b.Hours()) / window.MinHours, fmt.Sprintf("learning: %d of %d hours of use", b.Hours(), window.MinHours)}
		}
		d.Why = seen + ", above the limit; " + d.Why
		return d
	}
	needed := max(l.factor*r.Expected.AtHour, b.Limit(x.Event.Now).Upper)
	return Distance{r.Measure / needed, fmt.Sprintf("%s, above the limit; its habit asks for more than %s: usually %s, at this hour up to %s",
		seen, text.Number(needed), text.Number(r.Expected.Typical), text.Number(r.Expected.AtHour))}
}

// explainLearning returns how far learning has come: "learning: 120 of 200 events".
func explainLearning(l rules.Learn, events uint64, age time.Duration) Distance {
	var share float64
	var texts []string
	if l.Events > 0 {
		share = float64(events) / float64(l.Events)
		texts = append(texts, fmt.Sprintf("%d of %d events", events, l.Events))
	}
	if l.For > 0 {
		byAge := float64(age) / float64(l.For)
		s := fmt.Sprintf("%s of %s", text.Period(age.Seconds()), text.Period(time.Duration(l.For).Seconds()))
		if events < l.MinEvents {
			byAge = min(byAge, float64(events)/float64(l.MinEvents))
			s += fmt.Sprintf(" with at least %d events", l.MinEvents)
		}
		share = max(share, byAge)
		texts = append(texts, s)
	}
	return Distance{min(share, 1) * 0.9, "learning: " + strings.Join(texts, ", or ")}
}
