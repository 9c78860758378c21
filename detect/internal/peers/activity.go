package peers

import (
	"math"

	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// Bounds of the activity sample and of a surge.
const (
	sampleSize      = 256
	slotMinutes     = 10
	minSurge        = 20 // least requests of a token in two slots: a person at work makes fewer
	minSurgeUnknown = 60 // of a token without usual activity
	surgeFactor     = 4  // times the usual activity
	surgeShare      = 5  // one in so many of the active tokens must surge
	sampleLifetime  = 24 // slots after which an unused token leaves the sample
	admissionSize   = 128
	evictionProbes  = 8 // places tried before a new token is left out
	minSurging      = 3 // tokens of the sample that must surge, whatever their weight
)

// service samples the tokens of a service by hash: each token of the sample stands for 2^level.
type service struct {
	key       uint64 // 0: empty
	last      uint32 // Unix minutes of the last event
	level     uint8
	n         uint16
	tokens    [sampleSize]activity  // by token
	admission [admissionSize]uint32 // tokens that lately asked to enter a full sample: the second time they are admitted
}

// activity counts the uses of a token of the sample.
type activity struct {
	token uint64
	slot  uint32 // the current ten minutes
	count uint32 // requests in them
	prior uint32 // requests in the ten minutes before
	usual uint32 // requests in the ten minutes in which it was used before those, smoothed, times 16; 0: not known
}

// findService returns the sample of a service, or nil.
func (p *Peers) findService(key uint64) *service {
	for i := range p.services {
		if s := &p.services[i]; s.key == key {
			return s
		}
	}
	return nil
}

// service returns the sample of a service; a new one takes the place of the one seen least lately.
func (p *Peers) service(key uint64) *service {
	if s := p.findService(key); s != nil {
		return s
	}
	oldest := &p.services[0]
	for i := range p.services {
		if s := &p.services[i]; s.last < oldest.last {
			oldest = s
		}
	}
	*oldest = service{key: key}
	return oldest
}

// recordActivity counts a request of a token.
func (p *Peers) recordActivity(key, token uint64, at uint32) {
	s := p.service(key)
	if at/slotMinutes > s.last/slotMinutes {
		s.refresh(at / slotMinutes)
	}
	s.last = max(s.last, at)
	if token&(1<<s.level-1) != 0 {
		return
	}
	slot := at / slotMinutes
	i, known := s.find(token)
	if known {
		s.tokens[i].record(slot)
		return
	}
	if s.n == sampleSize {
		if asked := &s.admission[token>>8%admissionSize]; *asked != uint32(token>>32) {
			*asked = uint32(token >> 32)
			return
		}
		s.makeRoom(token)
	}
	if s.n < sampleSize && token&(1<<s.level-1) == 0 {
		i, _ = s.find(token)
		copy(s.tokens[i+1:s.n+1], s.tokens[i:s.n])
		s.tokens[i] = activity{token: token, slot: slot, count: 1}
		s.n++
	}
}

// refresh removes long unused tokens, and halves the weight of each where there is room.
func (s *service) refresh(slot uint32) {
	s.retain(func(a *activity) bool { return a.slot+sampleLifetime >= slot })
	if s.n < sampleSize/3 && s.level > 0 {
		s.level--
	}
}

// makeRoom removes a token used in one slot only, as in a flood, from a full sample. It tries a few places chosen by the new
// token's hash. If the sample has no such token, it doubles the weight of each.
func (s *service) makeRoom(token uint64) {
	once := 0
	for i := range s.tokens {
		if s.tokens[i].usual == 0 {
			once++
		}
	}
	for s.n == sampleSize && once == 0 {
		s.level++
		s.retain(func(a *activity) bool { return a.token&(1<<s.level-1) == 0 })
	}
	for probe := uint64(0); s.n == sampleSize && probe < evictionProbes; probe++ {
		if i := (token>>20 + probe) % sampleSize; s.tokens[i].usual == 0 {
			copy(s.tokens[i:], s.tokens[i+1:])
			s.n--
		}
	}
}

// find returns the index of the token, or where it would be. Hashes are spread evenly: it starts where the token should be, which takes
// half a dozen steps with fewer mispredictions than a binary search.
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

// retain removes the tokens that do not satisfy keep.
func (s *service) retain(keep func(a *activity) bool) {
	n := uint16(0)
	for i := range s.tokens[:s.n] {
		if keep(&s.tokens[i]) {
			s.tokens[n] = s.tokens[i]
			n++
		}
	}
	clear(s.tokens[n:])
	s.n = n
}

// record counts a request in a slot.
func (a *activity) record(slot uint32) {
	if slot > a.slot {
		a.smooth(a.prior)
		if a.prior = a.count; slot > a.slot+1 {
			a.smooth(a.prior)
			a.prior = 0
		}
		a.slot, a.count = slot, 0
	}
	if a.count < math.MaxUint32/32 {
		a.count++
	}
}

// smooth adds a closed slot to the usual activity. The two current slots are not part of it: a surge must not be its own past.
func (a *activity) smooth(count uint32) {
	switch {
	case count == 0:
	case a.usual == 0:
		a.usual = 16 * count
	default:
		a.usual += 2*count - a.usual/8
	}
}

// isSurging reports whether the token is used far more than usual, or without usual activity, far more than most.
func (a *activity) isSurging() bool {
	n := uint64(a.count) + uint64(a.prior)
	if a.usual == 0 {
		return n >= minSurgeUnknown
	}
	return n >= minSurge && n*16 >= surgeFactor*uint64(a.usual)
}

// Surging reports whether about n other tokens of the service, and a fifth of the active ones, are used far more than usual.
func (p *Peers) Surging(ev *profile.Event, n int) bool {
	s := p.findService(ev.Service())
	if s == nil {
		return false
	}
	token, slot := hash.ID(ev.Fingerprint), window.Minutes(ev.Now)/slotMinutes
	surging, active := 0, 0
	for i := range s.tokens[:s.n] {
		a := &s.tokens[i]
		if a.token == token || a.slot != slot && a.slot+1 != slot {
			continue
		}
		if a.usual != 0 {
			active++
		}
		if a.isSurging() {
			surging++
		}
	}
	return surging >= minSurging && surging<<s.level >= n && surgeShare*surging >= active
}
