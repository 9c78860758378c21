package detect

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/internal/printable"
	"github.com/tokenwarden/tokenwarden/rules"
)

// renderer fills templates with the fields of an incident.
type renderer struct {
	incident *profile.Incident
	rule     *rule
	subject  tokenwarden.Subject
}

// template is a text with {names} in it, compiled.
type template []templatePart

type templatePart struct {
	literal string
	field   fieldFunc // nil: the literal alone
}

type fieldFunc func(v *renderer) string

func (v *renderer) render(t template) string {
	var b strings.Builder
	for _, part := range t {
		b.WriteString(part.literal)
		if part.field != nil {
			b.WriteString(part.field(v))
		}
	}
	return b.String()
}

// alertFields are the names in the texts of an alert.
var alertFields = map[string]fieldFunc{
	"count":        func(v *renderer) string { return strconv.FormatUint(v.incident.Count, 10) },
	"requests":     func(v *renderer) string { return text.Plural(v.incident.Count, "request") },
	"uses":         func(v *renderer) string { return text.Plural(v.incident.Count, "use") },
	"measure":      func(v *renderer) string { return text.Number(v.incident.Peak) },
	"measure.time": func(v *renderer) string { return text.Period(v.incident.Peak) },
	"measure.size": func(v *renderer) string { return text.Size(v.incident.Peak) },
	"period":       func(v *renderer) string { return text.Period(float64(v.incident.Last-v.incident.First) / 1e6) },
	"ip":           func(v *renderer) string { return address(&v.incident.Sample) },
	"from":         func(v *renderer) string { return address(&v.incident.Sample) + originOf(&v.incident.Sample) },
	"origin":       func(v *renderer) string { return strings.TrimPrefix(originOf(&v.incident.Sample), " ") },
	"country":      func(v *renderer) string { return v.incident.Sample.Country },
	"method":       func(v *renderer) string { return v.incident.Sample.Method },
	"host":         func(v *renderer) string { return v.incident.Sample.Host },
	"endpoint":     func(v *renderer) string { return v.incident.Sample.Endpoint },
	"param":        func(v *renderer) string { return v.incident.Sample.Param },
	"location":     func(v *renderer) string { return v.incident.Sample.Location.String() },
	"status":       func(v *renderer) string { return strconv.Itoa(int(v.incident.Sample.Status)) },
	"token_kind":   func(v *renderer) string { return v.incident.TokenKind },
	"group":        func(v *renderer) string { return strings.Join(v.incident.Group, ", ") },
	"observed":     func(v *renderer) string { return v.incident.Observed },
	"before":       func(v *renderer) string { return before(v.incident) },
	"baseline":     func(v *renderer) string { return v.incident.Baseline },
}

// sqlFields are the names in a rule's SQL. Each becomes a literal of ClickHouse; texts are quoted.
var sqlFields = map[string]fieldFunc{
	"subject":  func(v *renderer) string { return quote(v.subject.String()) },
	"first":    func(v *renderer) string { return timeLiteral(text.UTC(v.incident.First), 0) },
	"since":    func(v *renderer) string { return timeLiteral(text.UTC(v.incident.First).Add(-v.rule.spec.Lookback), 0) },
	"last":     func(v *renderer) string { return timeLiteral(text.UTC(v.incident.Last), 999*time.Microsecond) },
	"host":     func(v *renderer) string { return quote(v.incident.Sample.Host) },
	"endpoint": func(v *renderer) string { return quote(v.incident.Sample.Endpoint) },
	"param":    func(v *renderer) string { return quote(v.incident.Sample.Param) },
	"location": func(v *renderer) string { return quote(v.incident.Sample.Location.String()) },
	"country":  func(v *renderer) string { return quote(v.incident.Sample.Country) },
	"asn":      func(v *renderer) string { return strconv.FormatUint(uint64(v.incident.Sample.ASN), 10) },
}

// compileTemplate finds the {names} of a text. constants are further names, whose values are known when the rule is loaded.
func compileTemplate(s string, names map[string]fieldFunc, constants map[string]string) (template, error) {
	var t template
	for s != "" {
		before, rest, found := strings.Cut(s, "{")
		if before != "" {
			t = append(t, templatePart{literal: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("has a { without its }")
		}
		if v, ok := constants[name]; ok {
			t = append(t, templatePart{literal: v})
		} else if f, ok := names[name]; ok {
			t = append(t, templatePart{field: f})
		} else {
			return nil, condition.ErrUnknown("name", name, templateNames(names, constants))
		}
		s = after
	}
	return t, nil
}

func templateNames(names map[string]fieldFunc, constants map[string]string) []string {
	var all []string
	for n := range names {
		all = append(all, n)
	}
	for n := range constants {
		all = append(all, n)
	}
	sort.Strings(all)
	return all
}

// placeholders returns the names with a constant text in the definition.
func placeholders(d *rules.Definition) map[string]string {
	out := map[string]string{}
	for name, q := range d.Spec.Placeholders() {
		out[name] = quantityText(q)
	}
	for name, q := range d.Params {
		out["param."+name] = q.Text
	}
	return out
}

// quantityText returns a quantity as it was written, or in the unit of its dimension.
func quantityText(q rules.Quantity) string {
	if q.Text != "" {
		return q.Text
	}
	switch q.Dim {
	case rules.Time:
		return text.Period(q.Value)
	case rules.Size:
		return text.Size(q.Value)
	case rules.Length:
		return text.Number(q.Value) + " km"
	case rules.Velocity:
		return text.Number(q.Value) + " km/h"
	}
	return text.Number(q.Value)
}

// before describes the subject before the incident: "1200 requests in 14 d before".
func before(inc *profile.Incident) string {
	if inc.Since == window.NoTime {
		return "never seen before"
	}
	return text.Plural(inc.Before, "request") + " in " + text.Period(max(0, float64(inc.First-inc.Since)/1e6)) + " before"
}

func address(s *profile.Sample) string {
	if !s.IP.IsValid() {
		return "an unknown address"
	}
	return s.IP.String()
}

func originOf(s *profile.Sample) string { return origin(s.Country, s.ASN) }

// quote returns a text as a literal of ClickHouse. The text may come from a log.
func quote(s string) string { return printable.SQL(s) }

// timeLiteral returns a time as a literal, cut to milliseconds; an addend of 999 microseconds rounds up.
func timeLiteral(t time.Time, add time.Duration) string {
	return "toDateTime64('" + t.Add(add).Format("2006-01-02 15:04:05.000") + "', 3, 'UTC')"
}
