package rules

import "cmp"

// NewValue is the spec of kind new_value: the rule fires on a value of a field that the profile has not learned.
type NewValue struct {
	// Field names the field. Required.
	Field string `yaml:"field"`
	// Learn is the condition under which a value never seen is new. Required.
	Learn Learn `yaml:"learn"`
	// Values restricts the rule to these values. Default, if nil: all.
	Values []string `yaml:"values"`
	// Peers is up to MaxPeers: a value that so many other tokens of the service took up within a day does not fire.
	// Default, 0: peers are not compared.
	Peers int `yaml:"peers"`
}

// Placeholders returns field.
func (s *NewValue) Placeholders() map[string]Quantity {
	return map[string]Quantity{"field": {Text: s.Field}}
}

func (s *NewValue) validate(d *Definition) error {
	return cmp.Or(d.require("field", s.Field != ""), d.require("learn", s.Learn != Learn{}), s.Learn.validate(d), d.checkPeers(s.Peers))
}
