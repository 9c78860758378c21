package detect

import (
	"math"
)

// fleet is what the tokens of a partition do at once, by service: a new client or network that several tokens take up
// together is a deployment, and a rise that most of them share is an outage's end. Neither is any token's anomaly.
//
// It is made of the events themselves, never of what profiles know, and lies in the checkpoint beside the position: a
// replay meets it as the first run did. Its memory is fixed.
type fleet struct {
	since    int64 // when the first event came, Unix minutes; noTime before
	now      int64 // greatest event time, Unix minutes
	values   [fleetSets][fleetWays]fleetValue
	services [fleetServices]service

	full [fleetFull]fullValue // not part of the state
}

// fullValue is a value to which an event adds nothing up to a time: all its takers are known. Not to look for it again saves judging
// 3 % of its time. It is told by keys of the keeper and forgotten when any value is.
type fullValue struct {
	key, service uint64
	until        uint32 // Unix minutes
}

const fleetFull = 256

// Bounds of a fleet: 4096 values of 56 bytes and 16 services of 6 KB, 330 KB in all. Of a set of values that is full, that
// which was not seen for longest is forgotten.
const (
	fleetSets     = 1024
	fleetWays     = 4
	fleetTakers   = 9 // one more than rules.MaxPeers: the token that is judged does not count
	fleetServices = 16
	fleetSample   = 256
	fleetYoung    = 24 * 60 // minutes: so long is a value news
	surgeSlot     = 10      // minutes
	surgeLeast    = 20      // requests of a token in a slot that can be a rise: a person at work makes fewer
	surgeUnknown  = 60      // of one of which nothing is known
	surgeTimes    = 4       // and so many times its usual
	surgeShare    = 5       // one in so many of the tokens in use must rise
	surgeMemory   = 24      // slots after which a token leaves the sample
	fleetDoor     = 128
	surgeProbes   = 8 // places that are tried before a new token is left out
	surgeFew      = 3 // tokens of the sample that must rise, however many each stands for
)

// fleetValue is a value of a feature at a service, and the first tokens that had it.
type fleetValue struct {
	key    uint64 // 0: empty
	first  uint32 // Unix minutes
	last   uint32
	n      uint8 // takers known
	takers [fleetTakers]uint32
}

// service is a sample of a service's tokens, by hash: each token of the sample stands for 2^level.
type service struct {
	key    uint64 // 0: empty
	last   uint32 // Unix minutes of the last event
	level  uint8
	n      uint16
	tokens [fleetSample]pulse // by token
	door   [fleetDoor]uint32  // tokens that asked for a place in a full sample lately: the second time they are let in
}

// pulse is how often a token of the sample is used.
type pulse struct {
	token uint64
	slot  uint32 // the ten minutes at hand
	count uint32 // requests in them
	prior uint32 // requests in the ten minutes just before
	usual uint32 // requests in the ten minutes in which it was used before, smoothed, times 16; 0: not known
}

func newFleet() *fleet { return &fleet{since: noTime, now: noTime} }

// serviceOf is the service that an event is about: its host, or if the log has none, whoever issued the token.
func serviceOf(x *scene) uint64 {
	if s := x.ahead.route.service; s != 0 {
		return s
	}
	return hashText(2, clip(x.event.Claims.Issuer))
}

func serviceAt(host string) uint64 {
	if host == "" {
		return 0
	}
	return hashText(1, host)
}

// observe adds an event of a token.
func (f *fleet) observe(x *scene, features []feature) {
	at := floorSecond(x.now) / 60
	if f.since == noTime {
		f.since, f.now = at, at
	}
	f.now = max(f.now, at)
	service, token := serviceOf(x), idHash(x.event.Fingerprint)
	for _, feature := range features {
		key := x.ahead.keys[feature]
		if key == 0 {
			continue
		}
		full := &f.full[(key^service)>>4%fleetFull]
		if full.key == key && full.service == service && full.until >= uint32(max(at, 0)) {
			continue
		}
		if v := f.take(valueKey(service, feature, feature.of(x)), uint32(token>>32), uint32(max(at, 0))); v.n == fleetTakers {
			*full = fullValue{key, service, v.last}
		}
	}
	f.beat(service, token, uint32(max(at, 0)))
}

func valueKey(service uint64, f feature, text string) uint64 {
	return hashText(service^uint64(f)<<56, text) | 1
}

func (f *fleet) take(key uint64, token, at uint32) *fleetValue {
	set := &f.values[key>>1%fleetSets]
	oldest := 0
	for i := range set {
		v := &set[i]
		if v.key == key {
			v.last = max(v.last, at)
			v.take(token)
			return v
		}
		if v.last < set[oldest].last {
			oldest = i
		}
	}
	if set[oldest].key != 0 {
		clear(f.full[:])
	}
	set[oldest] = fleetValue{key: key, first: at, last: at, n: 1, takers: [fleetTakers]uint32{token}}
	return &set[oldest]
}

func (v *fleetValue) take(token uint32) {
	if v.n == fleetTakers {
		return
	}
	for _, t := range v.takers[:v.n] {
		if t == token {
			return
		}
	}
	v.takers[v.n] = token
	v.n++
}

