package detect

import "github.com/tokenwarden/tokenwarden/rules"

// match is the kind whose hits are the events that satisfy the rule's condition.
type match struct{ measure numberFunc }

func newMatch(r *rule, _ *Options) (judge, error) {
	m := match{measure: constant(0)}
	r.own(texts{summary: "{uses} of one token, first {method} {endpoint} from {from}",
		baseline: "{before}"})
	spec := r.def.Spec.(*rules.Match)
	if spec.Measure == "" {
		return m, nil
	}
	var err error
	m.measure, err = compileNumber(spec.Measure, r.def.Params)
	return m, err
}

func (m match) eval(x *scene, v *verdict) bool {
	v.measure = m.measure(x)
	return true
}
