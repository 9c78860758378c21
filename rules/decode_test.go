package rules

import (
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// good is a rule without a fault, of five lines.
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
	for name, c := range map[string]struct{ text, want string }{
		"empty file":                {"", `a.yaml: is empty`},
		"broken YAML":               {"id: [", `a.yaml: line 1: did not find expected node content`},
		"two documents":             {good + "---\nid: b\n", `a.yaml: holds more than one document: want one rule per file`},
		"misspelled key":            {good + "severty: high", `a.yaml:6: rule a-rule: unknown key "severty": did you mean "severity"?`},
		"unknown severity":          {good + "severity: huge", `a.yaml:6: rule a-rule: severity: unknown severity "huge": want info, low, medium, high or critical`},
		"key of another kind":       {good + "window: 60s", `a.yaml:6: rule a-rule: window: a rule of kind match has no use for it`},
		"time without unit":         {good + "suppress: 5", `a.yaml:6: rule a-rule: suppress: "5": want a time such as 60s, 5m, 12h or 14d`},
		"time too short":            {good + "suppress: 1ms", `a.yaml:6: rule a-rule: suppress: is 1ms: want 1s to 2160h0m0s`},
		"time too long":             {good + "suppress: 9999999999y", `is longer than 100 years`},
		"unknown subject":           {good + "by: user", `a.yaml:6: rule a-rule: by: unknown subject "user": want token, family, network or issuer`},
		"attack id":                 {good + "references: {attack: [1528]}", `references.attack: "1528": want T1528 or T1550.001`},
		"OWASP id":                  {good + "references: {owasp: [API11]}", `references.owasp`},
		"article id":                {good + "references: {article: [z]}", `references.article`},
		"group too long":            {good + "group: [a, b, c, d, e]", `group: has 5 fields: at most 4`},
		"blind spot without test":   {good + "blind_spots: {slow: x}", `blind_spots: "slow" has no test that shows it: give one "blind_spot: slow"`},
		"unknown blind spot":        {good + "blind_spots: {slow: x}\ntests: [{name: x, blind_spot: slo, steps: [{at: 0s}]}]", `shows blind spot "slo", which blind_spots does not name: did you mean "slow"?`},
		"test without steps":        {good + "tests: [{name: x}]", `tests[0]: "x" has no steps`},
		"test without name":         {good + "tests: [{steps: [{at: 0s}]}]", `tests[0]: name is missing`},
		"unknown key of a step":     {good + "tests: [{name: x, steps: [{stats: 200}]}]", `a.yaml:6: rule a-rule: tests[0].steps[0]: unknown key "stats": did you mean "status"?`},
		"unknown claim":             {good + "tests: [{name: x, steps: [{claims: {exp: 1h}}]}]", `tests[0].steps[0].claims: unknown key "exp"`},
		"address":                   {good + "tests: [{name: x, steps: [{from: nowhere}]}]", `step 1: from "nowhere": want an address`},
		"location":                  {good + "tests: [{name: x, steps: [{location: qery}]}]", `step 1: unknown location "qery": did you mean "query"?`},
		"load":                      {good + "tests: [{name: x, steps: [{load: 1e9/s for 1h}]}]", `load`},
		"too many events":           {good + "tests: [{name: x, steps: [{load: 999/s for 1d}]}]", `plays more than 1000000 events`},
		"repeat":                    {good + "tests: [{name: x, steps: [{repeat: 5 each 1m}]}]", `repeat "5 each 1m": want TIMES every TIME, such as 5 every 1m`},
		"load and repeat":           {good + "tests: [{name: x, steps: [{load: 1/s for 1s, repeat: 2 every 1s}]}]", `step 1: has both load and repeat`},
		"at and after":              {good + "tests: [{name: x, steps: [{at: 1s, after: 1s}]}]", `step 1: has both at and after`},
		"place":                     {good + "tests: [{name: x, steps: [{place: 91 0 1 km}]}]", `place "91 0 1 km": want LATITUDE LONGITUDE RADIUS km`},
		"tests not a list":          {good + "tests: {}", `a.yaml:6: rule a-rule: tests: want a list`},
		"references not a mapping":  {good + "references: []", `references: want keys and values`},
		"unknown key before alias":  {good + "x: &a [1]\ny: *a", `unknown key "x"`},
		"alias":                     {good + "group: &a [event.host]\nneeds: *a", `needs: is a YAML alias, which rule files do not use`},
		"replaces":                  {good + "replaces: everything", `replaces: "everything": want default`},
		"unknown kind":              {strings.Replace(good, "match", "mach", 1), `kind: unknown kind "mach": did you mean "match"?: want one of ` + strings.Join(Kinds(), ", ")},
		"id":                        {strings.Replace(good, "a-rule", "A Rule", 1), `id: "A Rule": want lower-case words joined by -`},
		"why missing":               {strings.Replace(good, "why: because\n", "", 1), `why: is missing`},
		"param name":                {good + "params: {Grace: 1s}", `params: "Grace": want a lower-case name`},
		"param unit":                {good + "params: {grace: 1 parsec}", `quantity "1 parsec"`},
		"file too large":            {strings.Repeat("#", MaxFile+1), `is larger than 262144 bytes`},
		"a list instead of a rule":  {"- id: a", `a.yaml:1: want keys and values`},
		"no kind":                   {"id: a\ntitle: t\nwhy: w\n", `kind: unknown kind "": want one of`},
		"unknown kind with its key": {"id: a\ntitle: t\nwhy: w\nkind: rat\nwindow: 60s\n", `a.yaml:4: rule a: kind: unknown kind "rat": did you mean "rate"?`},
		"key twice":                 {good + "title: again", `already defined`},
		"severity_when without if":  {good + "severity_when: [{severity: high}]", `a.yaml:6: rule a-rule: severity_when[0].if: want an expression`},
		"long expression":           {good + "remember: \"" + strings.Repeat("x", MaxExpression+1) + "\"", `remember: is longer than 4096 bytes`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode("a.yaml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "a.yaml") {
				t.Errorf("%.200s\nwant %s\ngot  %v", c.text, c.want, err)
			}
		})
	}
}
