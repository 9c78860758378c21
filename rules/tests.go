package rules

import (
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden"
)

// Test is one test inside a rule file: requests with one token, and the alerts of this rule that must follow.
type Test struct {
	Name string `yaml:"name"`
	// BlindSpot names the blind spot that the test shows. Default: none.
	BlindSpot string `yaml:"blind_spot"`
	// Policy is the scope policy in force during the test.
	Policy []ScopeRule `yaml:"policy"`
	// Lists holds the content of list files by the name of the list. TOKEN(name) is a token's fingerprint.
	Lists map[string]string `yaml:"lists"`
	// Given holds the keys of every step that the step does not set.
	Given Request `yaml:"given"`
	// Merge plays the requests of all steps sorted by time, instead of step by step.
	Merge  bool     `yaml:"merge"`
	Steps  []Step   `yaml:"steps"`
	Expect []Expect `yaml:"expect"`
}

// Step is one or several requests. Steps are played in the order written, so that times may go backwards.
type Step struct {
	At     *Duration `yaml:"at"`     // time from the start of the test
	After  *Duration `yaml:"after"`  // time from the end of the step before
	Load   *Stream   `yaml:"load"`   // "10/s for 61s"
	Repeat *Repeat   `yaml:"repeat"` // "5 every 1m"

	Request `yaml:",inline"`
}

// Expect describes one alert of a test. Only what is set is compared.
type Expect struct {
	At       Duration              `yaml:"at"`       // first_seen, from the start of the test
	Severity *tokenwarden.Severity `yaml:"severity"` // of the incident, at the end
	Count    uint64                `yaml:"count"`    // matches of the incident, at the end; 0: any
	Says     string                `yaml:"says"`     // a part of the summary, observed, baseline or threshold
}

// TestStart is the start of every test: a Monday, 00:00 UTC.
var TestStart = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// UnmarshalYAML decodes every step over a copy of given.
func (t *Test) UnmarshalYAML(node *yaml.Node) error {
	type plain Test
	if err := node.Decode((*plain)(t)); err != nil {
		return err
	}
	_, steps := lookup(node, "steps")
	for i := range t.Steps {
		t.Steps[i] = Step{Request: t.Given.clone()}
		if err := steps.Content[i].Decode(&t.Steps[i]); err != nil {
			return err
		}
	}
	return nil
}
