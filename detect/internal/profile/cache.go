package profile

import (
	"hash/maphash"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
)

// Cache holds the profiles of a partition: an index, and the two queues of S3-FIFO (Yang and others, SOSP 2023). A new profile enters
// the small queue and leaves it for the main one if it was used again in the meantime; else it is evicted. A flood of tokens that are
// used once passes through the small queue and evicts nothing from the main one. A use costs a counter in the profile, which is
// written anyway.
//
// Only Evict evicts: until then the cache grows beyond its bound.
type Cache struct {
	seed  maphash.Seed
	slots []cacheSlot // open addressing: a profile is at its hash or in the next free slot; a power of two, at most half full
	n     int
	limit int
	small queue
	main  queue
	ghost []uint32 // hashes of the last evictions from the small queue: on return they enter the main queue
}

type cacheSlot struct {
	hash    uint64
	profile *Profile // nil: free
}

const (
	maxUses    = 3  // counted uses
	smallShare = 10 // one in so many places is for the small queue
)

// NewCache returns a cache that holds limit profiles after each Evict.
func NewCache(limit int) *Cache {
	ghosts := 1
	for ghosts < limit {
		ghosts *= 2
	}
	return &Cache{seed: maphash.MakeSeed(), slots: make([]cacheSlot, 64), limit: limit, ghost: make([]uint32, ghosts)}
}

// Len returns the number of profiles.
func (c *Cache) Len() int { return c.n }

// Hash returns a keyed hash: an attacker who chooses subjects cannot choose slots.
func (c *Cache) Hash(s tokenwarden.Subject) uint64 {
	return maphash.Bytes(c.seed, s.ID[:]) + uint64(s.Kind)
}

// PrefetchSlots reads the slots and then the profiles of all hashes, so that the processor waits for many at once. Its result
// means nothing.
func (c *Cache) PrefetchSlots(hashes []uint64) (n uint64) {
	mask := uint64(len(c.slots) - 1)
	for _, h := range hashes {
		n += c.slots[h&mask].hash
	}
	for _, h := range hashes {
		for i := h & mask; c.slots[i].profile != nil; i = (i + 1) & mask {
			if c.slots[i].hash == h {
				n += c.slots[i].profile.Version
				break
			}
		}
	}
	return n
}

// Find returns the profile of s, whose hash is h, or nil.
func (c *Cache) Find(h uint64, s tokenwarden.Subject) *Profile {
	mask := uint64(len(c.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch slot := &c.slots[i]; {
		case slot.profile == nil:
			return nil
		case slot.hash == h && slot.profile.Subject == s:
			return slot.profile
		}
	}
}

// Add adds a profile that is not in the cache.
func (c *Cache) Add(h uint64, p *Profile) {
	if 2*(c.n+1) > len(c.slots) {
		before := c.slots
		c.slots = make([]cacheSlot, 2*len(before))
		for _, s := range before {
			if s.profile != nil {
				c.place(s)
			}
		}
	}
	c.place(cacheSlot{h, p})
	c.n++
	if slot, tag := c.ghostSlot(p.Subject); *slot == tag {
		*slot = 0
		c.main.push(p)
	} else {
		c.small.push(p)
	}
}

// CountUse counts a use of the profile, once a message.
func (p *Profile) CountUse() {
	if p.uses < maxUses {
		p.uses++
	}
}

func (c *Cache) place(s cacheSlot) {
	mask := uint64(len(c.slots) - 1)
	i := s.hash & mask
	for c.slots[i].profile != nil {
		i = (i + 1) & mask
	}
	c.slots[i] = s
}

// ghostSlot returns where the subject is among the ghosts if it is one, and its tag. The hash is not keyed: which profiles a cache
// evicts must follow from its input.
func (c *Cache) ghostSlot(s tokenwarden.Subject) (slot *uint32, tag uint32) {
	h := hash.ID(s.ID) + uint64(s.Kind)
	return &c.ghost[h&uint64(len(c.ghost)-1)], uint32(h>>32) | 1
}

// Evict evicts profiles until the cache is within its bound.
func (c *Cache) Evict() {
	for c.n > c.limit {
		if c.small.len() > c.limit/smallShare {
			p := c.small.pop()
			if p.uses > 0 {
				p.uses = 0
				c.main.push(p)
				continue
			}
			slot, tag := c.ghostSlot(p.Subject)
			*slot = tag
			c.remove(p)
			continue
		}
		p := c.main.pop()
		if p.uses > 0 {
			p.uses--
			c.main.push(p)
			continue
		}
		c.remove(p)
	}
}

// remove removes a profile from the index, and moves later entries of its probe chain up into the gap.
func (c *Cache) remove(p *Profile) {
	mask := uint64(len(c.slots) - 1)
	i := c.Hash(p.Subject) & mask
	for c.slots[i].profile != p {
		i = (i + 1) & mask
	}
	for next := (i + 1) & mask; c.slots[next].profile != nil; next = (next + 1) & mask {
		if home := c.slots[next].hash & mask; (next-home)&mask >= (next-i)&mask {
			c.slots[i] = c.slots[next]
			i = next
		}
	}
	c.slots[i] = cacheSlot{}
	c.n--
}

// queue is first in, first out.
type queue struct {
	list []*Profile
	head int
}

func (q *queue) len() int { return len(q.list) - q.head }

func (q *queue) push(p *Profile) { q.list = append(q.list, p) }

func (q *queue) pop() *Profile {
	p := q.list[q.head]
	q.list[q.head] = nil
	q.head++
	if q.head >= 64 && 2*q.head >= len(q.list) {
		n := copy(q.list, q.list[q.head:])
		clear(q.list[n:])
		q.list, q.head = q.list[:n], 0
	}
	return p
}
