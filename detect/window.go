package detect

import "sort"

// Bounds of a window.
const (
	windowBuckets = 60                            // buckets per window: the resolution is a 60th of the window, 1 s for a minute
	maxLateness   = 600                           // buckets that late events may reach back beyond it: 10 minutes for a window of a minute
	windowSpan    = 2*windowBuckets + maxLateness // buckets kept: also the windows that end at the latest late event
)

// window is a sliding window of event time, half-open: (t - width, t].
//
// It never counts an event that lies outside, and it leaves out at most the oldest bucket, which the window's edge cuts:
// at an event of time t it counts back to between 59 and 60 60ths of its width. So a limit is never reached falsely; a
// burst shorter than 59 60ths of the window is counted exactly, and a steady rate above the limit is found as soon as an
// event falls on the end of a bucket, that is at most a 60th of the width later than an exact window would.
//
// Only buckets with events are kept: a token with one request a minute holds eleven of eight bytes.
type window struct {
	of    *rate
	base  int64 // number of the bucket that offsets count from
	list  []bucket
	start int    // the first in list that the window ending at the last bucket holds
	sum   uint64 // of list[start:]
}

type bucket struct {
	offset uint32
	n      uint32 // saturates
}

// add counts n events at bucket b and returns the greatest count of any window that ends at a known bucket and holds
// the event; known is false if the event is too late to be counted.
func (w *window) add(b int64, n uint32, late int64) (count uint64, known bool) {
	if len(w.list) == 0 || b > w.lastBucket()+w.span() {
		w.base, w.list, w.start, w.sum = b, append(w.list[:0], bucket{0, n}), 0, uint64(n)
		return w.sum, true
	}
	switch last := w.lastBucket(); {
	case b == last:
		w.list[len(w.list)-1].add(n)
	case b > last:
		w.list = append(w.list, bucket{uint32(b - w.base), n})
	case b <= last-windowBuckets-late:
		return 0, false
	default:
		return w.addLate(b, n), true
	}
	w.sum += uint64(n)
	w.slide()
	return w.sum, true
}

// span is how many buckets can matter.
func (w *window) span() int64 {
	if w.of == nil || w.of.span == 0 {
		return windowSpan
	}
	return w.of.span
}

func (w *window) lastBucket() int64 { return w.base + int64(w.list[len(w.list)-1].offset) }

func (w *window) at(i int) int64 { return w.base + int64(w.list[i].offset) }

func (b *bucket) add(n uint32) { b.n = uint32(min(uint64(b.n)+uint64(n), 1<<32-1)) }

// slide moves the start of the window to where its end now demands, and forgets what no late event can need.
func (w *window) slide() {
	last := w.lastBucket()
	for w.at(w.start) <= last-windowBuckets {
		w.sum -= uint64(w.list[w.start].n)
		w.start++
	}
	if w.start > 0 && w.at(0) <= last-w.span() && len(w.list) == cap(w.list) {
		w.prune()
	}
}

// prune takes out the buckets that lie before the span. It changes no answer.
func (w *window) prune() {
	live := w.live()
	dead, shift := len(w.list)-len(live), live[0].offset
	if dead == 0 {
		return
	}
	w.list = w.list[:copy(w.list, live)]
	for i := range w.list {
		w.list[i].offset -= shift
	}
	w.base += int64(shift)
	w.start -= dead
}

// addLate counts events at a bucket before the last and returns the greatest count of the windows that hold it.
func (w *window) addLate(b int64, n uint32) uint64 {
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
		w.list = append(w.list, bucket{})
		copy(w.list[i+1:], w.list[i:])
		w.list[i] = bucket{uint32(b - w.base), n}
		if b <= w.lastBucket()-windowBuckets {
			w.start++
		}
	}
	if b > w.lastBucket()-windowBuckets {
		w.sum += uint64(n)
	}
	return w.greatest(i)
}

// greatest returns the greatest count of the windows that end at bucket i or later and hold it.
func (w *window) greatest(i int) uint64 {
	lo, b := i, w.at(i)
	var sum, most uint64
	for lo > 0 && w.at(lo-1) > b-windowBuckets {
		lo--
		sum += uint64(w.list[lo].n)
	}
	for hi := i; hi < len(w.list) && w.at(hi) < b+windowBuckets; hi++ {
		sum += uint64(w.list[hi].n)
		for w.at(lo) <= w.at(hi)-windowBuckets {
			sum -= uint64(w.list[lo].n)
			lo++
		}
		most = max(most, sum)
	}
	return most
}

// live are the buckets that can still matter: those that a prune would leave.
func (w *window) live() []bucket {
	if len(w.list) == 0 {
		return nil
	}
	last := w.lastBucket()
	return w.list[sort.Search(len(w.list), func(i int) bool { return w.at(i) > last-w.span() }):]
}

// resume finds the start of the window again after its buckets were read.
func (w *window) resume() {
	last := w.lastBucket()
	w.start = sort.Search(len(w.list), func(i int) bool { return w.at(i) > last-windowBuckets })
	w.sum = 0
	for _, b := range w.list[w.start:] {
		w.sum += uint64(b.n)
	}
}
