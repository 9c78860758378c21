package detect

import (
	"runtime"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// BenchmarkFlood sends ten million tokens that are seen once each at a partition of 200,000 profiles, half of which are
// established: run it with -benchtime 1x. Memory must stay within its bound and the established in memory.
func BenchmarkFlood(b *testing.B) {
	const established, most, flood, batch = 100_000, 200_000, 10_000_000, 1000
	e, err := New(defaults(b), Options{MaxProfiles: most})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p := e.NewPartition()
		pos, at := tokenwarden.Position{}, time.Unix(1795000000, 0)
		var us []tokenwarden.Usage
		use := func(from, to int) (missing int) {
			for ; from < to; from += batch {
				us = us[:0]
				for n := from; n < min(from+batch, to); n++ {
					us = append(us, tokenwarden.Usage{Subject: tokenwarden.TokenSubject(token(n)), Event: tokenwarden.Event{
						Fingerprint: token(n), Time: at, FirstInRequest: true, Status: 401, Method: "GET", Host: "api.example", Endpoint: "/v1/x"}})
				}
				pos.Offset++
				at = at.Add(time.Millisecond)
				missing += len(p.Begin(pos, us))
				p.Apply()
				if pos.Offset%20 == 0 { // as a checkpoint does
					var c tokenwarden.Checkpoint
					p.Checkpoint(&c)
					p.Committed()
				}
			}
			return missing
		}
		use(0, established)
		use(0, established)
		before := heapInUse()
		use(most, most+flood)
		after := heapInUse()
		b.ReportMetric(before, "MB-before")
		b.ReportMetric(after, "MB-after")
		b.ReportMetric(float64(use(0, established)), "established-lost")
	}
	b.ReportMetric(float64(flood)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
}

func heapInUse() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse) / 1e6
}
