package clickhouse

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// cpu returns the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchmarkInsert measures the INSERT of rows, the server's work included, and what of it is this process's.
func benchmarkInsert[T any](b *testing.B, t *table[T], rowsOf func(n int) []T) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			c := newTest(b)
			rows := rowsOf(n)
			b.ReportAllocs()
			before := cpu()
			for b.Loop() {
				if err := insert(b.Context(), c, t, rows); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(n*b.N)/(cpu()-before).Seconds(), "rows/client-cpu-s")
		})
	}
}

func BenchmarkWriteEvents(b *testing.B) { benchmarkInsert(b, &eventTable, testEvents) }

func BenchmarkWriteUsage(b *testing.B) { benchmarkInsert(b, &usageTable, testUsage) }

func BenchmarkWriteProfiles(b *testing.B) {
	benchmarkInsert(b, &profileTable, func(n int) []tokenwarden.Profile { return testProfiles(0, n, 1) })
}

// BenchmarkProfiles measures the lookup of random subjects in a table of a million profiles, a tenth of which have a
// second version, a tenth of the subjects being unknown.
func BenchmarkProfiles(b *testing.B) {
	c := newTest(b)
	const stored = 1_000_000
	for from := 0; from < stored; from += 100_000 {
		profiles := testProfiles(from, 100_000, 1)
		if err := insert(b.Context(), c, &profileTable, profiles); err != nil {
			b.Fatal(err)
		}
	}
	if err := insert(b.Context(), c, &profileTable, testProfiles(0, stored/10, 2)); err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1, 100, 1000, 10_000} {
		b.Run(fmt.Sprintf("subjects=%d", n), func(b *testing.B) {
			subjects := make([]tokenwarden.Subject, n)
			b.ReportAllocs()
			for b.Loop() {
				for i := range subjects {
					subjects[i] = tokenwarden.TokenSubject(testFingerprint(rand.IntN(stored * 10 / 9)))
				}
				if _, err := c.Profiles(b.Context(), subjects); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/lookup")
		})
	}
}
