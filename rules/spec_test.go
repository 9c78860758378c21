package rules

import (
	"reflect"
	"strings"
	"testing"
)

// specHead are the keys that a rule of any kind has. A spec in the tests begins in line 4.
const specHead = "id: a\ntitle: t\nwhy: w\n"

func TestSpecErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"match without where":     {strings.Replace(good, "where: event.first_in_request\n", "", 1), `where: is missing: a rule of kind match needs it`},
		"learn without end":       {"id: n\ntitle: t\nwhy: w\nkind: new_value\nfield: country\nlearn: {min_events: 3}\n", `learn: wants for, events or both`},
		"min_events above events": {"id: n\ntitle: t\nwhy: w\nkind: new_value\nfield: country\nlearn: {events: 2, min_events: 3}\n", `learn.min_events: is 3: want at most learn.events, 2`},
		"window too long":         {"id: r\ntitle: t\nwhy: w\nkind: rate\nwindow: 8d\nlimit: 1\n", `window: is 192h0m0s: want 1s to 168h0m0s`},
		"scope endpoint":          {"id: s\ntitle: t\nwhy: w\nkind: scope\npolicy: [{endpoint: x, any_of: [a]}]\n", `policy[0]: endpoint "x": want a path that begins with /, or *`},
		"scope star":              {"id: s\ntitle: t\nwhy: w\nkind: scope\npolicy: [{endpoint: /*/x, any_of: [a]}]\n", `a * stands at the end only`},
		"scope without any_of":    {"id: s\ntitle: t\nwhy: w\nkind: scope\npolicy: [{endpoint: /x}]\n", `any_of: is missing for /x`},

		"rate without window":      {specHead + "kind: rate\nlimit: 1", `window: is missing: a rule of kind rate needs it, or refill`},
		"rate without limit":       {specHead + "kind: rate\nwindow: 60s", `limit: a rule of kind rate needs limit or bytes, and not both`},
		"limit and bytes":          {specHead + "kind: rate\nwindow: 60s\nlimit: 1\nbytes: 1 MB", `a.yaml:6: rule a: limit: a rule of kind rate needs limit or bytes, and not both`},
		"limit too great":          {specHead + "kind: rate\nwindow: 60s\nlimit: 2147483649", `limit: is more than 2147483648`},
		"bytes too many":           {specHead + "kind: rate\nwindow: 60s\nbytes: 2000000 GB", `bytes: want 0 B to 1000000 GB`},
		"refill and window":        {specHead + "kind: rate\nwindow: 60s\nlimit: 1\nrefill: 1s", `a.yaml:7: rule a: refill: stands with limit alone`},
		"refill too long":          {specHead + "kind: rate\nlimit: 1\nrefill: 25h", `refill: is 25h0m0s: want 1ms to 24h0m0s`},
		"peers too many":           {specHead + "kind: rate\nwindow: 60s\nlimit: 1\npeers: 9", `peers: is 9: want 0 to 8 tokens`},
		"factor too small":         {specHead + "kind: rate\nwindow: 60s\nlimit: 1\nfactor: 0.5\nlearn: {events: 3}", `factor: is 0.5: want 1 to 1000`},
		"factor without learn":     {specHead + "kind: rate\nwindow: 60s\nlimit: 1\nfactor: 2", `learn: is missing: factor compares with what was learned`},
		"learn without factor":     {specHead + "kind: rate\nwindow: 60s\nlimit: 1\nlearn: {events: 3}", `factor: is missing: learn alone does nothing`},
		"learn too long":           {specHead + "kind: new_value\nfield: country\nlearn: {for: 366d}", `a.yaml:6: rule a: learn.for: is 8784h0m0s: want 1h0m0s to 8760h0m0s`},
		"learn too many":           {specHead + "kind: new_value\nfield: country\nlearn: {events: 9999999999}", `learn: counts more than 2147483648 events`},
		"distinct without count":   {specHead + "kind: distinct\nwindow: 60s", `count: is missing: a rule of kind distinct needs it`},
		"distinct of no field":     {specHead + "kind: distinct\nwindow: 60s\ncount: {}", `count: is missing: a rule of kind distinct needs it`},
		"distinct without window":  {specHead + "kind: distinct\ncount: {asn: 2}", `window: is missing: a rule of kind distinct needs it`},
		"count of too many fields": {specHead + "kind: distinct\nwindow: 60s\ncount: {asn: 2, client: 2, host: 2, owner: 2, param: 2}", `count: has 5 fields: at most 4`},
		"count of one":             {specHead + "kind: distinct\nwindow: 60s\ncount: {asn: 1}", `count: asn is 1: want 2 to 500`},
		"min_fields above count":   {specHead + "kind: distinct\nwindow: 60s\ncount: {asn: 2}\nmin_fields: 2", `min_fields: is 2: want at most the 1 fields of count`},
		"partition of two fields":  {specHead + "kind: distinct\nwindow: 60s\ncount: {asn: 2, client: 2}\npartition_by: host", `partition_by: goes with one field of count`},
		"factor of two fields":     {specHead + "kind: distinct\nwindow: 60s\ncount: {asn: 2, client: 2}\nfactor: 2\nlearn: {events: 3}", `factor: goes with one field of count`},
		"new_value without field":  {specHead + "kind: new_value\nlearn: {events: 3}", `field: is missing: a rule of kind new_value needs it`},
		"new_value without learn":  {specHead + "kind: new_value\nfield: country", `learn: is missing: a rule of kind new_value needs it`},
		"travel without distance":  {specHead + "kind: travel\nspeed: 900 km/h", `distance: is missing: a rule of kind travel needs it`},
		"speed and transitions":    {specHead + "kind: travel\ndistance: 1 km\nspeed: 900 km/h\ntransitions: 2\nwindow: 60s", `speed: a rule of kind travel has speed or transitions, and not both`},
		"transitions too many":     {specHead + "kind: travel\ndistance: 1 km\ntransitions: 9\nwindow: 60s", `transitions: is 9: want 1 to 8`},
		"window without it":        {specHead + "kind: travel\ndistance: 1 km\nspeed: 900 km/h\nwindow: 60s", `window: goes with transitions`},
		"distance too great":       {specHead + "kind: travel\ndistance: 20001 km\nspeed: 900 km/h", `distance: is 20001 km: want 0 to 20000 km`},
		"speed below zero":         {specHead + "kind: travel\ndistance: 1 km\nspeed: -1 km/h", `speed: is -1 km/h: want 0 to 1000000 km/h`},
		"known_after too short":    {specHead + "kind: travel\ndistance: 1 km\nspeed: 900 km/h\nknown_after: 1m", `known_after: is 1m0s: want 1h0m0s to 8760h0m0s`},
		"scope of something else":  {specHead + "kind: scope\nof: bindings", `of: "bindings": want scopes or binding`},
		"dormancy of nothing":      {specHead + "kind: dormancy", `gap: a rule of kind dormancy has one of gap, age and successor, not 0`},
		"dormancy of two":          {specHead + "kind: dormancy\ngap: 1d\nage: 1d", `gap: a rule of kind dormancy has one of gap, age and successor, not 2`},
		"successor by token":       {specHead + "kind: dormancy\nsuccessor: 1d", `by: tokens succeed each other within a family: want family`},
		"gap too short":            {specHead + "kind: dormancy\ngap: 1s", `gap: is 1s: want 1m0s to 87600h0m0s`},
		"temporal without window":  {specHead + "kind: temporal\nstages: [{name: a, if: b}, {name: c, if: d}]", `window: is missing: a rule of kind temporal needs it`},
		"one stage":                {specHead + "kind: temporal\nwindow: 60s\nstages: [{name: a, if: b}]", `stages: are 1: want 2 to 8`},
		"stage without condition":  {specHead + "kind: temporal\nwindow: 60s\nstages: [{name: a, if: b}, {name: c}]", `stages[1]: if: want an expression`},
		"misspelled key":           {specHead + "kind: dormancy\ngapp: 1d", `a.yaml:5: rule a: unknown key "gapp": did you mean "gap"?`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode("a.yaml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "a.yaml") {
				t.Errorf("%.200s\nwant %s\ngot  %v", c.text, c.want, err)
			}
		})
	}
}

