package detect

import (
	"math"
	"net/netip"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// Bounds of what a profile holds. The worst case is the sum of the last column, 216 KB; with the default rules a token that is
// seen once takes 1.3 KB, one that made ten different requests 4.0 KB, one that calls a dozen endpoints every minute 14 KB
// (BenchmarkProfileBytes measures them, with 30 bytes for its place in the table).
//
//	base, with both rooms                        3.6 KB   the second of tokens with more than three events
//	values      427 (see features) x 24 B       10.2 KB   texts are shared between profiles
//	sketches      2 x 64 x 8 B                   1 KB
//	places        8 x 56 B                     448 B
//	scopes       32 x 16 B                     512 B
//	minutes     256 x (40 + 4) B                11.3 KB
//	windows     720 x 8 B per rule of kind rate 17.3 KB   130 to 720 buckets, only of tokens that are busy for ten minutes; three rules
//	counters    200 x 16 B per rule of distinct  3.2 KB   128 values, or four times what the rule waits for if that is more
//	habits      288 B per rule with times        1 KB
//	rare         50 B per bucket, mark, ...      1 KB     of the subjects that have any
//	incidents    64 x (600 B + 5 x 400 B)      166 KB     only of tokens that trip 64 rules or groups at once
const (
	maxScopes    = 32
	maxOpen      = 256 // minutes
	maxIncidents = 64  // open at once
	maxGroups    = 16  // of them, of one rule: further ones are told as one
	maxText      = 256 // bytes of any text that a profile keeps
)

// profile is all that is known of one subject. It is a function of the subject's events in their order and of
// nothing else: not of when a checkpoint was made, nor of what other subjects did.
//
// The fields that every event reads come first: eight lines of the processor's cache, see fetch.
type profile struct {
	subject   tokenwarden.Subject
	keyID     tokenwarden.KeyID
	uses      uint8  // messages that were applied since the table saw to it; saturates
	covered   bool   // the stored profile holds the message at hand already
	segment   uint32 // the partition's in which it changed last; what it says of minutes and incidents being dirty is of then
	oldest    uint32 // least of the open minutes; means nothing when there are none
	message   uint64 // the partition's number of the message that was applied last, 0 if none was
	applied   tokenwarden.Position
	first     int64 // least event time, Unix microseconds; noTime before the first event
	last      int64 // greatest event time
	requests  uint64
	errors    uint64
	bytes     uint64
	version   uint64 // events applied
	network   uint64 // hash of the network seen last: the same again need not be counted
	granted   uint64 // hash of the scopes seen last
	family    tokenwarden.Fingerprint
	tokenKind *string  // never nil
	owner     *string  // never nil
	open      []minute // in the order they were opened
	openKeys  []uint32 // their hashes, side by side to be searched
	windows   []window
	counters  []counter
	habits    []habit
	places    []place
	incidents []*incident
	rare      *rare
	values    values

	networks  sketch
	endpoints sketch
	scopes    []string
	large     *large // nil: the lists lie in small
	asked     uint64 // the partition's number of the last message that brought it before one was applied
	small     small
}

const noTime = math.MinInt64

func newProfile(s tokenwarden.Subject) *profile {
	p := &profile{subject: s, tokenKind: &empty, owner: &empty, first: noTime, last: noTime, applied: tokenwarden.Position{Offset: -1}}
	p.furnish()
	return p
}

// settle says that all of it is durable. It is called when the profile changes for the first time after a checkpoint: to go
// through all profiles at the checkpoint would fetch each of them from memory once more.
func (p *profile) settle() {
	for i := range p.open {
		p.open[i].dirty = false
	}
	for _, inc := range p.incidents {
		inc.dirty = false
	}
}

// age is how long ago the first use was.
func (p *profile) age(now int64) time.Duration {
	return time.Duration(p.since(now, p.first) * float64(time.Second))
}

// since returns the seconds from then to now, 0 if then is not known or lies ahead.
func (p *profile) since(now, then int64) float64 {
	if then == noTime || now < then {
		return 0
	}
	return float64(now-then) / 1e6
}

// learn adds the event to the profile, after the rules have judged it.
func (p *profile) learn(x *scene) {
	e, k := x.event, x.keeper
	p.version++
	p.identify(e, k)
	if p.first == noTime || x.now < p.first {
		p.first = x.now
	}
	if p.last == noTime || x.now > p.last {
		p.last = x.now
	}
	if !e.FirstInRequest {
		return
	}
	k.count(p, x)
	p.requests++
	p.bytes += uint64(max(e.Bytes, 0))
	if e.Status >= 400 {
		p.errors++
	}
	if x.facts&isUnauthenticated != 0 {
		return // a credential that the server did not know teaches nothing of its owner's ways
	}
	if p.values.learn(x) {
		p.endpoints.add(hashText(0, clip(e.Endpoint)))
	}
	if e.ClientIP.IsValid() {
		if h := x.ahead.network; h != p.network {
			p.network = h
			p.networks.add(h)
		}
	}
	p.visit(x, k)
	p.grant(e.Scopes, k)
	if p.subject.Kind == tokenwarden.SubjectFamily {
		p.join(e, x.now)
	}
}

// identify keeps what is known of the token itself.
func (p *profile) identify(e *tokenwarden.Event, k *keeper) {
	if p.subject.Kind == tokenwarden.SubjectToken {
		p.keyID = e.KeyID
	}
	if *p.tokenKind == "" && e.TokenKind != "" {
		p.tokenKind = k.share(e.TokenKind)
	}
	if e.Owner != "" && e.Owner != *p.owner {
		p.owner = k.share(e.Owner)
	}
	if !e.Family.IsZero() {
		p.family = e.Family
	}
}

// grant keeps every scope that the token was seen with.
func (p *profile) grant(scopes []string, k *keeper) {
	h := uint64(0)
	for _, s := range scopes {
		h = hashText(h, s)
	}
	if h == p.granted {
		return
	}
	p.granted = h
next:
	for _, s := range scopes {
		s = clip(s)
		for _, known := range p.scopes {
			if known == s {
				continue next
			}
		}
		if len(p.scopes) < maxScopes {
			p.scopes = append(p.scopes, k.keep(s))
		}
	}
}

func networkHash(a netip.Addr) uint64 {
	a = a.Unmap()
	if a.Is4() {
		b := a.As4()
		return mix(uint64(b[0])<<16 | uint64(b[1])<<8 | uint64(b[2]))
	}
	b := a.As16()
	var v uint64
	for _, x := range b[:8] {
		v = v<<8 | uint64(x)
	}
	return mix(v ^ 0x6)
}

// row returns the readable columns; the state is the caller's.
func (p *profile) row() tokenwarden.Profile {
	return tokenwarden.Profile{
		Subject: p.subject, KeyID: p.keyID, TokenKind: *p.tokenKind, Owner: *p.owner, Family: p.family,
		FirstSeen: utc(p.first), LastSeen: utc(p.last), Requests: p.requests, Errors: p.errors, Bytes: p.bytes,
		Countries: p.values.texts(featureCountry), ASNs: p.values.numbers(featureASN), Networks: p.networks.count(),
		Clients: p.values.texts(featureClient), Hosts: p.values.texts(featureHost), Endpoints: p.endpoints.count(),
		Scopes: p.scopes, Version: p.version, Applied: p.applied,
	}
}

// begin starts the profile anew from the readable columns, because its state cannot be read: its counts and versions
// go on rising, its values are known but rare, and its windows, places and incidents are gone.
func (p *profile) begin(from *tokenwarden.Profile, k *keeper) {
	*p = profile{
		subject: p.subject, keyID: from.KeyID, tokenKind: k.share(from.TokenKind), owner: k.share(from.Owner), family: from.Family,
		first: from.FirstSeen.UnixMicro(), last: from.LastSeen.UnixMicro(), requests: from.Requests, errors: from.Errors,
		bytes: from.Bytes, version: from.Version, applied: from.Applied, message: p.message, asked: p.asked, uses: p.uses,
	}
	p.furnish()
	p.values.know(featureCountry, from.Countries, p.last, k)
	p.values.know(featureClient, from.Clients, p.last, k)
	p.values.know(featureHost, from.Hosts, p.last, k)
	for _, asn := range from.ASNs {
		p.values.know(featureASN, []string{k.asn(asn).name}, p.last, k)
	}
	p.grant(from.Scopes, k)
}
