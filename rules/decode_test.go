package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

const good = `id: a-rule
title: A rule
why: because
kind: match
where: event.first_in_request
`

func TestDecode(t *testing.T) {
	d, err := Decode("a.yaml", []byte(good+`severity: high
severity_when: [{if: event.accepted, severity: critical}]
params: {grace: 1m30s, size: 100 MB, far: 500 km, fast: 900 km/h, n: 600}
suppress: 14d
references: {attack: [T1528, T1550.001], owasp: ["API2:2023"], article: [a, rec d]}
`))
	if err != nil {
		t.Fatal(err)
	}
	if d.Severity != tokenwarden.SeverityHigh || d.SeverityWhen[0].Severity != tokenwarden.SeverityCritical || d.Suppression() != 14*24*time.Hour {
		t.Errorf("decoded %+v", d)
	}
	if d.Params["grace"].Value != 90 || d.Params["size"].Value != 1e8 || d.Params["fast"].Dim != Velocity || d.Params["n"].Dim != Number {
		t.Errorf("params %+v", d.Params)
	}
}

func TestDecodeErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    `a.yaml: is empty`,
		"id: [":                               `a.yaml: line 1: did not find expected node content`,
		good + "---\nid: b\n":                 `a.yaml: holds more than one document: want one rule per file`,
		good + "severty: high":                `a.yaml:6: rule a-rule: unknown key "severty": did you mean "severity"?`,
		good + "severity: huge":               `a.yaml:6: rule a-rule: severity: unknown severity "huge": want info, low, medium, high or critical`,
		good + "window: 60s":                  `a.yaml:6: rule a-rule: window: a rule of kind match has no use for it`,
		good + "suppress: 5":                  `a.yaml:6: rule a-rule: suppress: "5": want a time such as 60s, 5m, 12h or 14d`,
		good + "suppress: 1ms":                `a.yaml:6: rule a-rule: suppress: is 1ms: want 1s to 2160h0m0s`,
		good + "suppress: 9999999999y":        `is longer than 100 years`,
		good + "by: user":                     `a.yaml:6: rule a-rule: by: unknown subject "user": want token, family, network or issuer`,
		good + "references: {attack: [1528]}": `references.attack: "1528": want T1528 or T1550.001`,
		good + "references: {owasp: [API11]}": `references.owasp`,
		good + "references: {article: [z]}":   `references.article`,
		good + "group: [a, b, c, d, e]":       `group: has 5 fields: at most 4`,
		good + "blind_spots: {slow: x}":       `blind_spots: "slow" has no test that shows it: give one "blind_spot: slow"`,
		good + "blind_spots: {slow: x}\ntests: [{name: x, blind_spot: slo, steps: [{at: 0s}]}]": `shows blind spot "slo", which blind_spots does not name: did you mean "slow"?`,
		good + "tests: [{name: x}]":                                                  `tests[0]: "x" has no steps`,
		good + "tests: [{steps: [{at: 0s}]}]":                                        `tests[0]: name is missing`,
		good + "tests: [{name: x, steps: [{stats: 200}]}]":                           `a.yaml:6: rule a-rule: tests[0].steps[0]: unknown key "stats": did you mean "status"?`,
		good + "tests: [{name: x, steps: [{claims: {exp: 1h}}]}]":                    `tests[0].steps[0].claims: unknown key "exp"`,
		good + "tests: [{name: x, steps: [{from: nowhere}]}]":                        `step 1: from "nowhere": want an address`,
		good + "tests: [{name: x, steps: [{location: qery}]}]":                       `step 1: unknown location "qery": did you mean "query"?`,
		good + "tests: [{name: x, steps: [{load: 1e9/s for 1h}]}]":                   `load`,
		good + "tests: [{name: x, steps: [{load: 999/s for 1d}]}]":                   `plays more than 1000000 events`,
		good + "tests: [{name: x, steps: [{repeat: 5 each 1m}]}]":                    `repeat "5 each 1m": want TIMES every TIME, such as 5 every 1m`,
		good + "tests: [{name: x, steps: [{load: 1/s for 1s, repeat: 2 every 1s}]}]": `step 1: has both load and repeat`,
		good + "tests: [{name: x, steps: [{at: 1s, after: 1s}]}]":                    `step 1: has both at and after`,
		good + "tests: [{name: x, steps: [{place: 91 0 1 km}]}]":                     `place "91 0 1 km": want LATITUDE LONGITUDE RADIUS km`,
		good + "tests: {}":                                                                   `a.yaml:6: rule a-rule: tests: want a list`,
		good + "references: []":                                                              `references: want keys and values`,
		good + "x: &a [1]\ny: *a":                                                            `unknown key "x"`,
		good + "group: &a [event.host]\nneeds: *a":                                           `needs: is a YAML alias, which rule files do not use`,
		good + "replaces: everything":                                                        `replaces: "everything": want default`,
		strings.Replace(good, "match", "mach", 1):                                            `kind: unknown kind "mach": did you mean "match"?: want one of distinct, dormancy, match, new_value, rate, scope, temporal, travel`,
		strings.Replace(good, "a-rule", "A Rule", 1):                                         `id: "A Rule": want lower-case words joined by -`,
		strings.Replace(good, "where: event.first_in_request\n", "", 1):                      `where: is missing: a rule of kind match needs it`,
		strings.Replace(good, "why: because\n", "", 1):                                       `why: is missing`,
		good + "params: {Grace: 1s}":                                                         `params: "Grace": want a lower-case name`,
		good + "params: {grace: 1 parsec}":                                                   `quantity "1 parsec"`,
		"id: n\ntitle: t\nwhy: w\nkind: new_value\nfield: country\nlearn: {min_events: 3}\n": `learn: wants for, events or both`,
		"id: n\ntitle: t\nwhy: w\nkind: new_value\nfield: country\nlearn: {events: 2, min_events: 3}\n": `learn.min_events: is 3: want at most learn.events, 2`,
		"id: r\ntitle: t\nwhy: w\nkind: rate\nwindow: 8d\nlimit: 1\n":                                   `window: is 192h0m0s: want 1s to 168h0m0s`,
		"id: s\ntitle: t\nwhy: w\nkind: scope\npolicy: [{endpoint: x, any_of: [a]}]\n":                  `policy[0]: endpoint "x": want a path that begins with /, or *`,
		"id: s\ntitle: t\nwhy: w\nkind: scope\npolicy: [{endpoint: /*/x, any_of: [a]}]\n":               `a * stands at the end only`,
		"id: s\ntitle: t\nwhy: w\nkind: scope\npolicy: [{endpoint: /x}]\n":                              `any_of: is missing for /x`,
		strings.Repeat("#", MaxFile+1): `is larger than 262144 bytes`,
	} {
		_, err := Decode("a.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "a.yaml") {
			t.Errorf("%.200s\nwant %s\ngot  %v", text, want, err)
		}
	}
}

