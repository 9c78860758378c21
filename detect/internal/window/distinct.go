package window

import (
	"cmp"
	"math"
	"slices"

	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
)

// DistinctParams are the rule's parameters of a window of distinct values.
type DistinctParams struct {
	Window int64 // seconds
	Late   int64 // seconds a late event may lie before the window
	Max    int   // entries kept exactly
}

// Distinct counts different values in a sliding window. It remembers when each value was seen last: up to DistinctParams.Max of
// them exactly, above that a sample by hash of which each entry stands for 2^level values (Gibbons 2001).
type Distinct struct {
	newest int64 // Unix seconds
	list   []LastSeen
	level  uint8
	Slot   Slot
}

// LastSeen is one value. The upper 16 bits of its key are a tag, the field or group that values are counted for; the others are the
// value's hash.
type LastSeen struct {
	key uint64
	at  int64 // Unix seconds
}

// Key joins a tag and the hash of a value.
func Key(tag, hash uint64) uint64 { return tag<<48 | hash>>16 }

// NewDistinct returns an empty window.
func NewDistinct(s Slot) Distinct { return Distinct{Slot: s, newest: math.MinInt64} }

// Add counts a value at a time in Unix seconds. It returns how many values of its tag lie in the window that ends then. An event that
// comes late counts in the window of its own time, without the values seen again since.
func (d *Distinct) Add(p *DistinctParams, key uint64, at int64) uint64 {
	d.newest = max(d.newest, at)
	oldest := d.newest - p.Window - p.Late
	if at <= oldest {
		return 0
	}
	tag, from := key>>48, max(at-p.Window, oldest)
	n, live, known, gone := uint64(0), 0, false, -1
	for i := range d.list {
		e := &d.list[i]
		if e.key == key && e.at <= oldest {
			gone = i // stored state does not hold it any more: it must count as new here as well
			continue
		}
		if e.key == key {
			e.at = max(e.at, at)
			known = true
		}
		if e.at > oldest {
			live++
		}
		if e.key>>48 == tag && e.at > from && (e.at <= at || e.key == key) {
			n++
		}
	}
	if gone >= 0 {
		d.list = slices.Delete(d.list, gone, gone+1)
	}
	if live == 0 {
		d.level, d.list = 0, d.list[:0]
	}
	if !known && d.samples(key) {
		d.insert(p, LastSeen{key, at}, oldest)
		return d.Count(p, key, at)
	}
	return n << d.level
}

func (d *Distinct) samples(key uint64) bool { return key&(1<<d.level-1) == 0 }

// Count returns how many values of the key's tag lie in the window that ends at a time in Unix seconds.
func (d *Distinct) Count(p *DistinctParams, key uint64, at int64) uint64 {
	if d.newest == math.MinInt64 {
		return 0
	}
	n, from := uint64(0), max(at-p.Window, d.newest-p.Window-p.Late)
	for i := range d.list {
		if e := &d.list[i]; e.key>>48 == key>>48 && e.at > from && e.at <= at {
			n++
		}
	}
	return n << d.level
}

// insert adds a value, and thins out the sample when it is full. Eviction follows from the values alone, not from
// the capacity of the list.
func (d *Distinct) insert(p *DistinctParams, v LastSeen, oldest int64) {
	if len(d.list) >= p.Max || len(d.list) == cap(d.list) {
		d.list = slices.DeleteFunc(d.list, func(e LastSeen) bool { return e.at <= oldest })
	}
	for len(d.list) >= p.Max && d.level < 32 {
		d.level++
		d.list = slices.DeleteFunc(d.list, func(e LastSeen) bool { return !d.samples(e.key) })
	}
	if d.samples(v.key) {
		d.list = append(d.list, v)
	}
}

// live returns the values within the window and its lateness, by key: their order of arrival has no effect.
func (d *Distinct) live(p *DistinctParams) []LastSeen {
	oldest := d.newest - p.Window - p.Late
	var out []LastSeen
	for _, e := range d.list {
		if e.at > oldest {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b LastSeen) int { return cmp.Compare(a.key, b.key) })
	return out
}

// UseInline moves the values into storage if they fit there better.
func (d *Distinct) UseInline(storage []LastSeen) { d.list = Relocate(d.list, storage) }

// TouchHeader reads a field, to prefetch the struct.
func (d *Distinct) TouchHeader() uint64 { return uint64(d.newest) }

// TouchList reads a value of each cache line, to prefetch the list.
func (d *Distinct) TouchList() (n uint64) {
	for i, list := 0, d.list; i < len(list); i += 4 {
		n += list[i].key
	}
	return n
}

// AppendTo writes the live values.
func (d *Distinct) AppendTo(w *codec.Writer, p *DistinctParams) {
	w.Int(d.newest)
	w.Uint(uint64(d.level))
	live := d.live(p)
	w.Uint(uint64(len(live)))
	for _, e := range live {
		w.Fixed64(e.key)
		w.Int(d.newest - e.at)
	}
}

// DecodeDistinct reads the output of AppendTo, of at most limit values. The result is meaningless once r has failed.
func DecodeDistinct(r *codec.Reader, limit int) (d Distinct) {
	d.newest, d.level = r.Int(), uint8(r.UpTo(32))
	for range r.Len(limit) {
		e := LastSeen{key: r.Fixed64()}
		e.at = d.newest - r.Int()
		d.list = append(d.list, e)
	}
	return d
}

// Len returns how many values are kept.
func (d *Distinct) Len() int { return len(d.list) }
