package credential

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/foreign"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// Options configure a Finder.
type Options struct {
	// Keys make the fingerprints: the first signs, the others count during a rotation. At least one.
	Keys []secret.Key
	// Names are further sensitive names of parameters, headers and cookies, in any spelling: my_key matches myKey, MY-KEY
	// and my.key. Their values are credentials unless they are ordinary words or numbers.
	Names []string
	// Patterns are further formats of credentials, searched for in every decoded value. They cost a pass of
	// package regexp over each value.
	Patterns []Pattern
	// Exceptions are values to leave.
	Exceptions Exceptions
	// Policy selects the findings to redact. The zero value redacts every secret.
	Policy Policy
	// Identities are the fields with identities of other systems, by record.Field.Mark. nil: none.
	Identities *foreign.Set
}

// Pattern is a user's own format of a credential.
type Pattern struct {
	Kind   string // a-z, 0-9 and _
	Regexp string // RE2; its first group is the credential, or all of it without a group
}

// Exceptions are left by a Finder, except for distinctive formats (a provider's, a JWT).
type Exceptions struct {
	Names []string // names of parameters, headers and cookies, in any spelling
	Paths []string // prefixes of request paths
}

// Policy sets the confidence from which findings are redacted, by location. A finding below is reported with Keep.
type Policy struct {
	// Least is the default; 0 means low: everything found.
	Least tokenwarden.Confidence
	// LeastIn overrides Least by place.
	LeastIn map[tokenwarden.Location]tokenwarden.Confidence
	// Public redacts public values as well.
	Public bool
	// Unknown redacts every opaque value of 20 characters or more as well, under any name and in any path: KindUnknown.
	Unknown bool
	// KeepPrefix leaves a provider's type prefix (ghp_, xoxb-) before the placeholder.
	KeepPrefix bool
}

// Validate returns an error with the name of an invalid option.
func (o *Options) Validate() error {
	if len(o.Keys) == 0 {
		return errors.New("keys: want at least one")
	}
	seen := map[tokenwarden.KeyID]bool{}
	for i, k := range o.Keys {
		if k.IsZero() {
			return fmt.Errorf("keys[%d]: empty", i)
		}
		if seen[k.ID()] {
			return fmt.Errorf("keys[%d]: key %s is there twice", i, k.ID())
		}
		seen[k.ID()] = true
	}
	for i, n := range o.Names {
		if names.Flatten(n) == "" {
			return fmt.Errorf("names[%d]: want letters or digits", i)
		}
	}
	for i, n := range o.Exceptions.Names {
		if names.Flatten(n) == "" {
			return fmt.Errorf("exceptions.names[%d]: want letters or digits", i)
		}
	}
	for i, p := range o.Exceptions.Paths {
		if !strings.HasPrefix(p, "/") {
			return fmt.Errorf("exceptions.paths[%d]: want a prefix that starts with /", i)
		}
	}
	for i, p := range o.Patterns {
		if err := p.validate(); err != nil {
			return fmt.Errorf("patterns[%d]: %w", i, err)
		}
	}
	return nil
}

func (p Pattern) validate() error {
	if p.Kind == "" || len(p.Kind) > placeholder.MaxKind || strings.Trim(p.Kind, placeholder.KindAlphabet) != "" ||
		len(p.Kind)-len(strings.Map(withoutDigits, p.Kind)) > placeholder.MaxDigits {
		return fmt.Errorf("kind: want 1 to %d of a-z, 0-9 and _, with at most %d digits", placeholder.MaxKind, placeholder.MaxDigits)
	}
	re, err := regexp.Compile(p.Regexp)
	if err != nil {
		return fmt.Errorf("regexp: %w", err)
	}
	if re.MatchString("") {
		return errors.New("regexp: matches the empty string")
	}
	return nil
}

// pattern is a compiled Pattern.
type pattern struct {
	kind string
	re   *regexp.Regexp
}

func compile(ps []Pattern) []pattern {
	out := make([]pattern, len(ps))
	for i, p := range ps {
		out[i] = pattern{p.Kind, regexp.MustCompile(p.Regexp)}
	}
	return out
}

// withoutDigits drops digits, for strings.Map.
func withoutDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}
