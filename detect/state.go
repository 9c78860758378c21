package detect

import (
	"encoding/binary"
	"math"
)

// The state of a profile is everything in it, so that a restart has the same future: a version byte, then the fields in
// the order below, numbers as varints, texts and lists with their length before them. Windows and incidents name their
// rule; those of rules that are gone are skipped. Version 1 ended with the incidents, which had neither raised nor allowed;
// version 2 had no chains; both
// are still read.
const stateVersion = 3

// encode appends the profile's state.
func (p *profile) encode(b []byte) []byte {
	w := writer{append(b, stateVersion)}
	w.raw(p.keyID[:])
	w.raw(p.family[:])
	w.text(*p.tokenKind)
	w.text(*p.owner)
	w.signed(p.first)
	w.signed(p.last)
	for _, n := range [...]uint64{p.requests, p.errors, p.bytes, p.version} {
		w.number(n)
	}
	w.number(uint64(uint32(p.applied.Partition)))
	w.number(uint64(p.applied.Epoch))
	w.signed(p.applied.Offset)
	p.encodeValues(&w)
	w.hashes(p.networks)
	w.hashes(p.endpoints)
	w.texts(p.scopes)
	p.encodePlaces(&w)
	p.encodeMinutes(&w)
	w.number(uint64(len(p.windows)))
	for i := range p.windows {
		p.windows[i].encode(&w)
	}
	w.number(uint64(len(p.incidents)))
	for _, inc := range p.incidents {
		inc.encode(&w)
	}
	p.encodeCounters(&w)
	p.encodeHabits(&w)
	p.rare.encode(&w)
	return w.b
}

func (p *profile) encodeCounters(w *writer) {
	w.number(uint64(len(p.counters)))
	for i := range p.counters {
		c := &p.counters[i]
		w.text(c.of.key)
		w.signed(c.newest)
		w.number(uint64(c.level))
		live := c.live()
		w.number(uint64(len(live)))
		for _, e := range live {
			w.b = binary.LittleEndian.AppendUint64(w.b, e.key)
			w.signed(c.newest - e.at)
		}
	}
}

func (p *profile) encodeHabits(w *writer) {
	w.number(uint64(len(p.habits)))
	for i := range p.habits {
		h := &p.habits[i]
		w.text(h.of.key)
		w.signed(h.hour)
		w.signed(h.slot)
		w.number(h.at)
		w.number(h.before)
		w.number(uint64(h.hours))
		w.signed(h.waits)
		for _, v := range [...]float32{h.peak, h.waitsPeak, h.mean, h.vari} {
			w.b = binary.LittleEndian.AppendUint32(w.b, math.Float32bits(v))
		}
		w.flag(h.slots != nil)
		if h.slots != nil {
			w.raw(h.slots[:])
		}
	}
}

func (x *rare) encode(w *writer) {
	if x == nil {
		x = &rare{}
	}
	w.number(uint64(len(x.levels)))
	for i := range x.levels {
		w.text(x.levels[i].of.id)
		w.signed(x.levels[i].at)
		w.float(x.levels[i].holds)
	}
	w.number(uint64(len(x.members)))
	for i := range x.members {
		m := &x.members[i]
		w.raw(m.token[:])
		w.signed(m.issued)
		w.signed(m.first)
		w.signed(m.last)
	}
	w.number(uint64(len(x.marked)))
	for i := range x.marked {
		w.text(x.marked[i].of.id)
		w.signed(x.marked[i].at)
	}
	w.number(uint64(len(x.journeys)))
	for i := range x.journeys {
		w.text(x.journeys[i].of.id)
		w.number(uint64(len(x.journeys[i].at)))
		for _, at := range x.journeys[i].at {
			w.signed(at)
		}
	}
	x.encodeChains(w)
}

func (p *profile) encodeValues(w *writer) {
	w.number(features - 1)
	for f := featureCountry; f < features; f++ {
		t := &p.values.tally[f]
		w.number(uint64(t.events))
		w.number(uint64(t.since))
		w.flag(t.open)
	}
	w.number(uint64(len(p.values.list)))
	for i := range p.values.list {
		v := &p.values.list[i]
		w.number(uint64(v.feature()))
		w.text(*p.values.names[i])
		w.number(uint64(v.count))
		w.number(uint64(v.last))
	}
}

func (p *profile) encodePlaces(w *writer) {
	w.number(uint64(len(p.places)))
	for i := range p.places {
		pl := &p.places[i]
		w.signed(pl.first)
		w.signed(pl.last)
		w.number(uint64(pl.count))
		w.number(uint64(pl.asn))
		w.b = binary.LittleEndian.AppendUint32(w.b, math.Float32bits(pl.lat))
		w.b = binary.LittleEndian.AppendUint32(w.b, math.Float32bits(pl.lon))
		w.number(uint64(pl.radius))
		w.text(*pl.country)
		w.text(*pl.city)
	}
}

func (p *profile) encodeMinutes(w *writer) {
	w.number(uint64(len(p.open)))
	for i := range p.open {
		m := &p.open[i]
		w.number(uint64(m.at))
		w.number(uint64(m.class))
		w.text(m.route.host)
		w.text(m.route.endpoint)
		w.text(m.route.country)
		w.number(m.segment)
		w.number(uint64(m.requests))
		w.number(uint64(m.errors))
		w.number(m.bytes)
	}
}

// encode writes the buckets that can still matter.
func (w *window) encode(to *writer) {
	to.text(w.of.key)
	live := w.live()
	to.number(uint64(len(live)))
	if len(live) == 0 {
		return
	}
	to.signed(w.base + int64(live[0].offset))
	before := live[0].offset
	for _, b := range live {
		to.number(uint64(b.offset - before))
		to.number(uint64(b.n))
		before = b.offset
	}
}

func (inc *incident) encode(w *writer) {
	w.text(inc.rule.id)
	w.raw(inc.id[:])
	w.texts(inc.group)
	w.signed(inc.first)
	w.signed(inc.last)
	w.number(inc.count)
	w.number(uint64(inc.severity))
	w.float(inc.peak)
	w.text(inc.observed)
	w.text(inc.baseline)
	s := &inc.sample
	ip, _ := s.ip.MarshalBinary()
	w.text(string(ip))
	w.number(uint64(s.asn))
	w.number(uint64(s.status))
	w.number(uint64(s.location))
	for _, text := range [...]string{s.country, s.method, s.host, s.endpoint, s.param, inc.kind, inc.owner} {
		w.text(text)
	}
	w.texts(inc.evidence)
	w.number(inc.before)
	w.signed(inc.since)
	w.text(inc.raised)
	w.text(inc.allowed)
}

// writer appends the parts of a state.
type writer struct{ b []byte }

func (w *writer) number(v uint64) { w.b = binary.AppendUvarint(w.b, v) }
func (w *writer) signed(v int64)  { w.b = binary.AppendVarint(w.b, v) }
func (w *writer) raw(v []byte)    { w.b = append(w.b, v...) }
func (w *writer) float(v float64) {
	w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(v))
}

func (w *writer) flag(v bool) {
	if v {
		w.b = append(w.b, 1)
	} else {
		w.b = append(w.b, 0)
	}
}

func (w *writer) text(s string) {
	w.number(uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *writer) texts(list []string) {
	w.number(uint64(len(list)))
	for _, s := range list {
		w.text(s)
	}
}

func (w *writer) hashes(s sketch) {
	w.number(uint64(len(s)))
	for _, h := range s {
		w.b = binary.LittleEndian.AppendUint64(w.b, h)
	}
}
