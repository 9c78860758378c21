package window

import (
	"math/rand/v2"
	"testing"

	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
)

const minExact = 128

// A window of distinct values counts as a map does, whatever the order of events, and also after it was stored and read.
func TestDistinctAgreesWithMap(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 9))
		p := &DistinctParams{Window: 1 + r.Int64N(300), Late: r.Int64N(200), Max: minExact}
		d := NewDistinct(0)
		last, newest := map[uint64]int64{}, int64(NoTime)
		now := int64(1795000000)
		for i := range 400 {
			now += r.Int64N(10)
			key, at := uint64(r.IntN(2))<<48|hash.Mix(r.Uint64N(40))>>16, now-r.Int64N(1+r.Int64N(300))
			newest = max(newest, at)
			oldest := newest - p.Window - p.Late
			want := uint64(0)
			if at > oldest {
				last[key] = max(last[key], at)
				for other, seen := range last {
					if other>>48 == key>>48 && seen > max(at-p.Window, oldest) && (seen <= at || other == key) {
						want++
					}
				}
			}
			if got := d.Add(p, key, at); got != want {
				t.Fatalf("seed %d, event %d: want %d, got %d", seed, i, want, got)
			}
			if r.IntN(50) == 0 {
				var w codec.Writer
				d.AppendTo(&w, p)
				read := codec.Reader{Rest: w.Bytes}
				if d = DecodeDistinct(&read, p.Max); read.Failed || len(read.Rest) > 0 {
					t.Fatal("a stored window cannot be read")
				}
			}
		}
	}
}

// Above what is kept exactly a sample estimates, and memory stays bounded.
func TestDistinctSamplesMany(t *testing.T) {
	p := &DistinctParams{Window: 3600, Max: minExact}
	d := NewDistinct(0)
	for i := range uint64(20_000) {
		n := d.Add(p, hash.Mix(i)>>16, 1795000000+int64(i/100))
		if len(d.list) > minExact {
			t.Fatalf("%d values are kept", len(d.list))
		}
		if i < minExact && n != i+1 || n < (i+1)/3 || n > 3*(i+1) {
			t.Fatalf("%d of %d", n, i+1)
		}
	}
	if n := d.Add(p, 1, 1795000000+2*3600); n != 1 || d.level != 0 {
		t.Errorf("after a gap %d at level %d", n, d.level)
	}
}

// A window that was stored and read counts as one that was not, also where it only samples.
func TestDistinctCountsTheSameAfterRestart(t *testing.T) {
	p := &DistinctParams{Window: 10, Late: 5, Max: 8}
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 3))
		a, b := NewDistinct(0), NewDistinct(0)
		at := int64(1000)
		for step := range 200 {
			if r.IntN(20) == 0 {
				at += r.Int64N(40)
			}
			at += r.Int64N(2)
			key, when := hash.Mix(r.Uint64N(30))>>16, at-r.Int64N(8)
			if got, want := b.Add(p, key, when), a.Add(p, key, when); got != want || a.level != b.level {
				t.Fatalf("seed %d, step %d: %d at level %d, without a restart %d at level %d", seed, step, got, b.level, want, a.level)
			}
			if r.IntN(3) == 0 {
				b.list = append([]LastSeen(nil), b.live(p)...)
			}
		}
	}
}