// shares tells whether at least n other tokens of the service took up the event's value of a feature within the last day,
// before which nobody had it. What came on the fleet's own first day was there before.
func (f *fleet) shares(x *scene, feature feature, n int) bool {
	key := valueKey(serviceOf(x), feature, feature.of(x))
	set := &f.values[key>>1%fleetSets]
	for i := range set {
		v := &set[i]
		if v.key != key {
			continue
		}
		if first := int64(v.first); first < f.since+fleetYoung || first < f.now-fleetYoung {
			return false
		}
		others := int(v.n)
		for _, t := range v.takers[:v.n] {
			if t == uint32(idHash(x.event.Fingerprint)>>32) {
				others--
			}
		}
		return others >= n
	}
	return false
}

// serviceAt returns the sample of a service; with make, of a new one, in the place of that which was not seen for longest.
func (f *fleet) serviceAt(key uint64, make bool) *service {
	oldest := &f.services[0]
	for i := range f.services {
		s := &f.services[i]
		if s.key == key {
			return s
		}
		if s.last < oldest.last {
			oldest = s
		}
	}
	if !make {
		return nil
	}
	*oldest = service{key: key}
	return oldest
}

func (f *fleet) beat(key, token uint64, at uint32) {
	s := f.serviceAt(key, true)
	if at/surgeSlot > s.last/surgeSlot {
		s.refresh(at / surgeSlot)
	}
	s.last = max(s.last, at)
	if token&(1<<s.level-1) != 0 {
		return
	}
	slot := at / surgeSlot
	i, known := s.find(token)
	if known {
		s.tokens[i].beat(slot)
		return
	}
	if s.n == fleetSample {
		if door := &s.door[token>>8%fleetDoor]; *door != uint32(token>>32) {
			*door = uint32(token >> 32)
			return
		}
		s.makeRoom(token)
	}
	if s.n < fleetSample && token&(1<<s.level-1) == 0 {
		i, _ = s.find(token)
		copy(s.tokens[i+1:s.n+1], s.tokens[i:s.n])
		s.tokens[i] = pulse{token: token, slot: slot, count: 1}
		s.n++
	}
}

// refresh takes those out of the sample that were not seen for long, and lets each stand for fewer where there is room.
func (s *service) refresh(slot uint32) {
	s.keep(func(p *pulse) bool { return p.slot+surgeMemory >= slot })
	if s.n < fleetSample/3 && s.level > 0 {
		s.level--
	}
}

// makeRoom takes out of a full sample a token that was used in one slot alone, which a flood of tokens is made of: it looks
// for one at a few places that the new token's hash says. Where there is none at all, each token stands for twice as many.
func (s *service) makeRoom(token uint64) {
	once := 0
	for i := range s.tokens {
		if s.tokens[i].usual == 0 {
			once++
		}
	}
	for s.n == fleetSample && once == 0 {
		s.level++
		s.keep(func(p *pulse) bool { return p.token&(1<<s.level-1) == 0 })
	}
	for probe := uint64(0); s.n == fleetSample && probe < surgeProbes; probe++ {
		if i := (token>>20 + probe) % fleetSample; s.tokens[i].usual == 0 {
			copy(s.tokens[i:], s.tokens[i+1:])
			s.n--
		}
	}
}

// find returns where the token stands or would. Hashes are spread evenly: it looks where the token should be and goes on from
// there, which is half a dozen steps and easier to foresee than those of a binary search.
func (s *service) find(token uint64) (int, bool) {
	i, n := int(token>>32*uint64(s.n)>>32), int(s.n)
	for i > 0 && s.tokens[i-1].token >= token {
		i--
	}
	for i < n && s.tokens[i].token < token {
		i++
	}
	return i, i < n && s.tokens[i].token == token
}

// keep takes out of the sample what does not satisfy.
func (s *service) keep(satisfies func(p *pulse) bool) {
	n := uint16(0)
	for i := range s.tokens[:s.n] {
		if satisfies(&s.tokens[i]) {
			s.tokens[n] = s.tokens[i]
			n++
		}
	}
	clear(s.tokens[n:])
	s.n = n
}

func (p *pulse) beat(slot uint32) {
	if slot > p.slot {
		p.fold(p.prior)
		if p.prior = p.count; slot > p.slot+1 {
			p.fold(p.prior)
			p.prior = 0
		}
		p.slot, p.count = slot, 0
	}
	if p.count < math.MaxUint32/32 {
		p.count++
	}
}

// fold adds a slot that is over to what is usual. The two slots at hand are not part of it: a rise is not its own past.
func (p *pulse) fold(count uint32) {
	switch {
	case count == 0:
	case p.usual == 0:
		p.usual = 16 * count
	default:
		p.usual += 2*count - p.usual/8
	}
}

// rises tells whether the token is used far more than it usually is; one of which that is not known, far more than most.
func (p *pulse) rises() bool {
	n := uint64(p.count) + uint64(p.prior)
	if p.usual == 0 {
		return n >= surgeUnknown
	}
	return n >= surgeLeast && n*16 >= surgeTimes*uint64(p.usual)
}

// surges tells whether about n other tokens of the service, and a fifth of those in use, are used far more than they
// usually are.
func (f *fleet) surges(x *scene, n int) bool {
	s := f.serviceAt(serviceOf(x), false)
	if s == nil {
		return false
	}
	token, slot := idHash(x.event.Fingerprint), minutes(x.now)/surgeSlot
	rising, active := 0, 0
	for i := range s.tokens[:s.n] {
		p := &s.tokens[i]
		if p.token == token || p.slot != slot && p.slot+1 != slot {
			continue
		}
		if p.usual != 0 {
			active++
		}
		if p.rises() {
			rising++
		}
	}
	return rising >= surgeFew && rising<<s.level >= n && surgeShare*rising >= active
}
