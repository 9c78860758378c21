package detect

import (
	"math"

	"github.com/tokenwarden/tokenwarden"
)

// minute is an accumulator of token_usage_1m: the requests of one minute, host, endpoint, country and status class.
type minute struct {
	at       uint32 // Unix minutes
	class    uint8
	dirty    bool
	host     string
	endpoint string
	country  string
	segment  uint64
	requests uint64
	errors   uint64
	bytes    uint64
}

// count adds the request to its minute. Minutes close as a function of the profile's own events alone, so that a replay
// closes them at the same event: when their end lies more than the allowed lateness behind the greatest event time, or
// when more than maxOpen are open, the one opened first.
func (k *keeper) count(p *profile, x *scene) {
	if p.subject.Kind != tokenwarden.SubjectToken {
		return
	}
	e := x.event
	m := p.minute(x, k)
	m.dirty = true
	m.requests++
	m.bytes += uint64(max(e.Bytes, 0))
	if e.Status >= 400 {
		m.errors++
	}
	k.closeMinutes(p)
}

// minute finds the event's accumulator or opens it.
func (p *profile) minute(x *scene, k *keeper) *minute {
	e := x.event
	at, class := minutes(x.now), uint8(min(max(e.Status, 0)/100, 9))
	host, endpoint, country := clip(e.Host), clip(e.Endpoint), clip(e.Place.Country)
	key := minuteKey(at, class, host, endpoint, country)
	for i := len(p.openKeys) - 1; i >= 0; i-- {
		if p.openKeys[i] != key {
			continue
		}
		if m := &p.open[i]; m.at == at && m.class == class && m.endpoint == endpoint && m.country == country && m.host == host {
			return m
		}
	}
	if len(p.open) == 0 || at < p.oldest {
		p.oldest = at
	}
	p.openKeys = append(p.openKeys, key)
	p.open = append(p.open, minute{at: at, class: class, host: k.keep(host), endpoint: k.keep(endpoint),
		country: k.keep(country), segment: p.requests})
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

func minuteKey(at uint32, class uint8, host, endpoint, country string) uint32 {
	return uint32(hashText(hashText(hashText(uint64(at)<<8|uint64(class), endpoint), host), country))
}

// minuteEnd is when the minute is over, in Unix microseconds.
func minuteEnd(at uint32) int64 { return (int64(at) + 1) * 60e6 }

func (m *minute) row(p *profile) tokenwarden.UsageRow {
	return tokenwarden.UsageRow{
		Fingerprint: p.subject.ID, KeyID: p.keyID, Minute: utc(int64(m.at) * 60e6), Host: m.host, Endpoint: m.endpoint,
		Country: m.country, StatusClass: m.class, Segment: m.segment, Requests: m.requests, Errors: m.errors, Bytes: m.bytes,
	}
}
