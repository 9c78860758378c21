// Package profile holds profiles of subjects and their cache.
//
// An Event is prepared once and handed down. A Profile learns from events and holds the state of rules by slot, which a Registry
// names when it is stored.
package profile

import (
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// Bounds of a profile. The worst case is the sum of the last column, 216 KB; with the default rules a token that is
// seen once takes 1.3 KB, one that made ten different requests 4.0 KB, one that calls a dozen endpoints every minute 14 KB
// (BenchmarkProfileBytes measures them, with 30 bytes for the entry in the cache).
//
//	base, with inline storage                    3.6 KB   the second part of tokens with more than three events
//	values      427 (see features) x 24 B       10.2 KB   texts are shared between profiles
//	sketches      2 x 64 x 8 B                   1 KB
//	places        8 x 56 B                     448 B
//	scopes       32 x 16 B                     512 B
//	usage       256 x (40 + 4) B                11.3 KB
//	sliding     720 x 8 B per rule of kind rate 17.3 KB   130 to 720 buckets, only of tokens that are busy for ten minutes; three rules
//	distinct    200 x 16 B per rule              3.2 KB   128 values, or four times what the rule waits for if that is more
//	baselines   288 B per rule with a factor     1 KB
//	sparse       50 B per bucket, ...            1 KB     of the subjects that have any
//	incidents    64 x (600 B + 5 x 400 B)      166 KB     only of tokens that trip 64 rules or groups at once
const (
	maxScopes    = 32
	MaxCells     = 256 // usage cells that are open at once
	MaxIncidents = 64  // open at once
	MaxGroups    = 16  // of them, of one rule: further groups share one incident
)

// Profile is the knowledge of one subject. It is a function of the subject's events in their order, independent of
// checkpoints and of other subjects.
//
// The fields that every event reads come first: eight cache lines, see TouchHeader.
type Profile struct {
	Subject     tokenwarden.Subject
	KeyID       tokenwarden.KeyID
	Identity    tokenwarden.Identity // of the last event
	uses        uint8                // messages that were applied since the cache evicted last; saturates
	Replayed    bool                 // the stored profile holds the current message already
	Interval    uint32               // the checkpoint interval in which the profile changed last; dirty bits are of that interval
	oldestCell  uint32               // least minute of the open usage cells; meaningless if there are none
	Message     uint64               // the partition's number of the message that was applied last, 0 if none was
	Applied     tokenwarden.Position
	First       int64 // least event time, Unix microseconds; window.NoTime before the first event
	Last        int64 // greatest event time
	Requests    uint64
	Errors      uint64
	Bytes       uint64
	Version     uint64 // events applied
	lastNetwork uint64 // hash of the network seen last: the same again need not be counted
	lastScopes  uint64 // hash of the scopes seen last
	Family      tokenwarden.Fingerprint
	TokenKind   *string     // never nil
	Owner       *string     // never nil
	cells       []usageCell // open, in the order in which they were opened
	cellKeys    []uint32    // their keys, side by side to be searched
	sliding     []window.Sliding
	distinct    []window.Distinct
	baselines   []window.Baseline
	Places      []Place
	Incidents   []*Incident
	sparse      *sparse
	Values      FeatureValues

	Networks  window.Sketch
	Endpoints window.Sketch
	scopes    []string
	large     *inlineLarge // nil: the lists use small
	Requested uint64       // the partition's number of the last message that asked the store for the profile
	small     inlineSmall
}

// New returns an empty profile.
func New(s tokenwarden.Subject) *Profile {
	p := &Profile{Subject: s, TokenKind: &empty, Owner: &empty, First: window.NoTime, Last: window.NoTime,
		Applied: tokenwarden.Position{Offset: -1}}
	p.useInlineSmall()
	return p
}

// ClearDirty marks all of the profile as durable. It runs when a profile changes for the first time after a checkpoint: to visit all
// profiles at the checkpoint would fetch each of them from memory once more.
func (p *Profile) ClearDirty() {
	for i := range p.cells {
		p.cells[i].dirty = false
	}
	for _, inc := range p.Incidents {
		inc.Dirty = false
	}
}

// Age returns the time since the first use.
func (p *Profile) Age(now int64) time.Duration {
	return time.Duration(Since(now, p.First) * float64(time.Second))
}

// Since returns the seconds from then to now, 0 if then is not known or later.
func Since(now, then int64) float64 {
	if then == window.NoTime || now < then {
		return 0
	}
	return float64(now-then) / 1e6
}

// Learn adds an event to the profile, after the rules were evaluated on it.
func (p *Profile) Learn(ev *Event, known *Known, in *Interner) {
	p.Version++
	p.identify(ev.Event, in)
	if p.First == window.NoTime || ev.Now < p.First {
		p.First = ev.Now
	}
	if p.Last == window.NoTime || ev.Now > p.Last {
		p.Last = ev.Now
	}
	if !ev.FirstInRequest {
		return
	}
	if p.Subject.Kind == tokenwarden.SubjectToken {
		p.countUsage(ev)
	}
	p.Requests++
	p.Bytes += uint64(max(ev.Event.Bytes, 0))
	if ev.Status >= 400 {
		p.Errors++
	}
	if known.Predicates&IsUnauthenticated != 0 {
		return // a credential that the server did not know teaches nothing about its owner
	}
	if p.Values.learn(ev, known, in) {
		p.Endpoints.Add(hash.Text(0, text.Clip(ev.Endpoint)))
	}
	if ev.ClientIP.IsValid() && ev.Network != p.lastNetwork {
		p.lastNetwork = ev.Network
		p.Networks.Add(ev.Network)
	}
	p.visit(ev, known.Place, in)
	p.addScopes(ev.Scopes, in)
	if p.Subject.Kind == tokenwarden.SubjectFamily {
		p.addToFamily(ev.Event, ev.Now)
	}
}

// identify keeps key, kind, owner and family of the token.
func (p *Profile) identify(e *tokenwarden.Event, in *Interner) {
	if p.Subject.Kind == tokenwarden.SubjectToken {
		p.KeyID, p.Identity = e.KeyID, e.Identity
	}
	if *p.TokenKind == "" && e.TokenKind != "" {
		p.TokenKind = in.Intern(e.TokenKind)
	}
	if e.Owner != "" && e.Owner != *p.Owner {
		p.Owner = in.Intern(e.Owner)
	}
	if !e.Family.IsZero() {
		p.Family = e.Family
	}
}

// addScopes adds the scopes the token came with.
func (p *Profile) addScopes(scopes []string, in *Interner) {
	h := uint64(0)
	for _, s := range scopes {
		h = hash.Text(h, s)
	}
	if h == p.lastScopes {
		return
	}
	p.lastScopes = h
next:
	for _, s := range scopes {
		s = text.Clip(s)
		for _, known := range p.scopes {
			if known == s {
				continue next
			}
		}
		if len(p.scopes) < maxScopes {
			p.scopes = append(p.scopes, in.InternString(s))
		}
	}
}

// Row returns the readable columns. The state is the caller's to add.
func (p *Profile) Row() tokenwarden.Profile {
	return tokenwarden.Profile{
		Subject: p.Subject, KeyID: p.KeyID, TokenKind: *p.TokenKind, Identity: p.Identity, Owner: *p.Owner, Family: p.Family,
		FirstSeen: text.UTC(p.First), LastSeen: text.UTC(p.Last), Requests: p.Requests, Errors: p.Errors, Bytes: p.Bytes,
		Countries: p.Values.texts(FeatureCountry), ASNs: p.Values.numbers(FeatureASN), Networks: p.Networks.Count(),
		Clients: p.Values.texts(FeatureClient), Hosts: p.Values.texts(FeatureHost), Endpoints: p.Endpoints.Count(),
		Scopes: p.scopes, Version: p.Version, Applied: p.Applied,
	}
}

// Restart begins the profile anew from the readable columns, because its state cannot be read: counts and versions go on rising, the
// values are known but rare, and windows, places and incidents are gone.
func (p *Profile) Restart(from *tokenwarden.Profile, in *Interner) {
	*p = Profile{
		Subject: p.Subject, KeyID: from.KeyID, Identity: from.Identity, TokenKind: in.Intern(from.TokenKind), Owner: in.Intern(from.Owner),
		Family: from.Family,
		First:  from.FirstSeen.UnixMicro(), Last: from.LastSeen.UnixMicro(), Requests: from.Requests, Errors: from.Errors,
		Bytes: from.Bytes, Version: from.Version, Applied: from.Applied, Message: p.Message, Requested: p.Requested, uses: p.uses,
	}
	p.useInlineSmall()
	p.Values.seed(FeatureCountry, from.Countries, p.Last, in)
	p.Values.seed(FeatureClient, from.Clients, p.Last, in)
	p.Values.seed(FeatureHost, from.Hosts, p.Last, in)
	for _, n := range from.ASNs {
		p.Values.seed(FeatureASN, []string{in.asn(n).name}, p.Last, in)
	}
	p.addScopes(from.Scopes, in)
}
