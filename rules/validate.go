package rules

import (
	"regexp"
	"strings"
	"time"
)

// Limits of the keys that all kinds share.
const (
	MaxExpression = 4 << 10             // bytes of one expression
	MaxGroup      = 4                   // fields an incident can be grouped by
	MaxSuppress   = 90 * 24 * time.Hour // an incident cannot stay open longer without a match
)

var (
	idPattern   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`) // of params and blind spots
	attackID    = regexp.MustCompile(`^T[0-9]{4}(\.[0-9]{3})?$`)
	owaspID     = regexp.MustCompile(`^API([1-9]|10):20[0-9]{2}$`)
	articleID   = regexp.MustCompile(`^([a-e]|rec [a-i])$`)
)

// Validate checks all that can be checked without compiling expressions, which is left to detect. Errors name file, rule and
// key.
func (d *Definition) Validate() error {
	for _, check := range []func() error{d.checkTexts, d.checkReferences, d.checkKind, d.checkCommon, d.checkSpec, d.checkTests} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (d *Definition) checkTexts() error {
	if !idPattern.MatchString(d.ID) {
		return d.errorf("id", "%q: want lower-case words joined by -", d.ID)
	}
	for _, f := range []struct{ key, value string }{{"title", d.Title}, {"why", d.Why}} {
		if strings.TrimSpace(f.value) == "" {
			return d.errorf(f.key, "is missing")
		}
	}
	for name, text := range d.BlindSpots {
		if !namePattern.MatchString(name) || strings.TrimSpace(text) == "" {
			return d.errorf("blind_spots", "%q: want a lower-case name and a sentence", name)
		}
	}
	if d.Replaces != "" && d.Replaces != "default" {
		return d.errorf("replaces", "%q: want default", d.Replaces)
	}
	if d.Status != "" && d.Status != "stable" && d.Status != "experimental" {
		return d.errorf("status", "%q: want stable or experimental", d.Status)
	}
	return nil
}

func (d *Definition) checkReferences() error {
	for _, r := range []struct {
		key   string
		ids   []string
		want  *regexp.Regexp
		looks string
	}{
		{"references.attack", d.References.Attack, attackID, "T1528 or T1550.001"},
		{"references.owasp", d.References.OWASP, owaspID, "API2:2023"},
		{"references.article", d.References.Article, articleID, "a to e, or rec a to rec i"},
	} {
		for _, id := range r.ids {
			if !r.want.MatchString(id) {
				return d.errorf(r.key, "%q: want %s", id, r.looks)
			}
		}
	}
	return nil
}

func (d *Definition) checkCommon() error {
	for i, line := range d.SeverityWhen {
		if strings.TrimSpace(line.If) == "" {
			return d.errorf(itemKey("severity_when", i, "if"), "want an expression of at most %d bytes", MaxExpression)
		}
	}
	for _, e := range d.Expressions() {
		if len(e.Text) > MaxExpression {
			return d.errorf(e.Key, "is longer than %d bytes", MaxExpression)
		}
	}
	for name := range d.Params {
		if !namePattern.MatchString(name) {
			return d.errorf("params", "%q: want a lower-case name", name)
		}
	}
	if len(d.Group) > MaxGroup {
		return d.errorf("group", "has %d fields: at most %d", len(d.Group), MaxGroup)
	}
	return d.checkRange("suppress", d.Suppress, time.Second, MaxSuppress)
}

func (d *Definition) checkSpec() error { return d.Spec.validate(d) }
