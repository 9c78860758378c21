package config

import (
	"fmt"
	"slices"

	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/rules/sigma"
)

// Definitions returns the default rules and those of rules.dirs, without those in rules.disable.
func (c *Config) Definitions() ([]rules.Definition, error) {
	defs, err := loadRules(c.Rules.Dirs)
	if err != nil {
		return nil, err
	}
	for _, id := range c.Rules.Disable {
		i := slices.IndexFunc(defs, func(d rules.Definition) bool { return d.ID == id })
		if i < 0 {
			return nil, Error{fmt.Errorf("rules.disable: there is no rule %q%s", id, rules.DidYouMean(id, ruleIDs(defs)))}
		}
		defs = slices.Delete(defs, i, i+1)
	}
	for i := range defs {
		defs[i].Shadow = defs[i].Shadow || slices.Contains(c.Rules.Shadow, defs[i].ID)
	}
	return defs, nil
}

// loadRules returns the default rules and those of dirs.
func loadRules(dirs []string) ([]rules.Definition, error) {
	defs, err := rules.Load(dirs, sigma.Format)
	if err != nil {
		return nil, Error{err}
	}
	return defs, nil
}

func ruleIDs(defs []rules.Definition) []string {
	ids := make([]string, len(defs))
	for i := range defs {
		ids[i] = defs[i].ID
	}
	return ids
}

// Engine compiles the rules. The partitions share detect.max_profiles and begin with the lists set, which may be nil.
func (c *Config) Engine(partitions int, set *lists.Set) (*detect.Engine, []rules.Definition, error) {
	defs, err := c.Definitions()
	if err != nil {
		return nil, nil, err
	}
	o := detect.Options{
		Lateness: c.Detect.Lateness, MaxProfiles: max(c.Detect.MaxProfiles/partitions, detect.MinProfiles),
		Lists: set, Shadow: c.Rules.Shadow,
	}
	for _, s := range c.Rules.Scopes {
		o.ScopePolicy = append(o.ScopePolicy, rules.ScopeRule{Methods: s.Methods, Host: s.Host, Endpoint: s.Endpoint, AnyOf: s.AnyOf})
	}
	e, err := detect.New(defs, o)
	if err != nil {
		return nil, nil, Error{err}
	}
	return e, defs, nil
}

// WithRules returns a copy with dirs in the place of rules.dirs. Rules that dirs do not have are left out of rules.disable
// and rules.shadow.
func (c *Config) WithRules(dirs []string) (*Config, error) {
	defs, err := loadRules(dirs)
	if err != nil {
		return nil, err
	}
	other := *c
	unknown := func(id string) bool { return !slices.Contains(ruleIDs(defs), id) }
	other.Rules.Dirs = dirs
	other.Rules.Disable = slices.DeleteFunc(slices.Clone(c.Rules.Disable), unknown)
	other.Rules.Shadow = slices.DeleteFunc(slices.Clone(c.Rules.Shadow), unknown)
	return &other, nil
}
