package detect

import (
	"hash/maphash"

	"github.com/tokenwarden/tokenwarden"
)

// table holds the profiles of a partition. It is an index, and two queues that say whom to forget (S3-FIFO: Yang and others,
// SOSP 2023): who is new stands in the first, and leaves it for the second if it was used again in the meantime; who was
// not is forgotten. A flood of tokens that are used once passes through the first and touches nobody in the second. A use
// costs a counter in the profile, which is written anyway.
//
// Nobody is forgotten but by trim: until then the table grows beyond max.
type table struct {
	seed  maphash.Seed
	slots []slot // open addressing: a profile stands at its hash or in the next free slot; a power of two, at most half full
	n     int
	max   int
	young queue
	old   queue
	// ghosts are those forgotten last without a second use: who comes back is not new. By hash; a later one takes the place of
	// an earlier.
	ghosts []uint32
}

type slot struct {
	hash uint64
	prof *profile // nil: free
}

const (
	maxUses    = 3  // that are counted
	youngShare = 10 // one in so many places is for the new
)

func newTable(most int) *table {
	ghosts := 1
	for ghosts < most {
		ghosts *= 2
	}
	return &table{seed: maphash.MakeSeed(), slots: make([]slot, 64), max: most, ghosts: make([]uint32, ghosts)}
}

// hash is keyed: whoever chooses addresses must not choose slots.
func (t *table) hash(s tokenwarden.Subject) uint64 {
	return maphash.Bytes(t.seed, s.ID[:]) + uint64(s.Kind)
}

// warm reads the slots and then the profiles of all hashes, so that the processor waits for many at once and finds them in
// its cache later. What it returns means nothing.
func (t *table) warm(hashes []uint64) (n uint64) {
	mask := uint64(len(t.slots) - 1)
	for _, h := range hashes {
		n += t.slots[h&mask].hash
	}
	for _, h := range hashes {
		for i := h & mask; t.slots[i].prof != nil; i = (i + 1) & mask {
			if t.slots[i].hash == h {
				n += t.slots[i].prof.version
				break
			}
		}
	}
	return n
}

// find returns the profile of s, whose hash is h, or nil.
func (t *table) find(h uint64, s tokenwarden.Subject) *profile {
	mask := uint64(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch slot := &t.slots[i]; {
		case slot.prof == nil:
			return nil
		case slot.hash == h && slot.prof.subject == s:
			return slot.prof
		}
	}
}

// add puts in a profile that is not there.
func (t *table) add(h uint64, p *profile) {
	if 2*(t.n+1) > len(t.slots) {
		old := t.slots
		t.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.prof != nil {
				t.place(s)
			}
		}
	}
	t.place(slot{h, p})
	t.n++
	if place, tag := t.ghost(p.subject); *place == tag {
		*place = 0
		t.old.push(p)
	} else {
		t.young.push(p)
	}
}

func (t *table) place(s slot) {
	mask := uint64(len(t.slots) - 1)
	i := s.hash & mask
	for t.slots[i].prof != nil {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}

// ghost returns where the subject stands among the ghosts if it is one, and how it is called there. It is not keyed: whom a
// table forgets must follow from what it was given.
func (t *table) ghost(s tokenwarden.Subject) (place *uint32, tag uint32) {
	h := idHash(s.ID) + uint64(s.Kind)
	return &t.ghosts[h&uint64(len(t.ghosts)-1)], uint32(h>>32) | 1
}

// trim forgets profiles until no more than max are left.
func (t *table) trim() {
	for t.n > t.max {
		if t.young.len() > t.max/youngShare {
			p := t.young.pop()
			if p.uses > 0 {
				p.uses = 0
				t.old.push(p)
				continue
			}
			place, tag := t.ghost(p.subject)
			*place = tag
			t.remove(p)
			continue
		}
		p := t.old.pop()
		if p.uses > 0 {
			p.uses--
			t.old.push(p)
			continue
		}
		t.remove(p)
	}
}

// remove takes a profile out of the index, and moves those behind it up into the gap where they are looked for there.
func (t *table) remove(p *profile) {
	mask := uint64(len(t.slots) - 1)
	i := t.hash(p.subject) & mask
	for t.slots[i].prof != p {
		i = (i + 1) & mask
	}
	for next := (i + 1) & mask; t.slots[next].prof != nil; next = (next + 1) & mask {
		if home := t.slots[next].hash & mask; (next-home)&mask >= (next-i)&mask {
			t.slots[i] = t.slots[next]
			i = next
		}
	}
	t.slots[i] = slot{}
	t.n--
}

// queue is first in, first out.
type queue struct {
	list []*profile
	head int
}

func (q *queue) len() int { return len(q.list) - q.head }

func (q *queue) push(p *profile) { q.list = append(q.list, p) }

func (q *queue) pop() *profile {
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
