package kind

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules"
)

func TestEveryKindOfRulesHasAConstructor(t *testing.T) {
	if got, want := slices.Sorted(maps.Keys(constructors)), rules.Kinds(); !slices.Equal(got, want) {
		t.Errorf("want %v, got %v", want, got)
	}
}

func decode(t *testing.T, text string) rules.Definition {
	t.Helper()
	d, err := rules.Decode("test.yaml", []byte("id: r\ntitle: t\nwhy: w\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A constructor changes neither the definition nor the options, and gives a spec with texts.
func TestConstructorsChangeNothing(t *testing.T) {
	tried := map[string]bool{}
	for name, text := range map[string]string{
		"match":        "kind: match\nwhere: event.accepted\nmeasure: profile.idle\n",
		"rate":         "kind: rate\nwindow: 60s\nlimit: 5\nfactor: 3\nlearn: {events: 20}\npeers: 3\n",
		"bytes":        "kind: rate\nwindow: 60s\nbytes: 1 MB\n",
		"token bucket": "kind: rate\nlimit: 5\nrefill: 10s\n",
		"distinct":     "kind: distinct\nwindow: 5m\ncount: {network: 3, asn: 2}\nmin_fields: 1\n",
		"partitioned":  "kind: distinct\nwindow: 5m\ncount: {address: 3}\npartition_by: endpoint\n",
		"new value":    "kind: new_value\nfield: network_class\nlearn: {events: 3}\nvalues: [hosting]\npeers: 2\n",
		"travel":       "kind: travel\ndistance: 500 km\nspeed: 900 km/h\n",
		"transitions":  "kind: travel\ndistance: 500 km\ntransitions: 3\nwindow: 30m\n",
		"scope":        "kind: scope\npolicy: [{endpoint: /b*, any_of: [x]}, {endpoint: /abc*, any_of: [y]}]\n",
		"binding":      "kind: scope\nof: binding\n",
		"dormancy":     "kind: dormancy\ngap: 30d\n",
		"temporal":     "kind: temporal\nwindow: 5m\nstages: [{name: a, if: event.accepted}, {name: b, if: event.denied}]\n",
	} {
		t.Run(name, func(t *testing.T) {
			d, before := decode(t, text), decode(t, text)
			tried[d.Kind] = true
			policy := []rules.ScopeRule{{Endpoint: "/x*", AnyOf: []string{"read"}}, {Endpoint: "/long*", AnyOf: []string{"write"}}}
			o := Options{State: new(profile.Registry), Lateness: time.Minute, ScopePolicy: slices.Clone(policy)}
			e, spec, err := New(&d, o)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(d, before) || !reflect.DeepEqual(o.ScopePolicy, policy) {
				t.Error("the constructor changed what it was given")
			}
			if e == nil || spec.Texts.Summary == "" {
				t.Errorf("evaluator %v, spec %+v", e, spec)
			}
		})
	}
	for _, name := range rules.Kinds() {
		if !tried[name] {
			t.Errorf("no rule of kind %s is tried", name)
		}
	}
}

// Two rules of one kind never share state: their slots differ.
func TestSlotsDifferByRule(t *testing.T) {
	reg := new(profile.Registry)
	a, b := decode(t, "kind: rate\nwindow: 60s\nlimit: 5\n"), decode(t, "kind: rate\nwindow: 60s\nlimit: 5\n")
	b.ID = "other"
	var slots []any
	for _, d := range []*rules.Definition{&a, &b, &a} {
		e, _, err := New(d, Options{State: reg, Lateness: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		slots = append(slots, e.(*rate).slot)
	}
	if slots[0] == slots[1] || slots[0] != slots[2] {
		t.Errorf("slots %v", slots)
	}
}
