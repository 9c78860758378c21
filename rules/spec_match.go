package rules

import "strings"

// Match is the spec of kind match: the rule fires on every event that satisfies where, which is required.
type Match struct {
	// Measure is an expression that is a number; alerts quote the greatest. Default: none.
	Measure string `yaml:"measure"`
}

// Placeholders returns none.
func (s *Match) Placeholders() map[string]Quantity { return nil }

func (s *Match) expressions() []Expression { return []Expression{{"measure", s.Measure}} }

func (s *Match) validate(d *Definition) error {
	return d.require("where", strings.TrimSpace(d.Where) != "")
}
