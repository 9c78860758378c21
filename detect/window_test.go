package detect

import (
	"math/rand/v2"
	"testing"
)

// naive is what a window must agree with: every bucket for ever, and sums by hand.
type naive struct {
	n    map[int64]uint64
	last int64
	any  bool
}

func (w *naive) add(b, late int64) (uint64, bool) {
	if w.any && b <= w.last-windowBuckets-late && b <= w.last {
		return 0, false
	}
	if !w.any || b > w.last+windowSpan {
		w.n = map[int64]uint64{}
	}
	w.n[b]++
	if !w.any || b > w.last {
		w.last, w.any = b, true
	}
	var most uint64
	for end := b; end < b+windowBuckets && end <= w.last; end++ {
		if w.n[end] == 0 {
			continue
		}
		var sum uint64
		for i := end; i > end-windowBuckets; i-- {
			sum += w.n[i]
		}
		most = max(most, sum)
	}
	return most, true
}

func TestWindowAgreesWithACount(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		w, model := &window{of: &rate{learned: learned{key: "k"}}}, &naive{}
		late := int64(r.IntN(maxLateness + 1))
		now := int64(r.IntN(1000)) - 500
		pace := 1 + r.IntN(40)
		for i := range 600 {
			if r.IntN(4) > 0 {
				now += int64(r.IntN(pace))
			}
			if r.IntN(200) == 0 {
				now += int64(r.IntN(3 * windowSpan))
			}
			b := now
			if r.IntN(4) == 0 {
				b -= int64(r.IntN(windowSpan + 50))
			}
			got, ok := w.add(b, 1, late)
			want, wantOK := model.add(b, late)
			if got != want || ok != wantOK {
				t.Fatalf("seed %d, event %d at bucket %d: want %d %v, got %d %v", seed, i, b, want, wantOK, got, ok)
			}
			if len(w.list) > 2*windowSpan {
				t.Fatalf("seed %d: %d buckets", seed, len(w.list))
			}
			if r.IntN(50) == 0 { // a restart in between
				w = reread(t, w)
			}
		}
	}
}

func reread(t *testing.T, w *window) *window {
	t.Helper()
	to := writer{}
	w.encode(&to)
	r := reader{b: to.b, keeper: newKeeper(0)}
	got, ok := r.window(map[string]*rate{"k": w.of})
	if !ok || r.bad || len(r.b) != 0 {
		t.Fatalf("window cannot be read again: %+v", w)
	}
	return &got
}

// The limit is never reached falsely, and a burst within 59 60ths of the window is counted to the last request.
func TestWindowBounds(t *testing.T) {
	const width = 60_000_000 / windowBuckets
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		w := &window{}
		var times []int64
		now := int64(1e15)
		for range 2000 {
			now += int64(r.IntN(200_000))
			times = append(times, now)
			got, _ := w.add(floorDiv(now, width), 1, 0)
			var all, sure uint64
			for _, at := range times {
				if at > now-60_000_000 {
					all++
				}
				if at > now-59_000_000 {
					sure++
				}
			}
			if got > all || got < sure {
				t.Fatalf("seed %d: counted %d, want between %d and %d", seed, got, sure, all)
			}
		}
	}
}

func BenchmarkWindowAdd(b *testing.B) {
	w := &window{}
	b.ReportAllocs()
	for i := range b.N {
		w.add(int64(i/10), 1, maxLateness)
	}
}