// A rule has the keys of its kind, and no other kind's.
func TestKindKeys(t *testing.T) {
	want := map[string]string{
		"match": "measure", "rate": "window limit bytes refill factor learn peers", "distinct": "window count min_fields partition_by factor learn",
		"new_value": "field learn values peers", "travel": "distance speed transitions window known_after cross_border_only",
		"scope": "policy of", "dormancy": "gap age successor", "temporal": "window stages ordered",
	}
	common := fields(reflect.TypeFor[Definition]())
	for _, kind := range Kinds() {
		t.Run(kind, func(t *testing.T) {
			var got []string
			for _, f := range specFields(kind) {
				got = append(got, f.name)
				if _, twice := find(common, f.name); twice {
					t.Errorf("%s is a common key as well", f.name)
				}
			}
			if strings.Join(got, " ") != want[kind] {
				t.Errorf("keys %v, want %s", got, want[kind])
			}
		})
	}
	if len(Kinds()) != len(want) {
		t.Errorf("kinds %v", Kinds())
	}
}

// A definition that was not read from a file has a spec of its kind.
func TestSpecOfAnotherKind(t *testing.T) {
	d := Definition{ID: "a", Title: "t", Why: "w", Kind: "rate", Spec: new(Match), File: "a.yaml"}
	if err := d.Validate(); err == nil || err.Error() != "a.yaml: rule a: kind: is rate, but the spec is a *rules.Match" {
		t.Errorf("got %v", err)
	}
}
