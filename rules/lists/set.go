package lists

import (
	"iter"
	"net/netip"
	"slices"
	"time"

	"github.com/gaissmai/bart"

	"github.com/tokenwarden/tokenwarden"
)

// Entry says why a fingerprint is on a list.
type Entry struct {
	Source string    // who says so: "gitleaks", "github", a file's name
	Reason string    // rule and place of the finding, or whatever the list says; redacted
	At     time.Time // since when; zero if the list does not say
}

// Set is everything that was loaded. It never changes, so it may be read from any number of goroutines. All methods
// may be called on a nil Set, which knows nothing, and allocate nothing.
type Set struct {
	watched, decoys, revoked map[tokenwarden.Fingerprint]*Entry
	notified                 map[tokenwarden.Fingerprint]*Entry // revocations that came by a topic

	prefixes *bart.Table[NetworkClass]
	asns     map[uint32]NetworkClass

	sensitive  *routes[struct{}]
	policy     *routes[[][]string] // by hand
	openapi    *routes[[][]string]
	bindings   map[tokenwarden.Fingerprint]*binding
	exceptions exceptions

	counts Counts
	keys   map[tokenwarden.KeyID]int
}

// Watched returns the entry of a token that is known to have leaked, or nil.
func (s *Set) Watched(fp tokenwarden.Fingerprint) *Entry {
	if s == nil {
		return nil
	}
	return s.watched[fp]
}

// Decoy returns the entry of a token that was planted to be found, or nil.
func (s *Set) Decoy(fp tokenwarden.Fingerprint) *Entry {
	if s == nil {
		return nil
	}
	return s.decoys[fp]
}

// Revoked returns the entry of a token that was revoked, or nil. A use before Entry.At was rightful.
func (s *Set) Revoked(fp tokenwarden.Fingerprint) *Entry {
	if s == nil {
		return nil
	}
	if e := s.revoked[fp]; e != nil {
		return e
	}
	return s.notified[fp]
}

// Network returns the kinds of all listed prefixes that hold addr; 0 if there are none.
func (s *Set) Network(addr netip.Addr) NetworkClass {
	if s == nil || s.prefixes == nil || !addr.IsValid() {
		return 0
	}
	class, _ := s.prefixes.Lookup(addr.Unmap())
	return class
}

// NetworkOf returns the kinds that asn is listed under; 0 if there are none.
func (s *Set) NetworkOf(asn uint32) NetworkClass {
	if s == nil {
		return 0
	}
	return s.asns[asn]
}

// Sensitive tells whether an endpoint is on the sensitive list. endpoint is an event's: /v1/orders/{id}.
func (s *Set) Sensitive(method, host, endpoint string) bool {
	if s == nil {
		return false
	}
	return s.sensitive.find(method, host, endpoint) != nil
}

// Required returns which scopes a call needs: each element is a way to satisfy it, and needs all of its scopes. No
// element at all means that the call needs none. known is false where no list speaks of the call. What is written by
// hand goes before OpenAPI documents. The result belongs to the Set.
func (s *Set) Required(method, host, endpoint string) (scopes [][]string, known bool) {
	if s == nil {
		return nil, false
	}
	r := s.policy.find(method, host, endpoint)
	if r == nil {
		r = s.openapi.find(method, host, endpoint)
	}
	if r == nil {
		return nil, false
	}
	return r.value, true
}

// Granted returns the scopes that a token's binding declares. declared is false if none does. The result belongs to the
// Set.
func (s *Set) Granted(fp tokenwarden.Fingerprint) (scopes []string, declared bool) {
	if s == nil {
		return nil, false
	}
	if b := s.bindings[fp]; b != nil {
		return b.scopes, b.declaresScopes
	}
	return nil, false
}

// Breach tells whether e is outside what was declared for its token or its token's family, and returns the first of
// "network", "client", "endpoint" and "hour" that is. What the log does not tell breaks nothing.
func (s *Set) Breach(e *tokenwarden.Event) (what string, ok bool) {
	if s == nil || len(s.bindings) == 0 {
		return "", false
	}
	for _, fp := range [...]tokenwarden.Fingerprint{e.Fingerprint, e.Family} {
		if b := s.bindings[fp]; b != nil {
			if what := b.breach(s, e); what != "" {
				return what, true
			}
		}
	}
	return "", false
}

// Bound tells whether anything was declared for the token or its family.
func (s *Set) Bound(fp, family tokenwarden.Fingerprint) bool {
	return s != nil && (s.bindings[fp] != nil || s.bindings[family] != nil)
}

// Allowed returns the allowance under which a rule's alert about subject is held back at that time, or nil.
func (s *Set) Exception(rule string, subject tokenwarden.Subject, at time.Time) *Exception {
	if s == nil {
		return nil
	}
	return s.exceptions.find(rule, subject, at)
}

// Counts says how many entries a Set holds, by list.
type Counts struct {
	Watchlist, Decoys, Revoked int
	Prefixes, ASNs             int
	Classes                    NetworkClass // the kinds of network that are listed
	Sensitive, Policy, OpenAPI int
	Bindings, Allow            int
}

// Counts returns how many entries there are.
func (s *Set) Counts() Counts {
	if s == nil {
		return Counts{}
	}
	return s.counts
}

// Keys returns how many fingerprints were made under each key, as far as the lists say. The result belongs to the Set.
func (s *Set) Keys() map[tokenwarden.KeyID]int {
	if s == nil {
		return nil
	}
	return s.keys
}

// WithRevoked returns a Set that knows the given revocations besides its own. Both share everything else; revoked must
// not change any more.
func (s *Set) WithRevoked(revoked map[tokenwarden.Fingerprint]*Entry) *Set {
	var c Set
	if s != nil {
		c = *s
	}
	c.notified = revoked
	c.counts.Revoked = len(c.revoked) + len(revoked)
	return &c
}

// Added gives each watched, decoy and revoked fingerprint of s that old does not have, once and in no order.
func (s *Set) Added(old *Set) iter.Seq[tokenwarden.Fingerprint] {
	return func(yield func(tokenwarden.Fingerprint) bool) {
		if s == nil {
			return
		}
		all := []map[tokenwarden.Fingerprint]*Entry{s.watched, s.decoys, s.revoked, s.notified}
		for i, list := range all {
			for fp := range list {
				given := slices.ContainsFunc(all[:i], func(m map[tokenwarden.Fingerprint]*Entry) bool { return m[fp] != nil })
				if !given && old.Watched(fp) == nil && old.Decoy(fp) == nil && old.Revoked(fp) == nil && !yield(fp) {
					return
				}
			}
		}
	}
}