// Words that the format no longer has are errors that name file, line and rule, and the word to write instead.
func TestDecodeRenamedWords(t *testing.T) {
	const head = "id: a-rule\ntitle: A rule\nwhy: because\n"
	for name, c := range map[string]struct{ text, want string }{
		"kind silence":     {"kind: silence\ngap: 30d", `a.yaml:4: rule a-rule: kind: "silence" is called "dormancy"`},
		"kind new":         {"kind: new\nfield: country\nlearn: {events: 3}", `a.yaml:4: rule a-rule: kind: "new" is called "new_value"`},
		"times":            {"kind: rate\nwindow: 60s\nlimit: 1\ntimes: 3\nlearn: {events: 3}", `a.yaml:7: rule a-rule: key "times" is called "factor"`},
		"per":              {"kind: distinct\nwindow: 60s\ncount: {object: 3}\nper: endpoint", `a.yaml:7: rule a-rule: key "per" is called "partition_by"`},
		"mark":             {"kind: scope\nmark: event.write", `a.yaml:5: rule a-rule: key "mark" is called "remember"`},
		"habit":            {"kind: travel\ndistance: 500 km\nspeed: 900 km/h\nhabit: 7d", `a.yaml:7: rule a-rule: key "habit" is called "known_after"`},
		"least":            {"kind: distinct\nwindow: 60s\ncount: {asn: 3, client: 3}\nleast: 1", `a.yaml:7: rule a-rule: key "least" is called "min_fields"`},
		"only":             {"kind: new_value\nfield: access\nlearn: {events: 3}\nonly: [write]", `a.yaml:7: rule a-rule: key "only" is called "values"`},
		"fleet":            {"kind: new_value\nfield: client\nlearn: {events: 3}\nfleet: 5", `a.yaml:7: rule a-rule: key "fleet" is called "peers"`},
		"switches":         {"kind: travel\ndistance: 500 km\nswitches: 3\nwindow: 60s", `a.yaml:6: rule a-rule: key "switches" is called "transitions"`},
		"borders":          {"kind: travel\ndistance: 500 km\nspeed: 900 km/h\nborders: true", `a.yaml:7: rule a-rule: key "borders" is called "cross_border_only"`},
		"learn.at_least":   {"kind: new_value\nfield: client\nlearn: {for: 14d, at_least: 5}", `a.yaml:6: rule a-rule: learn: key "at_least" is called "min_events"`},
		"by client":        {"kind: rate\nwindow: 60s\nlimit: 1\nby: client", `a.yaml:7: rule a-rule: by: "client" is called "network"`},
		"rule.since_mark":  {"kind: match\nwhere: rule.since_mark > 60\nremember: event.write", `a.yaml:5: rule a-rule: where: "rule.since_mark" is called "rule.since"`},
		"event.first":      {"kind: match\nwhere: event.first", `a.yaml:5: rule a-rule: where: "event.first" is called "event.first_in_request"`},
		"name in severity": {"kind: scope\nseverity_when:\n  - if: event.first\n    severity: high", `a.yaml:6: rule a-rule: severity_when[0].if: "event.first" is called`},
		"{said}":           {"kind: scope\nsummary: \"{said} from {from}\"", `a.yaml:5: rule a-rule: summary: "{said}" is called "{observed}"`},
		"{known}":          {"kind: scope\nbaseline: \"{known}\"", `a.yaml:5: rule a-rule: baseline: "{known}" is called "{baseline}"`},
		"first of a step":  {"kind: scope\ntests: [{name: x, steps: [{first: false}]}]", `a.yaml:5: rule a-rule: tests[0].steps[0]: key "first" is called "first_in_request"`},
		"first of given":   {"kind: scope\ntests: [{name: x, given: {first: false}, steps: [{at: 0s}]}]", `tests[0].given: key "first" is called "first_in_request"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode("a.yaml", []byte(head+c.text+"\n"))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %s\ngot  %v", c.want, err)
			}
		})
	}
}

func TestQuantities(t *testing.T) {
	for text, want := range map[string]Quantity{
		"600": {600, Number, "600"}, "1.5h": {5400, Time, "1.5h"}, "-61s": {-61, Time, "-61s"}, "-1h30m": {-5400, Time, "-1h30m"},
		"1y": {31536000, Time, "1y"}, "250ms": {0.25, Time, "250ms"}, "500 km": {500, Length, "500 km"}, "500km": {500, Length, "500km"},
		"900 km/h": {900, Velocity, "900 km/h"}, "100 MB": {1e8, Size, "100 MB"}, " 2 d ": {172800, Time, "2 d"},
	} {
		if got, err := ParseQuantity(text); err != nil || got != want {
			t.Errorf("%q: want %v, got %v, %v", text, want, got, err)
		}
	}
	for _, text := range []string{"", "s", "1x", "1 km 2 km", "1h 2 km", "5s 3", "--3", "1e9999", "1-2", "."} {
		if got, err := ParseQuantity(text); err == nil {
			t.Errorf("%q: want an error, got %v", text, got)
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"severity", "suppress", "summary", "sql"}
	for word, want := range map[string]string{"severty": "severity", "supress": "suppress", "sumamry": "summary", "sqk": "sql", "banana": "", "": "", "s": ""} {
		if got := Suggest(word, known); got != want {
			t.Errorf("%q: want %q, got %q", word, want, got)
		}
	}
}

func TestDefaultsCoverTheirBlindSpots(t *testing.T) {
	defs, err := Defaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range defs {
		fires, silent := false, false
		for _, test := range d.Tests {
			fires = fires || len(test.Expect) > 0
			silent = silent || len(test.Expect) == 0
		}
		if !fires || !silent {
			t.Errorf("%s: want a test that fires and one that does not", d.File)
		}
		if len(d.BlindSpots) == 0 || len(d.References.Attack) == 0 || len(d.References.Article) == 0 || len(d.NextSteps) == 0 {
			t.Errorf("%s: want blind spots, references and next steps", d.File)
		}
		if filepath.Base(d.File) != d.ID+".yaml" {
			t.Errorf("%s holds rule %s", d.File, d.ID)
		}
	}
}

func TestLoad(t *testing.T) {
	own := strings.Replace(good, "a-rule", "token-burst", 1)
	for name, c := range map[string]struct {
		files map[string]string // by directory and name
		want  string            // part of the error; empty: none
	}{
		"one more":               {map[string]string{"a/x.yaml": good, "a/notes.txt": "?"}, ""},
		"in place of a default":  {map[string]string{"a/x.yaml": own + "replaces: default\n"}, ""},
		"a default by accident":  {map[string]string{"a/x.yaml": own}, `is also that of the default rule defaults/token-burst.yaml: say "replaces: default"`},
		"replaces nothing":       {map[string]string{"a/x.yaml": good + "replaces: default\n"}, `replaces: there is no default rule of this id`},
		"twice in one directory": {map[string]string{"a/x.yaml": good, "a/y.yaml": good}, `y.yaml: rule a-rule: id: is also that of`},
		"in two directories":     {map[string]string{"a/x.yaml": good, "b/x.yaml": good}, `b/x.yaml: rule a-rule: id: is also that of`},
		"replaced twice":         {map[string]string{"a/x.yaml": own + "replaces: default\n", "b/x.yaml": own + "replaces: default\n"}, `is also that of`},
		"no directory":           {nil, `read rules in`},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			var dirs []string
			for f, text := range c.files {
				path := filepath.Join(root, f)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, d := range []string{"a", "b"} {
				if _, err := os.Stat(filepath.Join(root, d)); err == nil || c.files == nil {
					dirs = append(dirs, filepath.Join(root, d))
				}
			}
			defs, err := Load(dirs)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("want %q, got %v", c.want, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			last := defs[len(defs)-1]
			for _, d := range defs {
				if d.ID == "token-burst" && d.Replaces == "default" {
					last = d
				}
			}
			if !strings.HasSuffix(last.File, "a/x.yaml") {
				t.Errorf("the own rule was not loaded: %s", last.File)
			}
		})
	}
}

func TestPlay(t *testing.T) {
	d, err := Decode("a.yaml", []byte(good+`tests:
  - name: steps
    given: {status: 200, claims: {expires: 1h}, place: 1 2 3 km}
    steps:
      - load: 2/s for 1s
      - {status: 404, claims: {expires: -1s, alg: none}}
      - {after: 10s, repeat: 2 every 1m, place: 4 5 6 km}
      - {at: 5s, token: other, first_in_request: false}
`))
	if err != nil {
		t.Fatal(err)
	}
	type seen struct {
		at      time.Duration
		status  int
		expires int64
		lat     float64
		first   bool
	}
	var got []seen
	for e := range d.Tests[0].Play {
		got = append(got, seen{e.Time.Sub(TestStart), e.Status, e.Claims.Expires - e.Time.Unix(), e.Geo.Lat, e.FirstInRequest})
		if !e.Claims.JWT || e.Fingerprint.IsZero() {
			t.Errorf("event %+v", e)
		}
	}
	want := []seen{{0, 200, 3600, 1, true}, {500 * time.Millisecond, 200, 3600, 1, true}, {time.Second, 404, -1, 1, true},
		{11 * time.Second, 200, 3600, 4, true}, {71 * time.Second, 200, 3600, 4, true}, {5 * time.Second, 200, 3600, 1, false}}
	if len(got) != len(want) {
		t.Fatalf("want %v, got %v", want, got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d: want %v, got %v", i, want[i], got[i])
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(good))
	defs, err := Defaults()
	if err != nil {
		f.Fatal(err)
	}
	for _, d := range defs {
		content, err := defaults.ReadFile(d.File)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := Decode("fuzz.yaml", content)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.yaml") {
				t.Errorf("error does not name its file: %v", err)
			}
			return
		}
		n := 0
		for i := range d.Tests {
			for range d.Tests[i].Play {
				if n++; n > 1000 {
					return
				}
			}
		}
	})
}
