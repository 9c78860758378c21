package sigma_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/sigma"
)

const bases = `title: Refused
name: refused
logsource: {category: webserver}
detection: {sel: {sc-status: [401, 403]}, condition: sel}
---
title: Admin pages
name: admin_pages
id: 11111111-2222-4333-8444-555555555555
logsource: {category: webserver}
detection: {sel: {c-uri-path|startswith: /admin}, condition: sel}
---
`

func correlation(text string) string {
	return bases + "title: Correlated\nname: correlated\nlevel: high\ncorrelation:\n  " + strings.ReplaceAll(text, "\n", "\n  ") + "\n"
}

// play lets the rules judge events a second apart and returns by rule when the first incident began.
func play(t *testing.T, defs []rules.Definition, events []tokenwarden.Event) map[string]time.Duration {
	t.Helper()
	engine, err := detect.New(defs, detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := engine.NewPartition()
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for i := range events {
		events[i].Time, events[i].Source = start.Add(time.Duration(i)*time.Second), tokenwarden.Source{File: "f", Line: int64(i + 1)}
		p.Observe(&events[i])
	}
	var c tokenwarden.Checkpoint
	p.Checkpoint(&c)
	out := map[string]time.Duration{}
	for _, a := range c.Alerts {
		out[a.Rule] = a.FirstSeen.Sub(start)
	}
	return out
}

// many returns n events, each after change.
func many(n int, change func(e *tokenwarden.Event, i int)) (out []tokenwarden.Event) {
	for i := range n {
		e := *event()
		change(&e, i)
		out = append(out, e)
	}
	return out
}

func TestCorrelations(t *testing.T) {
	tokens := func(e *tokenwarden.Event, i int) { e.Fingerprint[1] = byte(i) }
	same := func(*tokenwarden.Event, int) {}
	for text, c := range map[string]struct {
		events []tokenwarden.Event
		at     time.Duration // -1: no alert
		kind   string
	}{
		"type: event_count\nrules: [refused]\ngroup-by: [fingerprint]\ntimespan: 5m\ncondition: {gte: 5}":                   {many(9, same), 4 * time.Second, "rate"},
		"type: event_count\nrules: [refused]\ngroup-by: fingerprint\ntimespan: 5m\ncondition: {gt: 5}":                      {many(9, same), 5 * time.Second, "rate"},
		"type: event_count\nrules: [refused]\ngroup-by: [token]\ntimespan: 5m\ncondition: {gte: 10}":                        {many(9, same), -1, "rate"},
		"type: event_count\nrules: [refused]\ngroup-by: [c-ip]\ntimespan: 1m\ncondition: {gte: 6}":                          {many(9, tokens), 5 * time.Second, "rate"},
		"type: value_count\nrules: [refused]\ngroup-by: [c-ip]\ntimespan: 1h\ncondition: {field: fingerprint, gte: 4}":      {many(9, tokens), 3 * time.Second, "distinct"},
		"type: value_count\nrules: [refused]\ngroup-by: [fingerprint]\ntimespan: 1h\ncondition: {field: c-uri-path, gt: 3}": {many(9, func(e *tokenwarden.Event, i int) { e.Target = "/x/" + string(rune('a'+i)) + "?q" }), 3 * time.Second, "distinct"},
		"type: value_count\nrules: [refused]\ngroup-by: [fingerprint]\ntimespan: 2h\ncondition: {field: c-uri-path, gt: 3}": {many(9, func(e *tokenwarden.Event, i int) { e.Target = "/x?" + string(rune('a'+i)) }), -1, "distinct"},
		"type: event_count\nrules: [refused, 11111111-2222-4333-8444-555555555555]\ngroup-by: [fingerprint]\ntimespan: 5m\ncondition: {gte: 4}": {
			many(4, func(e *tokenwarden.Event, i int) {
				if i%2 == 0 {
					e.Status = 200
				} else {
					e.Target = "/other"
				}
			}), 3 * time.Second, "rate"}, // two are refused, the other two ask for /Admin
		"type: temporal\nrules: [refused, admin_pages]\ngroup-by: [fingerprint]\ntimespan: 5m": {
			many(3, func(e *tokenwarden.Event, i int) {
				if i == 2 {
					e.Status = 200
				} else {
					e.Target = "/other"
				}
			}), 2 * time.Second, "temporal"},
		"type: temporal_ordered\nrules: [admin_pages, refused]\ngroup-by: [fingerprint]\ntimespan: 5m": {
			many(3, func(e *tokenwarden.Event, i int) {
				if i == 2 {
					e.Status = 200
				} else {
					e.Target = "/other"
				}
			}), -1, "temporal"},
	} {
		t.Run(text, func(t *testing.T) {
			defs, err := read(t, correlation(text))
			if err != nil {
				t.Errorf("%s: %v", text, err)
				return
			}
			if last := defs[len(defs)-1]; last.ID != "sigma-correlated" || last.Kind != c.kind || len(defs) > 2 {
				t.Errorf("%s\n%+v", text, defs)
			}
			want := c.at
			at, found := play(t, defs, c.events)["sigma-correlated"]
			if found != (want >= 0) || found && at != want {
				t.Errorf("%s: want %v, got %v %v", text, want, at, found)
			}
		})
	}
}

func TestGenerateKeepsTheRules(t *testing.T) {
	defs, err := read(t, correlation("type: event_count\nrules: [refused]\ngroup-by: [fingerprint]\ntimespan: 5m\ncondition: {gte: 5}\ngenerate: true"))
	if err != nil || len(defs) != 3 {
		t.Errorf("%d rules, %v", len(defs), err)
	}
}

func TestCorrelationsAcrossFiles(t *testing.T) {
	base, own, _ := strings.Cut(correlation("type: temporal\nrules: [refused, admin_pages]\ngroup-by: [fingerprint]\ntimespan: 5m"), "---\ntitle: Correlated")
	defs, err := sigma.Read([]rules.File{{Name: "a.yml", Content: []byte("title: Correlated" + own)}, {Name: "b.yml", Content: []byte(base)}})
	if err != nil || len(defs) != 1 || defs[0].File != "a.yml" {
		t.Errorf("%+v, %v", defs, err)
	}
}

func TestCorrelationRefusals(t *testing.T) {
	const ok = "type: event_count\nrules: [refused]\ngroup-by: [fingerprint]\ntimespan: 5m\ncondition: {gte: 5}"
	for text, want := range map[string]string{
		strings.Replace(ok, "event_count", "value_sum", 1):                                                             `correlation.type: "value_sum" is not supported`,
		strings.Replace(ok, "[refused]", "[nobody]", 1):                                                                `there is no rule of name or id "nobody" in this folder`,
		strings.Replace(ok, "[refused]", "[correlated]", 1):                                                            `is a correlation itself`,
		strings.Replace(ok, "[refused]", "[]", 1):                                                                      `correlation.rules: is missing`,
		strings.Replace(ok, "group-by: [fingerprint]\n", "", 1):                                                        `correlation.group-by: want one field`,
		strings.Replace(ok, "[fingerprint]", "[c-ip, cs-host]", 1):                                                     `want one field`,
		strings.Replace(ok, "[fingerprint]", "[cs-username]", 1):                                                       `"cs-username" is not supported`,
		strings.Replace(strings.Replace(ok, "[refused]", "[admin_pages]", 1), "[fingerprint]", "[c-ip]", 1):            `by client only requests answered 401 or 403 are seen: "Admin pages" must ask for`,
		strings.Replace(ok, "5m", "5 parsecs", 1):                                                                      `correlation.timespan: "5 parsecs": want a time`,
		strings.Replace(ok, "5m", "30d", 1):                                                                            `window: is 720h0m0s`,
		strings.Replace(ok, "gte: 5", "lte: 5", 1):                                                                     `lte is not supported: want gte or gt`,
		strings.Replace(ok, "gte: 5", "gte: 1", 1):                                                                     `want one bound, gte 2 or more`,
		strings.Replace(ok, "gte: 5", "gte: many", 1):                                                                  `"many": want a number`,
		strings.Replace(ok, "gte: 5", "gte: 5, field: cs-host", 1):                                                     `field goes with value_count`,
		strings.Replace(ok, "gte: 5", "gte: 5, gt: 7", 1):                                                              `want one bound`,
		ok + "\naliases: {x: {refused: c-ip}}":                                                                         `correlation.aliases: is not supported`,
		strings.Replace(ok, "event_count", "value_count", 1):                                                           `value_count wants one field`,
		strings.Replace(strings.Replace(ok, "event_count", "value_count", 1), "gte: 5", "gte: 5, field: cs-method", 1): `values of this field are not counted`,
		strings.Replace(ok, "event_count", "temporal", 1):                                                              `is not supported with temporal`,
		"type: temporal\nrules: [refused]\ngroup-by: [fingerprint]\ntimespan: 5m":                                      `stages: are 1: want 2 to 8`,
	} {
		t.Run(text, func(t *testing.T) {
			_, err := read(t, correlation(text))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s\nwant %s\ngot  %v", text, want, err)
			}
		})
	}
}

