package detect

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
)

const temporalRules = `id: any-order
title: t
why: w
kind: temporal
window: 5m
stages:
  - {name: refused, if: event.status == 403}
  - {name: admin, if: 'event.path startsWith "/admin"'}
tests:
  - name: both within the window
    steps: [{status: 403}, {after: 4m59s, target: "/admin/x?y"}, {after: 1h}]
    expect: [{at: 4m59s, says: "in 5 min: refused, admin"}]
  - name: the other way round
    steps: [{target: /admin}, {after: 1m, status: 403}]
    expect: [{at: 1m}]
  - name: one event may be both
    steps: [{target: /admin, status: 403}]
    expect: [{at: 0s, count: 1}]
  - name: a moment too far apart
    steps: [{status: 403}, {after: 5m, target: /admin}]
    expect: []
  - name: another token
    steps: [{status: 403}, {after: 1m, target: /admin, token: other}]
    expect: []
  - name: a late event counts where it belongs
    steps: [{at: 10m, status: 403}, {at: 8m, target: /admin}]
    expect: [{at: 8m}]
  - name: one that is late by more than the window does not count
    steps: [{at: 10m, status: 403}, {at: 4m, target: /admin}]
    expect: []
---
id: in-order
title: t
why: w
kind: temporal
window: 5m
ordered: true
stages:
  - {name: refused, if: event.status == 403}
  - {name: admin, if: 'event.path == "/admin"'}
  - {name: gone, if: event.method == "DELETE"}
tests:
  - name: one after the other
    steps: [{status: 403}, {after: 1m, target: /admin}, {after: 1m, method: DELETE}]
    expect: [{at: 2m, says: "refused, then admin, then gone"}]
  - name: in another order
    steps: [{target: /admin}, {after: 1m, status: 403}, {after: 1m, method: DELETE}]
    expect: []
  - name: a run counts from its first event
    steps: [{status: 403}, {after: 3m, target: /admin}, {after: 3m, method: DELETE}]
    expect: []
  - name: a later beginning saves the run
    steps: [{status: 403}, {after: 3m, status: 403}, {after: 1m, target: /admin}, {after: 3m, method: DELETE}]
    expect: [{at: 7m}]
  - name: one event is one stage
    steps: [{target: /admin, status: 403, method: DELETE}]
    expect: []
  - name: what comes late is not the successor
    steps: [{at: 2m, status: 403}, {at: 3m, target: /admin}, {at: 1m, method: DELETE}]
    expect: []
`

func temporalDefinitions(t *testing.T) (defs []rules.Definition) {
	t.Helper()
	for text := range strings.SplitSeq(temporalRules, "---\n") {
		d, err := rules.Decode("temporal.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		defs = append(defs, d)
	}
	return defs
}

func TestTemporal(t *testing.T) {
	for _, d := range temporalDefinitions(t) {
		t.Run(d.ID, func(t *testing.T) {
			for _, f := range RunTests(d) {
				t.Error(f)
			}
		})
	}
}

// Stages ask user-supplied lists too.
func TestTemporalAsksLists(t *testing.T) {
	d, err := rules.Decode("a.yaml", []byte("id: r\ntitle: t\nwhy: w\nkind: temporal\nwindow: 5m\nstages: [{name: a, if: event.watched}, {name: b, if: event.status == 403}]\n"+
		"tests:\n  - name: both\n    lists: {watchlist: \"TOKEN(known)\"}\n    steps: [{token: known}, {after: 1m, token: known, status: 403}]\n    expect: [{at: 1m}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range RunTests(d) {
		t.Error(f)
	}
}

// A profile that was stored between two stages goes on where it was.
func TestTemporalIsStored(t *testing.T) {
	for _, d := range temporalDefinitions(t) {
		t.Run(d.ID, func(t *testing.T) {
			e, err := New([]rules.Definition{d}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			p := e.NewPartition()
			test := &d.Tests[0]
			n := 0
			for ev := range test.Play {
				if n++; n > 1 { // each event but the first meets a profile read from its state
					var c tokenwarden.Checkpoint
					p.Checkpoint(&c)
					q := e.NewPartition()
					q.Resume(&c)
					u := tokenwarden.Usage{Subject: tokenwarden.TokenSubject(ev.Fingerprint), Event: *ev}
					if len(q.Begin(tokenwarden.Position{Offset: c.Position.Offset + 1}, []tokenwarden.Usage{u})) != 1 {
						t.Fatal("the new partition knows the token")
					}
					q.Restore(c.Profiles)
					if s := q.Apply(); s.Restored != 1 {
						t.Fatal("the state was not read")
					}
					p = q
					continue
				}
				p.Observe(ev)
			}
			var c tokenwarden.Checkpoint
			p.Checkpoint(&c)
			if len(c.Profiles) != 1 || d.ID == "in-order" && len(c.Alerts) != 1 {
				t.Errorf("%s: %d alerts", d.ID, len(c.Alerts))
			}
		})
	}
}

func TestTemporalErrors(t *testing.T) {
	const head = "id: r\ntitle: t\nwhy: w\nkind: temporal\nwindow: 5m\n"
	for text, want := range map[string]string{
		head: "stages: is missing",
		head + "stages: [{name: a, if: event.first_in_request}]":                               "stages: are 1: want 2 to 8",
		head + "stages: [{name: a, if: event.first_in_request}, {if: event.first_in_request}]": "stages[1]: name is missing",
		head + "stages: [{name: a, if: event.first_in_request}, {name: b}]":                    "stages[1]: if: want an expression",
		head + "stages: [{name: a, if: event.first_in_request}, {name: b, iff: x}]":            `unknown key "iff": did you mean "if"?`,
		head + "stages: [{name: a, if: event.first_in_request}, {name: b, if: event.x}]":       "kind: stages[1]: column 1: unknown name",
	} {
		t.Run(want, func(t *testing.T) {
			d, err := rules.Decode("a.yaml", []byte(text))
			if err == nil {
				_, err = New([]rules.Definition{d}, Options{})
			}
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s\nwant %s, got %v", text, want, err)
			}
		})
	}
}
