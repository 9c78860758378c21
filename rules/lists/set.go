package lists

import (
	"iter"
	"net/netip"
	"slices"
	"time"

	"github.com/gaissmai/bart"

	"github.com/tokenwarden/tokenwarden"
)

// Entry is the entry of a fingerprint on a list.
type Entry struct {
	Source string    // "gitleaks", "github", else the name of the file
	Reason string    // rule and location of the finding, or the list's reason; redacted
	At     time.Time // of the leak or revocation; zero: unknown
}

// Set is the content of all lists. It is immutable and safe for concurrent use. A nil Set is empty. Lookups allocate
// nothing.
type Set struct {
	watched, decoys, revoked map[tokenwarden.Fingerprint]*Entry
	notified                 map[tokenwarden.Fingerprint]*Entry // revocations from a topic

	prefixes *bart.Table[NetworkClass]
	asns     map[uint32]NetworkClass

	sensitive  *routes[struct{}]
	policy     *routes[[][]string] // written by hand
	openapi    *routes[[][]string]
	bindings   map[tokenwarden.Fingerprint]*binding
	exceptions exceptions

	counts Counts
	keys   map[tokenwarden.KeyID]int
}

// Watched returns the watchlist's entry of a token, or nil.
func (s *Set) Watched(fp tokenwarden.Fingerprint) *Entry {
	if s == nil {
		return nil
	}
	return s.watched[fp]
}

// Decoy returns the entry of a decoy token, or nil.
func (s *Set) Decoy(fp tokenwarden.Fingerprint) *Entry {
	if s == nil {
		return nil
	}
	return s.decoys[fp]
}

// Revoked returns the entry of a revoked token, or nil. A use before Entry.At was legitimate.
func (s *Set) Revoked(fp tokenwarden.Fingerprint) *Entry {
	if s == nil {
		return nil
	}
	if e := s.revoked[fp]; e != nil {
		return e
	}
	return s.notified[fp]
}

// Network returns the classes of all listed prefixes that contain addr.
func (s *Set) Network(addr netip.Addr) NetworkClass {
	if s == nil || s.prefixes == nil || !addr.IsValid() {
		return 0
	}
	class, _ := s.prefixes.Lookup(addr.Unmap())
	return class
}

// NetworkOf returns the classes of an autonomous system.
func (s *Set) NetworkOf(asn uint32) NetworkClass {
	if s == nil {
		return 0
	}
	return s.asns[asn]
}

// Sensitive reports whether the sensitive list has a call. endpoint is a template, as events have it: /v1/orders/{id}.
func (s *Set) Sensitive(method, host, endpoint string) bool {
	if s == nil {
		return false
	}
	return s.sensitive.find(method, host, endpoint) != nil
}

// Required returns the sets of scopes of which a call needs one; none at all: it needs no scope. known reports whether a list
// has the call. Policy files go before OpenAPI documents. The caller must not change the result.
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

// Granted returns the scopes that a token's binding declares, if it declares any. The caller must not change the result.
func (s *Set) Granted(fp tokenwarden.Fingerprint) (scopes []string, declared bool) {
	if s == nil {
		return nil, false
	}
	if b := s.bindings[fp]; b != nil {
		return b.scopes, b.declaresScopes
	}
	return nil, false
}

// Breach reports whether e is outside the binding of its token or of the token's family, and returns the first part that it
// is outside of: "network", "client", "endpoint" or "hour". A field that the log lacks breaks nothing.
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

// Bound reports whether the token or its family has a binding.
func (s *Set) Bound(fp, family tokenwarden.Fingerprint) bool {
	return s != nil && (s.bindings[fp] != nil || s.bindings[family] != nil)
}

// Exception returns the exception that covers a rule's alert about subject at that event time, or nil.
func (s *Set) Exception(rule string, subject tokenwarden.Subject, at time.Time) *Exception {
	if s == nil {
		return nil
	}
	return s.exceptions.find(rule, subject, at)
}

// Counts holds the number of entries of each list.
type Counts struct {
	Watchlist, Decoys, Revoked int
	Prefixes, ASNs             int
	Classes                    NetworkClass // classes of the listed networks
	Sensitive, Policy, OpenAPI int
	Bindings, Allow            int
}

// Counts returns the number of entries of each list.
func (s *Set) Counts() Counts {
	if s == nil {
		return Counts{}
	}
	return s.counts
}

// Keys returns the number of fingerprints by the key that made them, as far as lists name it. The caller must not change the
// result.
func (s *Set) Keys() map[tokenwarden.KeyID]int {
	if s == nil {
		return nil
	}
	return s.keys
}

// WithRevoked returns a copy of s with these revocations of a topic, which replace earlier ones of a topic. The copy shares
// all lists with s and owns revoked.
func (s *Set) WithRevoked(revoked map[tokenwarden.Fingerprint]*Entry) *Set {
	var c Set
	if s != nil {
		c = *s
	}
	c.notified = revoked
	c.counts.Revoked = len(c.revoked) + len(revoked)
	return &c
}

// Added yields each watched, decoy and revoked fingerprint of s that old does not have, once and in no order.
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
