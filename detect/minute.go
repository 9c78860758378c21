package detect

import (
	"math"
	"strings"

	"github.com/tokenwarden/tokenwarden"
)

// minute is an accumulator of token_usage_1m: the requests of one minute, host, endpoint, country and status class.
type minute struct {
	route    *route
	segment  uint64
	bytes    uint64
	requests uint32
	errors   uint32
	at       uint32 // Unix minutes
	class    uint8
	dirty    bool // it counted since the last Committed; see profile.settle
}

// route is where minutes count. Profiles share routes, but not all that are equal are one: they are told apart by key.
type route struct {
	key                     uint64
	service                 uint64 // see serviceOf; 0: not the host's
	host, endpoint, country string
	hasID                   bool // the endpoint names an object
}

// routeOf returns the route of three texts, of which the keys are those that their features have.
func (k *keeper) routeOf(keys *[features]uint64, host, endpoint, country string) *route {
	key := mix(keys[featureEndpoint] + 3*keys[featureHost] + 5*keys[featureCountry])
	slot := &k.routes[key%uint64(len(k.routes))]
	if *slot == nil || (*slot).key != key {
		*slot = &route{key, serviceAt(host), k.keep(host), k.keep(endpoint), k.keep(country), strings.Contains(endpoint, "{id}")}
	}
	return *slot
}

func statusClass(e *tokenwarden.Event) uint8 { return uint8(min(max(e.Status, 0)/100, 9)) }

// key is what a profile finds a minute by; two minutes may have the same.
func (r *route) minuteKey(at uint32, class uint8) uint32 {
	return uint32(mix(r.key + uint64(at)<<8 + uint64(class)))
}

// count adds the request to its minute. Minutes close as a function of the profile's own events alone, so that a replay
// closes them at the same event: when their end lies more than the allowed lateness behind the greatest event time, or
// when more than maxOpen are open, the one opened first.
func (k *keeper) count(p *profile, x *scene) {
	if p.subject.Kind != tokenwarden.SubjectToken {
		return
	}
	e := x.event
	m := p.minute(x)
	m.dirty = true
	m.requests++
	m.bytes += uint64(max(e.Bytes, 0))
	if e.Status >= 400 {
		m.errors++
	}
	k.closeMinutes(p)
}

// minute finds the event's accumulator or opens it.
func (p *profile) minute(x *scene) *minute {
	at, class, where, key := minutes(x.now), statusClass(x.event), x.ahead.route, x.ahead.minute
	is := func(i int) bool {
		m := &p.open[i]
		return p.openKeys[i] == key && m.at == at && m.class == class && m.route.key == where.key && m.requests < math.MaxUint32
	}
	if i := x.ahead.open; i >= 0 && i < len(p.open) && is(i) {
		return &p.open[i]
	}
	for i := len(p.open) - 1; i >= 0; i-- {
		if is(i) {
			return &p.open[i]
		}
	}
	if len(p.open) == 0 || at < p.oldest {
		p.oldest = at
	}
	p.openKeys = append(p.openKeys, key)
	p.open = append(p.open, minute{at: at, class: class, route: where, segment: p.requests})
	return &p.open[len(p.open)-1]
}

// closeMinutes takes out the minutes that are over. The order of the others stays.
func (k *keeper) closeMinutes(p *profile) {
	over := p.last - k.lateness // minutes that ended before this are over
	if len(p.open) <= maxOpen && minuteEnd(p.oldest) >= over {
		return
	}
	kept, surplus := p.open[:0], len(p.open)-maxOpen
	p.oldest = math.MaxUint32
	for i := range p.open {
		m := &p.open[i]
		if minuteEnd(m.at) >= over && i >= surplus {
			p.oldest = min(p.oldest, m.at)
			p.openKeys[len(kept)] = p.openKeys[i]
			kept = append(kept, *m)
		} else if m.dirty {
			k.closed = append(k.closed, m.row(p))
		}
	}
	clear(p.open[len(kept):])
	p.open, p.openKeys = kept, p.openKeys[:len(kept)]
}

// minuteEnd is when the minute is over, in Unix microseconds.
func minuteEnd(at uint32) int64 { return (int64(at) + 1) * 60e6 }

func (m *minute) row(p *profile) tokenwarden.UsageRow {
	return tokenwarden.UsageRow{
		Fingerprint: p.subject.ID, KeyID: p.keyID, Minute: utc(int64(m.at) * 60e6), Host: m.route.host,
		Endpoint: m.route.endpoint, Country: m.route.country, StatusClass: m.class, Segment: m.segment,
		Requests: uint64(m.requests), Errors: uint64(m.errors), Bytes: m.bytes,
	}
}
