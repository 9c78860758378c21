// Package cleantext caches texts in which a search found nothing. A log has few user agents, users and hosts, each many
// times, and a comparison costs a fifth of a search.
package cleantext

import "hash/maphash"

// MaxLen is the length in bytes of the longest text that a Cache keeps.
const MaxLen = 252

// Cache keeps texts by what they were searched as. A text replaces another one of the same hash, so it takes a fixed amount of
// memory, about 256 bytes an entry. It is not safe for concurrent use.
type Cache[K comparable] struct {
	seed    maphash.Seed
	entries []Entry[K]
}

// Entry has room for one text.
type Entry[K comparable] struct {
	as   K
	n    uint8
	text [MaxLen]byte
}

// New returns a cache of size entries, a power of two.
func New[K comparable](size int) Cache[K] {
	return Cache[K]{maphash.MakeSeed(), make([]Entry[K], size)}
}

// Entry returns where text belongs. It holds until the cache is gone, for whatever text is kept there.
func (c *Cache[K]) Entry(text []byte) *Entry[K] {
	return &c.entries[maphash.Bytes(c.seed, text)&uint64(len(c.entries)-1)]
}

// Holds reports whether e keeps text, searched as the same.
func (e *Entry[K]) Holds(text []byte, as K) bool {
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
