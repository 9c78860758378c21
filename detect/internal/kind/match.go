package kind

import (
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/rules"
)

// match matches every event that satisfies the rule's condition.
type match struct{ measure condition.NumberFunc }

func newMatch(d *rules.Definition, s *rules.Match, _ Options) (Evaluator, Spec, error) {
	spec := Spec{Texts: Texts{Summary: "{uses} of one token, first {method} {endpoint} from {from}", Baseline: "{before}"}}
	if s.Measure == "" {
		return match{condition.Constant(0)}, spec, nil
	}
	measure, err := condition.CompileNumber(s.Measure, d.Params)
	return match{measure}, spec, err
}

// Evaluate implements Evaluator.
func (m match) Evaluate(x *condition.Env, r *condition.Result) bool {
	r.Measure = m.measure(x)
	return true
}
