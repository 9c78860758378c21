package detect

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// scenario is the input of a usage partition, with the engine that reads it.
type scenario struct {
	t        testing.TB
	rng      *rand.Rand
	engine   *Engine
	messages [][]tokenwarden.Usage
	first    map[string]tokenwarden.Event // every event once, by key
	later    bool                         // the second part of the scenario has begun
	narrow   bool                         // few tokens and keys, so that minutes are opened again and again
}

func newScenario(t testing.TB, seed uint64) *scenario {
	w := &scenario{t: t, rng: rand.New(rand.NewPCG(seed, 7)), first: map[string]tokenwarden.Event{}}
	w.engine = compileTestRules(t, Options{MaxProfiles: MinProfiles, Lateness: 3 * time.Minute})
	now := time.Date(2026, 11, 23, 12, 50, 0, 0, time.UTC)
	w.narrow = seed%2 == 0
	var offsets, epochs [2]int64
	var lines, past [2][][]tokenwarden.Usage // what each input partition has sent since its last epoch, and in the one before
	for n := range 40 + w.rng.IntN(40) {
		if n == 20 && seed%4 > 1 { // two days later there are places that nobody used before
			now, w.later = now.Add(50*time.Hour), true
		}
		part := w.rng.IntN(2)
		if seed%3 != 0 && w.rng.IntN(40) == 0 { // the input topic was made anew
			offsets[part], lines[part], past[part] = 0, nil, lines[part]
			epochs[part]++
		}
		from := len(lines[part])
		if w.rng.IntN(4) == 0 { // ingest crashed: some of what was sent comes again, cut elsewhere
			from -= w.rng.IntN(min(from, 6) + 1)
		}
		for range w.rng.IntN(6) {
			now = now.Add(time.Duration(w.rng.IntN(20000)) * time.Millisecond)
			offsets[part] += 1 + int64(w.rng.IntN(3))
			src := tokenwarden.Source{Topic: "in", Partition: int32(part), Epoch: uint32(min(seed%3, 1)) * uint32(1+3*epochs[part]), Offset: offsets[part]}
			lines[part] = append(lines[part], w.line(now, src))
		}
		var msg []tokenwarden.Usage
		if len(past[part]) > 0 && len(lines[part]) > 3 && w.rng.IntN(4) == 0 { // a straggler of the epoch before
			msg = append(msg, past[part][len(past[part])-1]...)
		}
		for _, line := range lines[part][from:] {
			msg = append(msg, line...)
		}
		w.messages = append(w.messages, msg)
	}
	return w
}

// line makes the usages of one log line.
func (w *scenario) line(now time.Time, src tokenwarden.Source) []tokenwarden.Usage {
	r := w.rng
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	tokens := 60
	if w.narrow {
		tokens, pick = 3, func(of ...string) string { return of[0] }
	}
	if r.IntN(5) == 0 { // out of order, up to later than allowed
		now = now.Add(-time.Duration(r.IntN(400)) * time.Second)
	}
	places := []tokenwarden.Geo{{}, {Country: "DE", ASN: 64500, Lat: 52.5, Lon: 13.4, Radius: 20},
		{Country: "US", ASN: 64501, Lat: 40.7, Lon: -74, Radius: 50}, {Country: "BR", ASN: 64502, Lat: -23.5, Lon: -46.6, Radius: 10}}
	if w.later {
		places = append(places, tokenwarden.Geo{Country: "JP"}, tokenwarden.Geo{Country: "AU"})
	}
	e := tokenwarden.Event{
		Time: now, Fingerprint: tokenwarden.Fingerprint{byte(min(r.IntN(tokens), r.IntN(tokens)))}, TokenKind: pick("", "jwt"), Location: tokenwarden.LocationHeader,
		Param: "authorization", FirstInRequest: true, ClientIP: netip.AddrFrom4([4]byte{198, 51, byte(r.IntN(4)), 7}), Geo: places[r.IntN(len(places))],
		Method: pick("GET", "POST"), Host: pick("a", "b"), Endpoint: pick("/x", "/y"), Target: "/z", Status: []int{0, 200, 200, 401, 403, 500}[r.IntN(6)],
		Bytes: int64(r.IntN(1000)), Client: pick("curl", "Chrome"), Owner: pick("", "", "ann", "bob"), Source: src,
		Scopes: []string{pick("s", "t")}, Strength: tokenwarden.Strength{Length: 9, Sequence: tokenwarden.Sequence(r.IntN(3))},
	}
	if r.IntN(2) == 0 {
		e.Family = tokenwarden.Fingerprint{0xf, e.Fingerprint[0] % 4}
		e.Claims = tokenwarden.Claims{JWT: true, IssuedAt: now.Unix() - int64(r.IntN(100))}
	}
	us := []tokenwarden.Usage{{Subject: tokenwarden.TokenSubject(e.Fingerprint), Event: e}}
	if r.IntN(2) == 0 { // the same token again in the query
		again := e
		again.FirstInRequest, again.Location, again.Param = false, tokenwarden.LocationQuery, pick("key", "token")
		us = append(us, tokenwarden.Usage{Subject: us[0].Subject, Event: again})
	}
	for _, u := range us {
		w.first[eventKey(&u.Event)] = u.Event
	}
	for _, s := range tokenwarden.AppendSubjects(nil, &e)[1:] {
		us = append(us, tokenwarden.Usage{Subject: s, Event: e})
	}
	return us
}

