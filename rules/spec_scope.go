package rules

import (
	"fmt"
	"strings"
)

// Scope is the spec of kind scope: the rule fires on a call that needs a scope which the token was not granted.
type Scope struct {
	// Policy adds to the scope policy of the configuration and the lists. Default: none.
	Policy []ScopeRule `yaml:"policy"`
	// Of is scopes (default), or binding for a use outside what was declared for the token.
	Of string `yaml:"of"`
}

// ScopeRule is one line of a scope policy: a call that matches it needs one of the scopes AnyOf.
type ScopeRule struct {
	// Methods are upper-case. Default: every method.
	Methods []string `yaml:"methods"`
	// Host is compared whatever the case. Default: every host.
	Host string `yaml:"host"`
	// Endpoint is an endpoint template; a final * stands for any rest. Required.
	Endpoint string `yaml:"endpoint"`
	// AnyOf has at least one scope.
	AnyOf []string `yaml:"any_of"`
}

// ValidatePolicy checks a scope policy that is not part of a rule file.
func ValidatePolicy(policy []ScopeRule) error {
	for i := range policy {
		if err := policy[i].validate(); err != nil {
			return fmt.Errorf("scope policy line %d: %w", i+1, err)
		}
	}
	return nil
}

// Placeholders returns none.
func (s *Scope) Placeholders() map[string]Quantity { return nil }

func (s *Scope) validate(d *Definition) error {
	if s.Of != "" && s.Of != "scopes" && s.Of != "binding" {
		return d.errorf("of", "%q: want scopes or binding", s.Of)
	}
	for i := range s.Policy {
		if err := s.Policy[i].validate(); err != nil {
			return d.errorf(fmt.Sprintf("policy[%d]", i), "%v", err)
		}
	}
	return nil
}

func (r *ScopeRule) validate() error {
	if !strings.HasPrefix(r.Endpoint, "/") && r.Endpoint != "*" {
		return fmt.Errorf("endpoint %q: want a path that begins with /, or *", r.Endpoint)
	}
	if i := strings.IndexByte(r.Endpoint, '*'); i >= 0 && i != len(r.Endpoint)-1 {
		return fmt.Errorf("endpoint %q: a * stands at the end only", r.Endpoint)
	}
	if len(r.AnyOf) == 0 {
		return fmt.Errorf("any_of: is missing for %s", r.Endpoint)
	}
	return nil
}
