package rules

import (
	"cmp"
	"time"
)

// Dormancy is the spec of kind dormancy: the rule fires on a subject that returns after a gap, outlives its age, or
// outlives its successor. One of the three is set.
type Dormancy struct {
	// Gap is 1m to 10 times MaxLearning: the time since the subject was last seen.
	Gap Duration `yaml:"gap"`
	// Age is 1m to 10 times MaxLearning: the time since the subject was first seen.
	Age Duration `yaml:"age"`
	// Successor is 1s to MaxLearning: the time since a later token of the family was first seen. It goes with by: family.
	Successor Duration `yaml:"successor"`
}

// Placeholders returns none.
func (s *Dormancy) Placeholders() map[string]Quantity { return nil }

func (s *Dormancy) validate(d *Definition) error {
	set := 0
	for _, v := range []Duration{s.Gap, s.Age, s.Successor} {
		if v != 0 {
			set++
		}
	}
	if set != 1 {
		return d.errorf("gap", "a rule of kind dormancy has one of gap, age and successor, not %d", set)
	}
	if s.Successor != 0 && d.By != "family" {
		return d.errorf("by", "tokens succeed each other within a family: want family")
	}
	return cmp.Or(d.checkRange("gap", s.Gap, time.Minute, 10*MaxLearning), d.checkRange("age", s.Age, time.Minute, 10*MaxLearning),
		d.checkRange("successor", s.Successor, time.Second, MaxLearning))
}
