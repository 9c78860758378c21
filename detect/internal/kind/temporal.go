package kind

import (
	"fmt"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules"
)

// temporal matches when conditions, its stages, have all held for a subject within a window; ordered, one after the
// other. One event may be several stages, but in order only one.
type temporal struct {
	slot   window.Slot
	params window.SequenceParams
	names  []string
	stages []condition.Condition
}

func newTemporal(d *rules.Definition, s *rules.Temporal, o Options) (Evaluator, Spec, error) {
	width := time.Duration(s.Window)
	e := &temporal{params: window.SequenceParams{Window: width.Microseconds(), Stages: len(s.Stages), Ordered: s.Ordered}}
	for i, stage := range s.Stages {
		c, err := condition.CompileBeforeMatch(stage.If, d.Params)
		if err != nil {
			return nil, Spec{}, fmt.Errorf("stages[%d]: %w", i, err)
		}
		e.names, e.stages = append(e.names, stage.Name), append(e.stages, c)
	}
	e.slot = o.State.Sequences.Register(fmt.Sprintf("%s/%d/%d/%v", d.ID, e.params.Window, len(s.Stages), s.Ordered), e.params)
	order := "in any order"
	if s.Ordered {
		order = "in this order"
	}
	return e, Spec{
		Category: "use",
		Lookback: width,
		Texts: Texts{
			Summary:   "{observed}; from {from}",
			Observed:  "{observed}",
			Baseline:  "{before}",
			Threshold: fmt.Sprintf("%d stages in {window}, %s", len(s.Stages), order),
		},
	}, nil
}

// Evaluate implements Evaluator.
func (e *temporal) Evaluate(x *condition.Env, r *condition.Result) bool {
	var holds [rules.MaxStages]bool
	held := false
	for i := range e.stages {
		holds[i] = e.stages[i].Matches(x)
		held = held || holds[i]
	}
	q := x.Profile.FindSequence(e.slot)
	if q == nil {
		if !held {
			return false
		}
		q = x.Profile.Sequence(e.slot, len(e.stages))
	}
	advanced := q.Add(&e.params, holds[:len(e.stages)], x.Event.Now)
	reached := q.Reached(&e.params, x.Event.Now)
	r.Measure = float64(reached)
	return advanced && reached == len(e.stages)
}

// Describe implements Describer.
func (e *temporal) Describe(r *condition.Result) {
	separator := ", "
	if e.params.Ordered {
		separator = ", then "
	}
	r.Observed = "in " + text.Period(float64(e.params.Window)/1e6) + ": " + strings.Join(e.names, separator)
}

// Explain implements Explainer.
func (e *temporal) Explain(x *condition.Env, r *condition.Result) Distance {
	var missing []string
	q := x.Profile.FindSequence(e.slot)
	for i, name := range e.names {
		if q == nil || !q.HoldsAt(&e.params, i, x.Event.Now) {
			missing = append(missing, name)
		}
	}
	why := fmt.Sprintf("%s of %d stages in %s", text.Number(r.Measure), len(e.stages), text.Period(float64(e.params.Window)/1e6))
	if len(missing) > 0 {
		why += ", without " + strings.Join(missing, ", ")
	}
	return Distance{0.99 * r.Measure / float64(len(e.stages)), why}
}
