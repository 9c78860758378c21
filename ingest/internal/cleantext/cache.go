// Package cleantext caches texts in which a search found nothing. A log has few user agents, users and hosts, each many
// times, and a comparison costs a fifth of a search.
package cleantext

import "hash/maphash"

// MaxLen is the length in bytes of the longest text that a Cache keeps.
const MaxLen = 252

// Cache keeps texts by what they were searched as, two of each hash: a third replaces one of these. So it takes a fixed amount
// of memory, about 256 bytes an entry. It is not safe for concurrent use.
type Cache[K comparable] struct {
	seed    maphash.Seed
	entries []Entry[K]
	second  bool // of two entries the second one is replaced next
}

// Entry has room for one text.
type Entry[K comparable] struct {
	as   K
	n    uint8
	text [MaxLen]byte
}

// New returns a cache of size entries, a power of two from 2.
func New[K comparable](size int) Cache[K] {
	return Cache[K]{seed: maphash.MakeSeed(), entries: make([]Entry[K], size)}
}

// Find returns the entry of text, and whether it keeps text, searched as the same. The entry stays usable as long as the cache,
// for whatever text is kept there.
func (c *Cache[K]) Find(text []byte, as K) (e *Entry[K], kept bool) {
	pair := c.entries[maphash.Bytes(c.seed, text)&uint64(len(c.entries)-2):][:2]
	if e = &pair[0]; e.holds(text, as) {
		return e, true
	}
	if e = &pair[1]; e.holds(text, as) {
		return e, true
	}
	if c.second = !c.second; c.second {
		e = &pair[0]
	}
	return e, false
}

func (e *Entry[K]) holds(text []byte, as K) bool {
	return e.n > 0 && e.as == as && string(e.text[:e.n]) == string(text)
}

// Keep stores a copy of text unless it is longer than MaxLen. Only a text without a finding may be kept.
func (e *Entry[K]) Keep(text []byte, as K) {
	if len(text) > MaxLen {
		return
	}
	e.as, e.n = as, uint8(len(text))
	copy(e.text[:], text)
}