// Whatever is read without an error compiles: nothing is left to fail when logs come.
func FuzzRead(f *testing.F) {
	f.Add(correlation("type: event_count\nrules: [refused]\ngroup-by: [fingerprint]\ntimespan: 5m\ncondition: {gte: 5}"))
	f.Add(correlation("type: value_count\nrules: [refused]\ngroup-by: [c-ip]\ntimespan: 1h\ncondition: {field: fingerprint, gte: 4}"))
	f.Add(correlation("type: temporal_ordered\nrules: [refused, admin_pages]\ngroup-by: [fingerprint]\ntimespan: 5m"))
	for _, text := range []string{"cs-method|cased: [a, '*b', 'c*', '*d*', 'e?f']", "c-ip: '192.*'", "c-ip|cidr: ['::/0']", "'|all': [a, b]", "- a\n- '*'", "sc-status|lt: 5", "c-uri|re|i: 'x+'",
		"cs-host|exists: true", "c-uri|base64offset|contains: \"\\x00\\u00e9\"", "c-uri-extension: [php]", "cs-username: [null, '']"} {
		f.Add(selection(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		defs, err := sigma.Read([]rules.File{{Name: "s.yml", Content: []byte(text)}})
		if err != nil {
			return
		}
		ids := map[string]bool{}
		for i := range defs {
			if ids[defs[i].ID] {
				return // Load refuses it
			}
			ids[defs[i].ID] = true
		}
		engine, err := detect.New(defs, detect.Options{})
		if err != nil {
			t.Fatalf("%v\n%+v", err, defs)
		}
		engine.NewPartition().Observe(event())
	})
}
