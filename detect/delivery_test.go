package detect

import (
	"fmt"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
)

// The promise of the package, as one property: whatever the checkpoints, crashes, evictions and replays, the tables hold
// in the end what one uninterrupted run writes, and usage sums to a plain count.
func TestCrashesChangeNothing(t *testing.T) {
	runs := 150
	if testing.Short() {
		runs = 20
	}
	total := Stats{}
	for seed := range uint64(runs) {
		w := newScenario(t, seed)
		uninterrupted, interrupted := newStore(), newStore()
		w.run(uninterrupted, 0)
		total.Add(w.run(interrupted, 0.3))
		if diff := uninterrupted.diff(interrupted); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		if diff := w.compareUsage(uninterrupted); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		if len(uninterrupted.alerts) == 0 || len(uninterrupted.usage) == 0 {
			t.Fatalf("seed %d: the run proves nothing: %d alerts, %d usage rows", seed, len(uninterrupted.alerts), len(uninterrupted.usage))
		}
	}
	t.Logf("interrupted runs: %+v", total)
	if total.Replayed == 0 || total.Repeats == 0 || total.Restored == 0 || total.Late == 0 || total.Suppressed == 0 || total.Unreadable != 0 {
		t.Errorf("the runs did not meet every case: %+v", total)
	}
}

var testRules = []string{`
id: burst
title: burst
why: test
kind: rate
window: 20s
limit: 4
suppress: 2m
`, `
id: country
title: country
why: test
kind: new_value
field: country
learn: {events: 3}
suppress: 5m
peers: 1
`, `
id: far
title: far
why: test
kind: travel
distance: 500 km
speed: 900 km/h
known_after: 1h
suppress: 10m
severity_when: [{if: event.accepted, severity: high}]
`, `
id: url
title: url
why: test
kind: match
where: event.location == "query" && profile.requests >= 2
measure: profile.idle
group: [event.endpoint, event.param]
suppress: 1m
`, `
id: failures
title: failures
why: test
kind: rate
by: network
where: event.denied
window: 60s
limit: 2
suppress: 2m
`, `
id: leak
title: leak
why: test
kind: rate
by: network
where: event.denied
refill: 40s
limit: 1
suppress: 2m
`, `
id: habit
title: habit
why: test
kind: rate
window: 60s
limit: 1
factor: 1
learn: {events: 10}
suppress: 2m
peers: 2
severity_when: [{if: hit.ratio > 2, severity: high}]
`, `
id: egress
title: egress
why: test
kind: rate
window: 60s
bytes: 1 kB
suppress: 2m
`, `
id: shared
title: shared
why: test
kind: distinct
window: 2m
count: {network: 3, asn: 2, client: 2}
min_fields: 2
suppress: 3m
severity_when: [{if: hit.reached == 3, severity: high}]
`, `
id: spray
title: spray
why: test
kind: distinct
by: network
window: 3m
count: {token: 2}
suppress: 2m
`, `
id: objects
title: objects
why: test
kind: distinct
window: 5m
count: {address: 2}
partition_by: endpoint
factor: 1.5
learn: {events: 9}
suppress: 2m
`, `
id: sequence
title: sequence
why: test
kind: distinct
by: issuer
window: 3m
count: {token: 2}
where: event.strength.sequence != ""
suppress: 2m
`, `
id: gap
title: gap
why: test
kind: dormancy
gap: 90s
suppress: 2m
`, `
id: older
title: older
why: test
kind: dormancy
by: family
successor: 30s
suppress: 2m
`, `
id: places
title: places
why: test
kind: travel
distance: 500 km
transitions: 2
window: 5m
cross_border_only: true
suppress: 2m
`, `
id: after
title: after
why: test
kind: match
where: event.accepted && rule.since > 20
remember: event.write && event.accepted
suppress: 2m
`, `
id: stages
title: stages
why: test
kind: temporal
window: 1m
ordered: true
stages: [{name: refused, if: event.denied}, {name: written, if: event.write && event.accepted}]
suppress: 2m
`, `
id: both
title: both
why: test
kind: temporal
window: 30s
stages: [{name: refused, if: event.status == 403}, {name: failed, if: event.status == 500}]
suppress: 2m
`}

// The crash tests meet every kind of rule.
func TestCrashTestsMeetEveryKind(t *testing.T) {
	covered := map[string]bool{}
	for _, r := range compileTestRules(t, Options{}).rules {
		covered[r.def.Kind] = true
	}
	for _, kind := range rules.Kinds() {
		if !covered[kind] && kind != "scope" { // scope keeps no state
			t.Errorf("no test rule is of kind %s", kind)
		}
	}
}

func compileTestRules(t testing.TB, o Options) *Engine {
	t.Helper()
	var defs []rules.Definition
	for _, text := range testRules {
		d, err := rules.Decode("test-rules.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		defs = append(defs, d)
	}
	e, err := New(defs, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// run plays the messages; with the given chance after each one a checkpoint is made, and any write of a checkpoint may
// be the last before a crash.
func (w *scenario) run(to *store, chance float64) (total Stats) {
	p := w.engine.NewPartition()
	for next := 0; next < len(w.messages) || len(p.outbox.dirty) > 0; {
		if next < len(w.messages) {
			pos := tokenwarden.Position{Partition: 3, Epoch: 1, Offset: int64(next)}
			if chance > 0 && w.rng.IntN(10) == 0 {
				p.Begin(pos, w.messages[next]) // the store did not answer: the caller tries again
			}
			var found []tokenwarden.Profile
			for _, s := range p.Begin(pos, w.messages[next]) {
				if row, ok := to.profiles[s]; ok {
					found = append(found, row)
				}
			}
			p.Restore(found)
			total.Add(p.Apply())
			next++
		}
		if next < len(w.messages) && w.rng.Float64() >= chance {
			continue
		}
		var c tokenwarden.Checkpoint
		p.Checkpoint(&c)
		if chance > 0 && w.rng.IntN(2) == 0 {
			to.write(&c, w.rng.IntN(5), w.rng.Float64())
			p = w.engine.NewPartition()
			p.Resume(&to.last)
			next = int(to.last.Position.Offset) + 1
			continue
		}
		to.write(&c, 5, 0)
		p.Committed()
	}
	return total
}

func (w *scenario) compareUsage(got *store) string {
	type key struct {
		fp                      tokenwarden.Fingerprint
		minute                  time.Time
		host, endpoint, country string
		class                   uint8
	}
	type sum struct{ requests, errors, bytes uint64 }
	want, have := map[key]sum{}, map[key]sum{}
	for _, e := range w.first {
		if !e.FirstInRequest {
			continue
		}
		k := key{e.Fingerprint, e.Time.Truncate(time.Minute), e.Host, e.Endpoint, e.Geo.Country, uint8(e.Status / 100)}
		s := want[k]
		s.requests++
		s.bytes += uint64(e.Bytes)
		if e.Status >= 400 {
			s.errors++
		}
		want[k] = s
	}
	for _, r := range got.usage {
		k := key{r.Fingerprint, r.Minute, r.Host, r.Endpoint, r.Country, r.StatusClass}
		s := have[k]
		have[k] = sum{s.requests + r.Requests, s.errors + r.Errors, s.bytes + r.Bytes}
	}
	if diff := diffMap("usage sums", want, have); diff != "" {
		return diff
	}
	if len(got.events) != len(w.first) {
		return fmt.Sprintf("events: want %d, got %d", len(w.first), len(got.events))
	}
	return ""
}
