package rules

import (
	"cmp"
	"time"
)

// MaxTransitions is the greatest number of changes of place that a rule of kind travel waits for. A subject's window
// holds as many times.
const MaxTransitions = 8

// Travel is the spec of kind travel: the rule fires on two places too far apart for the time between, or used in turn.
// Either Speed or Transitions is set.
type Travel struct {
	// Distance is 0 to 20000 km: nearer places are not compared. Required.
	Distance Kilometres `yaml:"distance"`
	// Speed is up to 1000000 km/h: the rule fires above it.
	Speed Speed `yaml:"speed"`
	// Transitions is 1 to MaxTransitions: the rule fires on so many changes of place within Window, at any speed.
	Transitions int `yaml:"transitions"`
	// Window is MinWindow to MaxWindow, and goes with Transitions.
	Window Duration `yaml:"window"`
	// KnownAfter is 1h to MaxLearning: a place used for this long is not judged. Default: every place is.
	KnownAfter Duration `yaml:"known_after"`
	// CrossBorderOnly compares only places in different countries.
	CrossBorderOnly bool `yaml:"cross_border_only"`
}

// Placeholders returns distance, speed and window.
func (s *Travel) Placeholders() map[string]Quantity {
	return map[string]Quantity{"distance": {Value: float64(s.Distance), Dim: Length}, "speed": {Value: float64(s.Speed), Dim: Velocity},
		"window": s.Window.quantity()}
}

func (s *Travel) validate(d *Definition) error {
	switch {
	case s.Distance == 0:
		return d.require("distance", false)
	case (s.Transitions != 0) == (s.Speed != 0):
		return d.errorf("speed", "a rule of kind travel has speed or transitions, and not both")
	case s.Transitions < 0 || s.Transitions > MaxTransitions:
		return d.errorf("transitions", "is %d: want 1 to %d", s.Transitions, MaxTransitions)
	case (s.Transitions != 0) != (s.Window != 0):
		return d.errorf("window", "goes with transitions")
	case s.Distance < 0 || s.Distance > 20000:
		return d.errorf("distance", "is %v km: want 0 to 20000 km", s.Distance)
	case s.Speed < 0 || s.Speed > 1e6:
		return d.errorf("speed", "is %v km/h: want 0 to 1000000 km/h", s.Speed)
	}
	return cmp.Or(d.checkWindow(s.Window), d.checkRange("known_after", s.KnownAfter, time.Hour, MaxLearning))
}