func eventKey(e *tokenwarden.Event) string {
	return fmt.Sprintf("%d %v %v %v %v", e.Source.Epoch, e.Source, e.Fingerprint, e.Location, e.Param)
}

// store holds the outputs after ReplacingMergeTree has done its work: of each key the row of the greatest version.
type store struct {
	events   map[string]tokenwarden.Event
	alerts   map[string]tokenwarden.Alert
	usage    map[string]tokenwarden.UsageRow
	profiles map[tokenwarden.Subject]tokenwarden.Profile
	last     tokenwarden.Checkpoint // what a restart reads: position, source offsets and peers
}

func newStore() *store {
	return &store{events: map[string]tokenwarden.Event{}, alerts: map[string]tokenwarden.Alert{}, usage: map[string]tokenwarden.UsageRow{},
		profiles: map[tokenwarden.Subject]tokenwarden.Profile{}, last: tokenwarden.Checkpoint{Position: tokenwarden.Position{Partition: 3, Epoch: 1, Offset: -1}}}
}

// write writes whole parts of a checkpoint, then a share of the next one.
func (w *store) write(c *tokenwarden.Checkpoint, whole int, share float64) {
	upTo := func(part, n int) int {
		switch {
		case part < whole:
			return n
		case part == whole:
			return int(share * float64(n))
		}
		return 0
	}
	for _, e := range c.Events[:upTo(0, len(c.Events))] {
		w.events[eventKey(&e)] = e
	}
	for _, a := range c.Alerts[:upTo(1, len(c.Alerts))] {
		if a.Count >= w.alerts[a.ID].Count {
			a.Evidence = slices.Clone(a.Evidence)
			w.alerts[a.ID] = a
		}
	}
	for _, r := range c.Usage[:upTo(2, len(c.Usage))] {
		k := fmt.Sprint(r.Fingerprint, r.Minute, r.Host, r.Endpoint, r.Country, r.StatusClass, r.Segment)
		if r.Requests >= w.usage[k].Requests {
			w.usage[k] = r
		}
	}
	for _, p := range c.Profiles[:upTo(3, len(c.Profiles))] {
		if p.Version >= w.profiles[p.Subject].Version {
			p.State = bytes.Clone(p.State)
			p.Scopes = slices.Clone(p.Scopes)
			w.profiles[p.Subject] = p
		}
	}
	if whole >= 5 {
		w.last = tokenwarden.Checkpoint{Position: c.Position, SourceOffsets: slices.Clone(c.SourceOffsets), Peers: bytes.Clone(c.Peers)}
	}
}

func (w *store) diff(o *store) string {
	return firstOf(diffMap("events", w.events, o.events), diffMap("alerts", w.alerts, o.alerts), diffMap("usage", w.usage, o.usage),
		diffMap("profiles", w.profiles, o.profiles), diffMap("source offsets", offsetSet(w.last.SourceOffsets), offsetSet(o.last.SourceOffsets)),
		diffMap("peers", map[string]string{"": string(w.last.Peers)}, map[string]string{"": string(o.last.Peers)}))
}

func offsetSet(ms []tokenwarden.SourceOffset) map[tokenwarden.SourceOffset]bool {
	out := map[tokenwarden.SourceOffset]bool{}
	for _, m := range ms {
		out[m] = true
	}
	return out
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func diffMap[K comparable, V any](name string, want, got map[K]V) string {
	for k, v := range want {
		if g, ok := got[k]; !ok {
			return fmt.Sprintf("%s: %v is missing", name, k)
		} else if !reflect.DeepEqual(v, g) {
			return fmt.Sprintf("%s: %v:\nwant %+v\ngot  %+v", name, k, v, g)
		}
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			return fmt.Sprintf("%s: %v is too much: %+v", name, k, got[k])
		}
	}
	return ""
}
