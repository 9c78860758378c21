package backoff

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestNextLiesBetweenHalfAndAllOfTheBound(t *testing.T) {
	for _, tc := range []struct {
		name   string
		b      Backoff
		bounds []time.Duration // by failure; the last one holds from there on
	}{
		{"doubles up to Last", Backoff{First: 100 * time.Millisecond, Last: time.Second},
			[]time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond, time.Second}},
		{"First is Last", Backoff{First: time.Second, Last: time.Second}, []time.Duration{time.Second}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for range 100 {
				for failure := range 100 {
					bound := tc.bounds[min(failure, len(tc.bounds)-1)]
					if wait := tc.b.Next(); wait < bound/2 || wait > bound {
						t.Fatalf("failure %d: wait %v, want %v to %v", failure+1, wait, bound/2, bound)
					}
					if tc.b.Failures() != failure+1 {
						t.Fatalf("counted %d failures, want %d", tc.b.Failures(), failure+1)
					}
				}
				tc.b.Reset()
			}
		})
	}
}

func TestSleep(t *testing.T) {
	for _, tc := range []struct {
		name          string
		wait, timeout time.Duration
		passed        time.Duration
		want          bool
	}{
		{"passes", time.Minute, time.Hour, time.Minute, true},
		{"is cut short by the context", time.Hour, time.Minute, time.Minute, false},
		{"zero", 0, time.Hour, 0, true},
		{"negative", -time.Second, time.Hour, 0, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tc.timeout)
				defer cancel()
				start := time.Now()
				if got := Sleep(ctx, tc.wait); got != tc.want || time.Since(start) != tc.passed {
					t.Errorf("Sleep reports %v after %v, want %v after %v", got, time.Since(start), tc.want, tc.passed)
				}
			})
		})
	}
	t.Run("context has ended", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if Sleep(ctx, time.Hour) || Sleep(ctx, 0) {
			t.Error("Sleep reports that the wait passed")
		}
	})
}
