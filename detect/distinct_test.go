package detect

import (
	"math/rand/v2"
	"testing"
)

// A counter says what a count by hand says, whatever the order of events, and also after it was stored and read.
func TestCounterAgreesWithACount(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 9))
		j := &distinct{learned: learned{key: "k"}, window: 1 + r.Int64N(300), late: r.Int64N(200), most: minExact}
		p := compileSmall(t, Options{}).NewPartition()
		p.engine.state.counters["k"] = j
		c := &counter{of: j, newest: noTime}
		type one struct {
			key uint64
			at  int64
		}
		last, newest := map[uint64]int64{}, int64(noTime)
		now := int64(1795000000)
		for i := range 400 {
			now += r.Int64N(10)
			v := one{uint64(r.IntN(2))<<48 | mix(r.Uint64N(40))>>16, now - r.Int64N(1+r.Int64N(300))}
			newest = max(newest, v.at)
			oldest := newest - j.window - j.late
			want := uint64(0)
			if v.at > oldest {
				last[v.key] = max(last[v.key], v.at)
				for key, at := range last {
					if key>>48 == v.key>>48 && at > max(v.at-j.window, oldest) && (at <= v.at || key == v.key) {
						want++
					}
				}
			}
			if got := c.add(j, v.key, v.at); got != want {
				t.Fatalf("seed %d, event %d: want %d, got %d", seed, i, want, got)
			}
			if r.IntN(50) == 0 {
				prof := &profile{counters: []counter{*c}}
				w := writer{}
				prof.encodeCounters(&w)
				read := reader{b: w.b, keeper: p.keeper, version: stateVersion}
				read.length(1)
				back, ok := read.counter(p.engine.state.counters)
				if !ok {
					t.Fatal("a stored counter cannot be read")
				}
				c = &back
			}
		}
	}
}

// Above what is kept exactly a sample estimates, and memory stays bounded.
func TestCounterSamplesMany(t *testing.T) {
	j := &distinct{learned: learned{key: "k"}, window: 3600, most: minExact}
	c := &counter{of: j, newest: noTime}
	for i := range uint64(20_000) {
		n := c.add(j, mix(i)>>16, 1795000000+int64(i/100))
		if len(c.list) > minExact {
			t.Fatalf("%d values are kept", len(c.list))
		}
		if i < minExact && n != i+1 || n < (i+1)/3 || n > 3*(i+1) {
			t.Fatalf("%d of %d", n, i+1)
		}
	}
	if n := c.add(j, 1, 1795000000+2*3600); n != 1 || c.level != 0 {
		t.Errorf("after a silence %d at level %d", n, c.level)
	}
}

// A counter that was stored and read counts as one that was not, also where it only samples.
func TestCounterCountsTheSameAfterAState(t *testing.T) {
	j := &distinct{window: 10, late: 5, most: 8}
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 3))
		a, b := &counter{of: j, newest: noTime}, &counter{of: j, newest: noTime}
		at := int64(1000)
		for step := range 200 {
			if r.IntN(20) == 0 {
				at += r.Int64N(40)
			}
			at += r.Int64N(2)
			key, when := mix(r.Uint64N(30))>>16, at-r.Int64N(8)
			if got, want := b.add(j, key, when), a.add(j, key, when); got != want || a.level != b.level {
				t.Fatalf("seed %d, step %d: %d at level %d, without a state %d at level %d", seed, step, got, b.level, want, a.level)
			}
			if r.IntN(3) == 0 {
				b.list = append([]seen(nil), b.live()...)
			}
		}
	}
}
