package rules

import (
	"cmp"
	"fmt"
	"strings"
)

// Limits of kind temporal: how many stages a rule has.
const (
	MinStages = 2
	MaxStages = 8
)

// Temporal is the spec of kind temporal: the rule fires when conditions have all held for a subject within a window.
type Temporal struct {
	// Window is MinWindow to MaxWindow. Required.
	Window Duration `yaml:"window"`
	// Stages has MinStages to MaxStages items. Required.
	Stages []Stage `yaml:"stages"`
	// Ordered asks for the stages one after the other, as written. Default: in any order.
	Ordered bool `yaml:"ordered"`
}

// Stage is one condition of kind temporal.
type Stage struct {
	Name string `yaml:"name"` // for alerts
	If   string `yaml:"if"`
}

// Placeholders returns window.
func (s *Temporal) Placeholders() map[string]Quantity {
	return map[string]Quantity{"window": s.Window.quantity()}
}

func (s *Temporal) expressions() []Expression {
	all := make([]Expression, len(s.Stages))
	for i, stage := range s.Stages {
		all[i] = Expression{itemKey("stages", i, "if"), stage.If}
	}
	return all
}

func (s *Temporal) validate(d *Definition) error {
	if err := cmp.Or(d.require("stages", s.Stages != nil), d.require("window", s.Window != 0), d.checkWindow(s.Window)); err != nil {
		return err
	}
	if n := len(s.Stages); n < MinStages || n > MaxStages {
		return d.errorf("stages", "are %d: want %d to %d", n, MinStages, MaxStages)
	}
	for i, stage := range s.Stages {
		switch key := fmt.Sprintf("stages[%d]", i); {
		case strings.TrimSpace(stage.Name) == "":
			return d.errorf(key, "name is missing")
		case strings.TrimSpace(stage.If) == "":
			return d.errorf(key, "if: want an expression of at most %d bytes", MaxExpression)
		}
	}
	return nil
}
