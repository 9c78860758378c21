package detect

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
)

// teller puts an incident into words.
type teller struct {
	inc     *incident
	subject tokenwarden.Subject
}

// template is a text with {names} in it, compiled.
type template []segment

type segment struct {
	literal string
	value   func(t *teller) string
}

func (t *teller) tell(tmpl template) string {
	var b strings.Builder
	for _, s := range tmpl {
		b.WriteString(s.literal)
		if s.value != nil {
			b.WriteString(s.value(t))
		}
	}
	return b.String()
}

// words are the names that the texts of an alert may use.
var words = map[string]func(t *teller) string{
	"count":        func(t *teller) string { return strconv.FormatUint(t.inc.count, 10) },
	"requests":     func(t *teller) string { return plural(t.inc.count, "request") },
	"uses":         func(t *teller) string { return plural(t.inc.count, "use") },
	"measure":      func(t *teller) string { return number(t.inc.peak) },
	"measure.time": func(t *teller) string { return period(t.inc.peak) },
	"measure.size": func(t *teller) string { return size(t.inc.peak) },
	"period":       func(t *teller) string { return period(float64(t.inc.last-t.inc.first) / 1e6) },
	"ip":           func(t *teller) string { return address(t.inc) },
	"from":         func(t *teller) string { return address(t.inc) + origin(t.inc.sample.country, t.inc.sample.asn) },
	"origin":       func(t *teller) string { return strings.TrimPrefix(origin(t.inc.sample.country, t.inc.sample.asn), " ") },
	"country":      func(t *teller) string { return t.inc.sample.country },
	"method":       func(t *teller) string { return t.inc.sample.method },
	"host":         func(t *teller) string { return t.inc.sample.host },
	"endpoint":     func(t *teller) string { return t.inc.sample.endpoint },
	"param":        func(t *teller) string { return t.inc.sample.param },
	"location":     func(t *teller) string { return t.inc.sample.location.String() },
	"status":       func(t *teller) string { return strconv.Itoa(int(t.inc.sample.status)) },
	"token_kind":   func(t *teller) string { return t.inc.kind },
	"group":        func(t *teller) string { return strings.Join(t.inc.group, ", ") },
	"observed":     func(t *teller) string { return t.inc.observed },
	"before":       func(t *teller) string { return before(t.inc) },
	"baseline":     func(t *teller) string { return t.inc.baseline },
}

// literals are the names that a rule's SQL may use: each becomes a literal of ClickHouse, quoted where it is a text.
var literals = map[string]func(t *teller) string{
	"subject":  func(t *teller) string { return quote(t.subject.String()) },
	"first":    func(t *teller) string { return instant(utc(t.inc.first), 0) },
	"since":    func(t *teller) string { return instant(utc(t.inc.first).Add(-t.inc.rule.lookback), 0) },
	"last":     func(t *teller) string { return instant(utc(t.inc.last), 999*time.Microsecond) },
	"host":     func(t *teller) string { return quote(t.inc.sample.host) },
	"endpoint": func(t *teller) string { return quote(t.inc.sample.endpoint) },
	"param":    func(t *teller) string { return quote(t.inc.sample.param) },
	"location": func(t *teller) string { return quote(t.inc.sample.location.String()) },
	"country":  func(t *teller) string { return quote(t.inc.sample.country) },
	"asn":      func(t *teller) string { return strconv.FormatUint(uint64(t.inc.sample.asn), 10) },
}

// compileTemplate finds the {names} of a text; fixed are further names that are known when the rule is loaded.
func compileTemplate(text string, names map[string]func(*teller) string, fixed map[string]string) (template, error) {
	var tmpl template
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			tmpl = append(tmpl, segment{literal: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("has a { without its }")
		}
		if v, ok := fixed[name]; ok {
			tmpl = append(tmpl, segment{literal: v})
		} else if f, ok := names[name]; ok {
			tmpl = append(tmpl, segment{value: f})
		} else {
			return nil, errUnknown("name", name, templateNames(names, fixed))
		}
		text = after
	}
	return tmpl, nil
}

func templateNames(names map[string]func(*teller) string, fixed map[string]string) []string {
	var all []string
	for n := range names {
		all = append(all, n)
	}
	for n := range fixed {
		all = append(all, n)
	}
	sort.Strings(all)
	return all
}

// fixedWords are the names whose text follows from the rule alone.
func fixedWords(d *rules.Definition) map[string]string {
	fixed := map[string]string{}
	for name, q := range d.Spec.Placeholders() {
		fixed[name] = quantityText(q)
	}
	for name, q := range d.Params {
		fixed["param."+name] = q.Text
	}
	return fixed
}

// quantityText returns a quantity as it was written, or in the unit of its dimension.
func quantityText(q rules.Quantity) string {
	if q.Text != "" {
		return q.Text
	}
	switch q.Dim {
	case rules.Time:
		return period(q.Value)
	case rules.Size:
		return size(q.Value)
	case rules.Length:
		return number(q.Value) + " km"
	case rules.Velocity:
		return number(q.Value) + " km/h"
	}
	return number(q.Value)
}

// before tells what the subject did until the incident began: "1200 requests in 14 d before".
func before(inc *incident) string {
	if inc.since == noTime {
		return "never seen before"
	}
	return plural(inc.before, "request") + " in " + period(max(0, float64(inc.first-inc.since)/1e6)) + " before"
}

func address(inc *incident) string {
	if !inc.sample.ip.IsValid() {
		return "an unknown address"
	}
	return inc.sample.ip.String()
}

// sqlEscapes are those of a ClickHouse string literal.
var sqlEscapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// quote makes a text a literal of ClickHouse. The text may come from a log.
func quote(s string) string {
	return "'" + sqlEscapes.Replace(s) + "'"
}

// instant is a time as a literal, in milliseconds: add rounds it up.
func instant(t time.Time, add time.Duration) string {
	return "toDateTime64('" + t.Add(add).Format("2006-01-02 15:04:05.000") + "', 3, 'UTC')"
}

func plural(n uint64, noun string) string {
	s := strconv.FormatUint(n, 10) + " " + noun
	if n != 1 {
		s += "s"
	}
	return s
}

// number prints a number with at most one decimal.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	return strings.TrimSuffix(s, ".0")
}

// period prints seconds in the greatest unit of which there is at least one: "45 s", "12 min", "3.5 h", "91 d".
func period(seconds float64) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	switch {
	case seconds < 120:
		return sign + number(seconds) + " s"
	case seconds < 2*3600:
		return sign + number(seconds/60) + " min"
	case seconds < 2*86400:
		return sign + number(seconds/3600) + " h"
	}
	return sign + number(seconds/86400) + " d"
}

// size prints bytes in powers of ten.
func size(bytes float64) string {
	for _, unit := range []string{"B", "kB", "MB", "GB"} {
		if bytes < 1000 {
			return number(bytes) + " " + unit
		}
		bytes /= 1000
	}
	return number(bytes) + " TB"
}
