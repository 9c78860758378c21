package detect

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/tokenwarden/tokenwarden/rules"
)

// Bounds of what later versions of the state hold; see state_decode.go for the rest.
const (
	maxCounters = 1024
	maxSeen     = 4 * rules.MaxCount
	maxRares    = 1024
)

// decodeMore reads what version 2 added.
func (p *profile) decodeMore(r *reader, e *Engine) {
	for range r.length(maxCounters) {
		if c, ok := r.counter(e.state.counters); ok {
			p.addCounter(c)
		}
	}
	for range r.length(maxCounters) {
		if h, ok := r.habit(e.state.habits); ok {
			p.habits = append(p.habits, h)
		}
	}
	x := rare{}
	for range r.length(maxRares) {
		l := level{of: e.state.levels[r.text(maxRuleName)], at: r.signed(), holds: r.float()}
		if l.of != nil && l.holds >= 0 && l.holds <= l.of.limit {
			x.levels = append(x.levels, l)
		}
	}
	for range r.length(maxMembers) {
		var m member
		r.raw(m.token[:])
		m.issued, m.first, m.last = r.signed(), r.signed(), r.signed()
		x.members = append(x.members, m)
	}
	for range r.length(maxRares) {
		if m := (marked{of: e.byID[r.text(maxRuleName)], at: r.signed()}); m.of != nil && m.of.mark != nil {
			x.marked = append(x.marked, m)
		}
	}
	for range r.length(maxRares) {
		if j := r.journey(e.state.journeys); j.of != nil {
			x.journeys = append(x.journeys, j)
		}
	}
	if r.version >= 3 {
		x.decodeChains(r, e.state.chains)
	}
	if len(x.levels)+len(x.members)+len(x.marked)+len(x.journeys)+len(x.chains) > 0 {
		p.rare = &x
	}
}

// counter reads a counter; ok is false if its rule is gone.
func (r *reader) counter(known map[string]*distinct) (c counter, ok bool) {
	c.of, ok = known[r.text(maxRuleName)]
	c.newest, c.level = r.signed(), uint8(r.upTo(32))
	for range r.length(maxSeen) {
		var e seen
		if b := r.take(8); b != nil {
			e.key = binary.LittleEndian.Uint64(b)
		}
		e.at = c.newest - r.signed()
		c.list = append(c.list, e)
	}
	if ok && len(c.list) > c.of.most {
		r.bad = true
	}
	return c, ok && !r.bad
}

// habit reads a habit; ok is false if its rule is gone.
func (r *reader) habit(known map[string]*learned) (h habit, ok bool) {
	h.of, ok = known[r.text(maxRuleName)]
	h.hour, h.slot, h.at, h.before = r.signed(), r.signed(), r.number(), r.number()
	h.hours, h.waits = uint32(r.upTo(math.MaxUint32)), r.signed()
	for _, to := range [...]*float32{&h.peak, &h.waitsPeak, &h.mean, &h.vari} {
		*to = r.degrees(math.MaxFloat32)
		if *to < 0 {
			r.bad = true
		}
	}
	if r.byte() != 0 {
		h.slots = new([weekHours]uint8)
		r.raw(h.slots[:])
	}
	return h, ok && !r.bad
}

// journey reads a journey; its rule is nil if it is gone.
func (r *reader) journey(known map[string]*travel) (j journey) {
	j.of = known[r.text(maxRuleName)]
	for range r.length(rules.MaxTransitions) {
		j.at = append(j.at, r.signed())
	}
	j.at = slices.Clip(j.at)
	return j
}
