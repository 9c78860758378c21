// Package peers compares the tokens of one partition, by service. A client or network that several tokens
// adopt together is a deployment, and a surge that most tokens share is the end of an outage: neither is an anomaly of one token.
//
// It is computed from the events themselves, never from profiles, and is stored in the checkpoint beside the position, so that a replay
// meets it as the first run did. Its memory is fixed.
package peers

import (
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// Peers is the peer group of a partition: 4096 values of 56 bytes and 16 services of 6 KB, 330 KB in all. Of a full set of values, the
// one seen least lately is evicted.
type Peers struct {
	since    int64 // Unix minutes of the first event; window.NoTime before it
	now      int64 // greatest event time, Unix minutes
	values   [valueSets][valueWays]sharedValue
	services [maxServices]service

	complete [completeSize]completeValue // not stored
}

const (
	valueSets    = 1024
	valueWays    = 4
	maxAdopters  = 9 // one more than rules.MaxPeers: the token that is judged does not count
	maxServices  = 16
	newFor       = 24 * 60 // minutes for which a value is new
	completeSize = 256
)

// sharedValue is a value of a feature at a service, with its first tokens.
type sharedValue struct {
	key      uint64 // 0: empty
	first    uint32 // Unix minutes
	last     uint32
	n        uint8 // adopters known
	adopters [maxAdopters]uint32
}

// completeValue caches a value with a full list of adopters: events up to a time need no lookup. It saves 3 % of the time
// of evaluation. It is keyed by interner keys, and all are cleared when any value is evicted.
type completeValue struct {
	key, service uint64
	until        uint32 // Unix minutes
}

// New returns an empty peer group.
func New() *Peers { return &Peers{since: window.NoTime, now: window.NoTime} }

// Observe adds a token's event. Values of features are compared.
func (p *Peers) Observe(ev *profile.Event, features []profile.Feature) {
	minute := window.FloorSecond(ev.Now) / 60
	if p.since == window.NoTime {
		p.since, p.now = minute, minute
	}
	p.now = max(p.now, minute)
	service, token, at := ev.Service(), hash.ID(ev.Fingerprint), uint32(max(minute, 0))
	for _, f := range features {
		key := ev.Key(f)
		if key == 0 {
			continue
		}
		cached := &p.complete[(key^service)>>4%completeSize]
		if cached.key == key && cached.service == service && cached.until >= at {
			continue
		}
		if v := p.adopt(valueKey(service, f, ev.Value(f)), uint32(token>>32), at); v.n == maxAdopters {
			*cached = completeValue{key, service, v.last}
		}
	}
	p.recordActivity(service, token, at)
}

func valueKey(service uint64, f profile.Feature, value string) uint64 {
	return hash.Text(service^uint64(f)<<56, value) | 1
}

// adopt notes that a token has a value.
func (p *Peers) adopt(key uint64, token, at uint32) *sharedValue {
	set := &p.values[key>>1%valueSets]
	oldest := 0
	for i := range set {
		v := &set[i]
		if v.key == key {
			v.last = max(v.last, at)
			v.addAdopter(token)
			return v
		}
		if v.last < set[oldest].last {
			oldest = i
		}
	}
	if set[oldest].key != 0 {
		clear(p.complete[:])
	}
	set[oldest] = sharedValue{key: key, first: at, last: at, n: 1, adopters: [maxAdopters]uint32{token}}
	return &set[oldest]
}

func (v *sharedValue) addAdopter(token uint32) {
	if v.n == maxAdopters {
		return
	}
	for _, t := range v.adopters[:v.n] {
		if t == token {
			return
		}
	}
	v.adopters[v.n] = token
	v.n++
}

// Adopted reports whether at least n other tokens of the service took up the event's value of a feature within the last day, before
// which no token had it. Values of the peer group's first day do not count as new.
func (p *Peers) Adopted(ev *profile.Event, f profile.Feature, n int) bool {
	key := valueKey(ev.Service(), f, ev.Value(f))
	set := &p.values[key>>1%valueSets]
	for i := range set {
		v := &set[i]
		if v.key != key {
			continue
		}
		if first := int64(v.first); first < p.since+newFor || first < p.now-newFor {
			return false
		}
		others := int(v.n)
		for _, t := range v.adopters[:v.n] {
			if t == uint32(hash.ID(ev.Fingerprint)>>32) {
				others--
			}
		}
		return others >= n
	}
	return false
}
