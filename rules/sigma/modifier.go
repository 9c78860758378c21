package sigma

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden/rules"
)

// modifiers are the modifiers of a field: cs-uri|contains|all.
type modifiers struct {
	test   string // contains, startswith, endswith, re, cidr, exists, gt, gte, lt, lte, neq; "": equal
	encode string // base64 or base64offset
	all    bool   // every value must match, not one of them
	cased  bool
	flags  string // of re
}

// modifierNames are the supported modifiers. Source: Sigma's modifiers 2.1.0 (2025-08-02).
var modifierNames = []string{
	"contains", "startswith", "endswith", "re", "cidr", "exists", "gt", "gte", "lt", "lte", "neq", "all", "cased", "i", "m", "s",
	"base64", "base64offset",
}

// unsupportedModifiers are the modifiers of the same source that are refused, with the reason.
var unsupportedModifiers = map[string]string{
	"windash":  "it is about command lines",
	"expand":   "placeholders are not supported: write the values out",
	"fieldref": "comparing two fields is not supported",
	"wide":     "logs hold no UTF-16",
	"utf16":    "logs hold no UTF-16",
	"utf16le":  "logs hold no UTF-16",
	"utf16be":  "logs hold no UTF-16",
}

// readModifiers splits "field|mod|mod".
func (d *document) readModifiers(key *yaml.Node) (name string, m modifiers, err error) {
	parts := strings.Split(key.Value, "|")
	for _, mod := range parts[1:] {
		switch mod {
		case "all":
			m.all = true
		case "cased":
			m.cased = true
		case "i", "m", "s":
			if m.test != "re" {
				return "", m, d.errorf(key, key.Value, "modifier %s goes after re", mod)
			}
			m.flags += mod
		case "base64", "base64offset":
			if m.encode != "" || m.test != "" {
				return "", m, d.errorf(key, key.Value, "modifier %s goes first", mod)
			}
			m.encode = mod
		case "contains", "startswith", "endswith", "re", "cidr", "exists", "gt", "gte", "lt", "lte", "neq":
			if m.test != "" {
				return "", m, d.errorf(key, key.Value, "has two tests, %s and %s", m.test, mod)
			}
			m.test = mod
		default:
			if why := unsupportedModifiers[mod]; why != "" {
				return "", m, d.errorf(key, key.Value, "modifier %s is not supported: %s", mod, why)
			}
			return "", m, d.errorf(key, key.Value, "unknown modifier %q%s", mod, rules.DidYouMean(mod, modifierNames))
		}
	}
	return parts[0], m, d.checkModifiers(key, m)
}

// checkModifiers refuses modifiers that do not go together.
func (d *document) checkModifiers(key *yaml.Node, m modifiers) error {
	textual := m.test == "" || m.test == "contains" || m.test == "startswith" || m.test == "endswith" || m.test == "neq"
	switch {
	case m.encode != "" && m.test != "" && m.test != "contains" && m.test != "startswith" && m.test != "endswith":
		return d.errorf(key, key.Value, "modifier %s does not go with %s", m.encode, m.test)
	case m.encode == "base64offset" && m.test != "contains":
		return d.errorf(key, key.Value, "base64offset goes with contains")
	case m.cased && !textual:
		return d.errorf(key, key.Value, "modifier cased does not go with %s", m.test)
	}
	return nil
}
