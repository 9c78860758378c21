package kind

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules"
)

// distinct matches when fields take many different values in a sliding window: one field, or several of a list. Values
// of one field may be counted apart for each value of another.
type distinct struct {
	baselineRule
	slot        window.Slot
	params      window.DistinctParams
	fields      []*countField
	limits      []uint64 // values to reach of each field
	minFields   int      // fields that must reach their limit
	partitionBy *countField
}

// minExact is the least number of values a window holds exactly before it counts a sample.
const minExact = 128

func newDistinct(d *rules.Definition, s *rules.Distinct, o Options) (Evaluator, Spec, error) {
	e := &distinct{minFields: s.MinFields, params: window.DistinctParams{Window: int64(time.Duration(s.Window).Seconds()), Max: minExact}}
	e.params.Late = min(int64(o.Lateness.Seconds()), e.params.Window)
	names := slices.Sorted(maps.Keys(s.Count))
	for _, name := range names {
		f, err := findCountField(name)
		if err != nil {
			return nil, Spec{}, err
		}
		e.fields, e.limits = append(e.fields, f), append(e.limits, s.Count[name])
		e.params.Max = max(e.params.Max, 4*int(s.Count[name]))
	}
	if e.minFields == 0 {
		e.minFields = len(e.fields)
	}
	if s.PartitionBy != "" {
		f, err := findCountField(s.PartitionBy)
		if err != nil {
			return nil, Spec{}, err
		}
		e.partitionBy = f
	}
	name := fmt.Sprintf("%s/%d/%s/%s", d.ID, e.params.Window, strings.Join(names, "+"), s.PartitionBy)
	e.slot = o.State.Distinct.Register(name, e.params)
	e.baselineRule = newBaselineRule(s.Baseline, o, name)
	e.alertWhenCold = true
	spec := Spec{
		Category: categoryOf(names[0]),
		Lookback: time.Duration(s.Window),
		Texts: Texts{
			Summary:   "{observed} in {window}, from {from}",
			Observed:  "{observed}",
			Baseline:  "{baseline}",
			Threshold: e.thresholdText(),
		},
	}
	e.requireFields(&spec)
	return e, spec, nil
}

// requireFields requires all fields, or at least one where min_fields leaves a choice.
func (e *distinct) requireFields(spec *Spec) {
	if e.partitionBy != nil && e.partitionBy.requires != 0 {
		spec.require(e.partitionBy.requires)
	}
	spec.require(profile.IsFirst)
	var all []profile.Predicates
	var some profile.Predicates
	for _, f := range e.fields {
		if f.requires == 0 {
			return
		}
		all, some = append(all, f.requires), some|f.requires
	}
	if e.minFields < len(all) {
		all = []profile.Predicates{some}
	}
	spec.require(all...)
}

func (e *distinct) thresholdText() string {
	var parts []string
	for i, f := range e.fields {
		parts = append(parts, fmt.Sprintf("%d of %s", e.limits[i], f.name))
	}
	s := strings.Join(parts, ", ") + " in {window}"
	if e.minFields < len(e.fields) {
		s = fmt.Sprintf("%d of: ", e.minFields) + s
	}
	return s + e.threshold()
}

// Evaluate implements Evaluator.
func (e *distinct) Evaluate(x *condition.Env, r *condition.Result) bool {
	w := x.Profile.Distinct(e.slot)
	at := window.FloorSecond(x.Event.Now)
	counts := &r.Counts
	for i, f := range e.fields {
		h, ok := f.hash(x.Event)
		if !ok {
			counts[i] = w.Count(&e.params, window.Key(uint64(i), 0), at)
			continue
		}
		tag := uint64(i)
		if e.partitionBy != nil {
			group, ok := e.partitionBy.hash(x.Event)
			if !ok {
				return false
			}
			tag = group >> 48
		}
		counts[i] = w.Add(&e.params, window.Key(tag, h), at)
	}
	reached := 0
	for i, n := range counts[:len(e.fields)] {
		if n >= e.limits[i] {
			reached++
		}
	}
	r.Measure, r.Reached = float64(counts[0]), float64(reached)
	return (e.factor == 0 || e.exceedsBaseline(x, r.Measure, float64(e.limits[0]-1), r)) && reached >= e.minFields
}

// Describe implements Describer.
func (e *distinct) Describe(r *condition.Result) {
	var parts []string
	for i, f := range e.fields {
		parts = append(parts, fmt.Sprintf("%d of %s", r.Counts[i], f.name))
	}
	r.Observed = "different values: " + strings.Join(parts, ", ")
	e.baselineRule.Describe(r)
}

// QuietSetting implements QuietSetter.
func (e *distinct) QuietSetting(peak float64) string {
	if len(e.fields) > 1 {
		return ""
	}
	return fmt.Sprintf("count: {%s: %.0f}", e.fields[0].name, peak+1)
}

// Explain implements Explainer.
func (e *distinct) Explain(x *condition.Env, r *condition.Result) Distance {
	var texts []string
	var shares []float64
	for i, f := range e.fields {
		texts = append(texts, fmt.Sprintf("%s %d of %d", f.name, r.Counts[i], e.limits[i]))
		shares = append(shares, min(1, float64(r.Counts[i])/float64(e.limits[i])))
	}
	seen := strings.Join(texts, ", ") + " in " + text.Period(float64(e.params.Window))
	if e.minFields < len(e.fields) {
		seen += fmt.Sprintf("; %d of them must be reached", e.minFields)
	}
	if e.factor > 0 && r.Measure >= float64(e.limits[0]) {
		if needed := coldFactor * e.factor * float64(e.limits[0]-1); r.Expected.Hours == 0 {
			return Distance{r.Measure / (needed + 1),
				fmt.Sprintf("%s; as long as its habit is not known, more than %s is asked", seen, text.Number(needed))}
		}
		return e.explainBaseline(x, seen, r)
	}
	slices.Sort(shares)
	return Distance{shares[len(shares)-e.minFields], seen}
}
