package window

import (
	"math/rand/v2"
	"testing"

	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
)

// model is a window that keeps every bucket and sums by hand.
type model struct {
	n     map[int64]uint64
	last  int64
	begun bool
}

func (w *model) add(b, late int64) (uint64, bool) {
	if w.begun && b <= w.last-Buckets-late && b <= w.last {
		return 0, false
	}
	if !w.begun || b > w.last+maxSpan {
		w.n = map[int64]uint64{}
	}
	w.n[b]++
	if !w.begun || b > w.last {
		w.last, w.begun = b, true
	}
	var most uint64
	for end := b; end < b+Buckets && end <= w.last; end++ {
		if w.n[end] == 0 {
			continue
		}
		var sum uint64
		for i := end; i > end-Buckets; i-- {
			sum += w.n[i]
		}
		most = max(most, sum)
	}
	return most, true
}

func TestSlidingAgreesWithModel(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		w, m := &Sliding{}, &model{}
		p := SlidingParams{Late: int64(r.IntN(MaxLate + 1))}
		now := int64(r.IntN(1000)) - 500
		pace := 1 + r.IntN(40)
		for i := range 600 {
			if r.IntN(4) > 0 {
				now += int64(r.IntN(pace))
			}
			if r.IntN(200) == 0 {
				now += int64(r.IntN(3 * maxSpan))
			}
			b := now
			if r.IntN(4) == 0 {
				b -= int64(r.IntN(maxSpan + 50))
			}
			got, ok := w.Add(&p, b, 1)
			want, wantOK := m.add(b, p.Late)
			if got != want || ok != wantOK {
				t.Fatalf("seed %d, event %d at bucket %d: want %d %v, got %d %v", seed, i, b, want, wantOK, got, ok)
			}
			if len(w.list) > 2*maxSpan {
				t.Fatalf("seed %d: %d buckets", seed, len(w.list))
			}
			if r.IntN(50) == 0 { // a restart in between
				w = restart(t, w, &p)
			}
		}
	}
}

func restart(t *testing.T, w *Sliding, p *SlidingParams) *Sliding {
	t.Helper()
	var to codec.Writer
	w.AppendTo(&to, p)
	r := codec.Reader{Rest: to.Bytes}
	got := DecodeSliding(&r)
	if r.Failed || len(r.Rest) != 0 {
		t.Fatalf("window cannot be read again: %+v", w)
	}
	return &got
}

// The limit is never reached falsely, and a burst within 59 60ths of the window is counted to the last request.
func TestSlidingBounds(t *testing.T) {
	const width = 60_000_000 / Buckets
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		var w Sliding
		var times []int64
		now := int64(1e15)
		for range 2000 {
			now += int64(r.IntN(200_000))
			times = append(times, now)
			got, _ := w.Add(&SlidingParams{}, FloorDiv(now, width), 1)
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

func BenchmarkSlidingAdd(b *testing.B) {
	var w Sliding
	p := SlidingParams{Late: MaxLate}
	b.ReportAllocs()
	for i := range b.N {
		w.Add(&p, int64(i/10), 1)
	}
}
