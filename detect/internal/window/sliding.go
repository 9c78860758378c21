package window

import (
	"math"
	"sort"

	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
)

// Bounds of a sliding window.
const (
	Buckets = 60                  // per window: the resolution is a 60th of the window, 1 s for a minute
	MaxLate = 600                 // buckets a late event may lie before the window: 10 minutes for a window of a minute
	maxSpan = 2*Buckets + MaxLate // buckets kept: also the windows that end at the latest late event
)

// SlidingParams are the rule's parameters of a sliding window.
type SlidingParams struct {
	Width int64 // of a bucket, microseconds
	Late  int64 // buckets a late event may lie before the window, at most MaxLate
}

// span returns how many buckets can still matter.
func (p *SlidingParams) span() int64 { return 2*Buckets + p.Late }

// Sliding counts events in a sliding window of event time, half-open: (t - width, t].
//
// It never counts an event outside of the window, and leaves out at most the oldest bucket, which the edge of the window cuts:
// at an event of time t it counts back to between 59 and 60 60ths of the width. So a limit is never reached falsely, a burst
// shorter than 59 60ths of the window is counted exactly, and a steady rate above the limit is found at most a 60th of the width
// later than an exact window would find it.
//
// Only buckets with events are kept: a token with one request a minute holds eleven, of eight bytes each.
type Sliding struct {
	base  int64 // bucket number of offset 0
	list  []Bucket
	sum   uint64 // of list[start:]
	start int32  // index of the first bucket in the window that ends at the last bucket
	Slot  Slot
}

// Bucket counts the events of one 60th of a window.
type Bucket struct {
	offset uint32
	n      uint32 // saturates
}

// Add counts n events at bucket number b. It returns the greatest count of any window that ends at a known bucket and holds the
// event. counted is false if the event is too late.
func (w *Sliding) Add(p *SlidingParams, b int64, n uint32) (count uint64, counted bool) {
	if len(w.list) == 0 || b > w.lastBucket()+p.span() {
		w.base, w.list, w.start, w.sum = b, append(w.list[:0], Bucket{0, n}), 0, uint64(n)
		return w.sum, true
	}
	switch last := w.lastBucket(); {
	case b == last:
		w.list[len(w.list)-1].add(n)
	case b > last:
		w.list = append(w.list, Bucket{uint32(b - w.base), n})
	case b <= last-Buckets-p.Late:
		return 0, false
	default:
		return w.addLate(b, n), true
	}
	w.sum += uint64(n)
	w.slide(p)
	return w.sum, true
}

func (w *Sliding) lastBucket() int64 { return w.base + int64(w.list[len(w.list)-1].offset) }

func (w *Sliding) at(i int) int64 { return w.base + int64(w.list[i].offset) }

func (b *Bucket) add(n uint32) { b.n = uint32(min(uint64(b.n)+uint64(n), math.MaxUint32)) }

// slide moves the start of the window behind its new end, and prunes when the list would grow.
func (w *Sliding) slide(p *SlidingParams) {
	last := w.lastBucket()
	for w.at(int(w.start)) <= last-Buckets {
		w.sum -= uint64(w.list[w.start].n)
		w.start++
	}
	if w.start > 0 && w.at(0) <= last-p.span() && len(w.list) == cap(w.list) {
		w.prune(p)
	}
}

// prune removes the buckets before the span. It changes no answer.
func (w *Sliding) prune(p *SlidingParams) {
	live := w.live(p)
	dead, shift := len(w.list)-len(live), live[0].offset
	if dead == 0 {
		return
	}
	w.list = w.list[:copy(w.list, live)]
	for i := range w.list {
		w.list[i].offset -= shift
	}
	w.base += int64(shift)
	w.start -= int32(dead)
}

// addLate counts events at a bucket before the last. It returns the greatest count of the windows that hold it.
func (w *Sliding) addLate(b int64, n uint32) uint64 {
	if b < w.base {
		for i := range w.list {
			w.list[i].offset += uint32(w.base - b)
		}
		w.base = b
	}
	i := sort.Search(len(w.list), func(i int) bool { return w.at(i) >= b })
	if w.at(i) == b {
		w.list[i].add(n)
	} else {
		w.list = append(w.list, Bucket{})
		copy(w.list[i+1:], w.list[i:])
		w.list[i] = Bucket{uint32(b - w.base), n}
		if b <= w.lastBucket()-Buckets {
			w.start++
		}
	}
	if b > w.lastBucket()-Buckets {
		w.sum += uint64(n)
	}
	return w.greatest(i)
}

// greatest returns the greatest count of the windows that end at bucket i or later and hold it.
func (w *Sliding) greatest(i int) uint64 {
	lo, b := i, w.at(i)
	var sum, most uint64
	for lo > 0 && w.at(lo-1) > b-Buckets {
		lo--
		sum += uint64(w.list[lo].n)
	}
	for hi := i; hi < len(w.list) && w.at(hi) < b+Buckets; hi++ {
		sum += uint64(w.list[hi].n)
		for w.at(lo) <= w.at(hi)-Buckets {
			sum -= uint64(w.list[lo].n)
			lo++
		}
		most = max(most, sum)
	}
	return most
}

// live returns the buckets within the span, the ones prune leaves.
func (w *Sliding) live(p *SlidingParams) []Bucket {
	if len(w.list) == 0 {
		return nil
	}
	last := w.lastBucket()
	return w.list[sort.Search(len(w.list), func(i int) bool { return w.at(i) > last-p.span() }):]
}

// resume computes the start and the sum of the window from its buckets.
func (w *Sliding) resume() {
	last := w.lastBucket()
	w.start = int32(sort.Search(len(w.list), func(i int) bool { return w.at(i) > last-Buckets }))
	w.sum = 0
	for _, b := range w.list[w.start:] {
		w.sum += uint64(b.n)
	}
}

// UseInline moves the buckets into storage if they fit there better.
func (w *Sliding) UseInline(storage []Bucket) { w.list = Relocate(w.list, storage) }

// TouchHeader reads a field, to prefetch the struct.
func (w *Sliding) TouchHeader() uint64 { return w.sum }

// TouchTail reads the last bucket, to prefetch it.
func (w *Sliding) TouchTail() uint64 {
	if len(w.list) == 0 {
		return 0
	}
	return uint64(w.list[len(w.list)-1].n)
}

// AppendTo writes the live buckets.
func (w *Sliding) AppendTo(to *codec.Writer, p *SlidingParams) {
	live := w.live(p)
	to.Uint(uint64(len(live)))
	if len(live) == 0 {
		return
	}
	to.Int(w.base + int64(live[0].offset))
	before := live[0].offset
	for _, b := range live {
		to.Uint(uint64(b.offset - before))
		to.Uint(uint64(b.n))
		before = b.offset
	}
}

// DecodeSliding reads the output of AppendTo. The result is meaningless once r has failed.
func DecodeSliding(r *codec.Reader) (w Sliding) {
	n := r.Len(maxSpan)
	if n == 0 {
		return w
	}
	w.base = r.Int()
	w.list = make([]Bucket, n)
	offset := uint64(0)
	for i := range w.list {
		step := r.UpTo(maxSpan)
		if offset += step; (step == 0) != (i == 0) || offset >= maxSpan {
			r.Failed = true
			return Sliding{}
		}
		w.list[i] = Bucket{uint32(offset), r.Uint32()}
	}
	if w.base > math.MaxInt64/2 || w.base < math.MinInt64/2 {
		r.Failed = true
		return Sliding{}
	}
	w.resume()
	return w
}
