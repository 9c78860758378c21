package window

import (
	"bytes"
	"math"
	"testing"

	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
)

const hourMicros = 3600e6

// learnHours feeds one window of size n at the same hours of so many days.
func learnHours(b *Baseline, from int64, days int, n float64) (now int64, requests uint64) {
	for day := range days {
		now = from + int64(day)*24*hourMicros
		b.Advance(now, requests)
		b.Observe(n)
		requests += uint64(n)
	}
	return now, requests
}

func TestBaseline(t *testing.T) {
	const monday = int64(1795392000e6) // 2026-11-23T00:00:00Z
	t.Run("the current and the pending hour are not learned", func(t *testing.T) {
		b := NewBaseline(0)
		now, requests := learnHours(&b, monday, 5, 100)
		if b.Hours() != 3 {
			t.Errorf("%d of 5 hours are learned", b.Hours())
		}
		b.Advance(now+hourMicros, requests)
		if b.Hours() != 4 {
			t.Errorf("%d hours are learned after the next one began", b.Hours())
		}
	})
	t.Run("an hour that was never used is compared with other days", func(t *testing.T) {
		b := NewBaseline(0)
		now, _ := learnHours(&b, monday, 5, 100)
		if got := b.Limit(now + 24*hourMicros).AtHour; math.Abs(got-100) > 20 {
			t.Errorf("want about 100, got %.0f", got)
		}
	})
	t.Run("the spread excuses at most twice the greatest hour", func(t *testing.T) {
		b := NewBaseline(0)
		requests := uint64(0)
		for hour := range int64(20) {
			b.Advance(monday+hour*hourMicros, requests)
			b.Observe([]float64{1, 1000}[hour%2])
			requests += 500
		}
		if got := b.Limit(monday + 20*hourMicros).Upper; got > 2100 {
			t.Errorf("excuses %.0f", got)
		}
	})
	t.Run("a burst does not end its own learning", func(t *testing.T) {
		b := NewBaseline(0)
		b.Advance(monday, 10)
		b.Advance(monday+600e6, 500)
		if got := b.RequestsBefore(); got != 10 {
			t.Errorf("want the 10 requests before the last ten minutes, got %d", got)
		}
	})
	t.Run("stored and read it is the same", func(t *testing.T) {
		b := NewBaseline(0)
		learnHours(&b, monday, 9, 70)
		var w, again codec.Writer
		b.AppendTo(&w)
		r := codec.Reader{Rest: w.Bytes}
		read := DecodeBaseline(&r)
		read.AppendTo(&again)
		if r.Failed || len(r.Rest) > 0 || !bytes.Equal(w.Bytes, again.Bytes) {
			t.Errorf("want %x, got %x", w.Bytes, again.Bytes)
		}
	})
}

func TestTokenBucket(t *testing.T) {
	p := &TokenBucketParams{Capacity: 2, Interval: 10e6}
	for _, c := range []struct {
		name     string
		seconds  []int64
		overflow []bool
	}{
		{"fills up", []int64{0, 1, 2}, []bool{false, false, true}},
		{"drains", []int64{0, 1, 12}, []bool{false, false, false}},
		{"overflows again", []int64{0, 0, 0, 0}, []bool{false, false, true, true}},
		{"a late event finds it as it is", []int64{50, 0, 0}, []bool{false, false, true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := NewTokenBucket(0)
			for i, s := range c.seconds {
				if _, got := b.Add(p, 1795392000e6+s*1e6); got != c.overflow[i] {
					t.Errorf("request %d: overflows %v", i, got)
				}
			}
			var w codec.Writer
			b.AppendTo(&w)
			r := codec.Reader{Rest: w.Bytes}
			if read := DecodeTokenBucket(&r); read != b || !read.Fits(p) {
				t.Errorf("want %+v, got %+v", b, read)
			}
		})
	}
}

func TestSequence(t *testing.T) {
	for _, c := range []struct {
		name     string
		ordered  bool
		stages   []int // that hold at second 0, 1, ...
		complete bool
	}{
		{"ordered", true, []int{0, 1, 2}, true},
		{"ordered, another order", true, []int{1, 0, 2}, false},
		{"unordered", false, []int{2, 0, 1}, true},
		{"one is missing", false, []int{2, 2, 1}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &SequenceParams{Window: 60e6, Stages: 3, Ordered: c.ordered}
			q := NewSequence(0, 3)
			complete := false
			for second, stage := range c.stages {
				holds := []bool{false, false, false}
				holds[stage] = true
				now := int64(second) * 1e6
				complete = q.Add(p, holds, now) && q.Reached(p, now) == 3
			}
			if complete != c.complete {
				t.Errorf("complete %v", complete)
			}
		})
	}
}

func TestTransitionsKeepTheLast(t *testing.T) {
	var c Transitions
	for now := range int64(10) {
		if got, want := c.Add(now, now-5, 3), min(int(now)+1, 3); got != want {
			t.Errorf("at %d: want %d, got %d", now, want, got)
		}
	}
	if got := c.Add(100, 95, 3); got != 1 {
		t.Errorf("after a gap: %d", got)
	}
}
