package rules

import (
	"strings"
	"testing"
)

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
