package detect

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
)

// BenchmarkProfileBytes measures what a profile takes in memory, with its entries in the tables, and in the store.
func BenchmarkProfileBytes(b *testing.B) {
	for _, c := range []struct {
		name     string
		profiles int
		requests int
	}{{"seen once", 100_000, 1}, {"seen ten times", 20_000, 10}, {"busy for ten minutes", 500, 2_000}} {
		b.Run(c.name, func(b *testing.B) {
			engine, err := New(defaults(b), Options{MaxProfiles: c.profiles})
			if err != nil {
				b.Fatal(err)
			}
			heap, stored := 0.0, 0
			for range b.N {
				p, tr := engine.NewPartition(), newTraffic(1)
				before := heapBytes()
				for n := range c.profiles {
					tr.now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
					tr.step = 10 * time.Minute / time.Duration(c.requests)
					for done := 0; done < c.requests; {
						us := tr.next()[:min(messageSize, c.requests-done)]
						for i := range us {
							us[i].Subject = tokenwarden.TokenSubject(token(n))
							us[i].Event.Location = tokenwarden.LocationHeader
						}
						p.Begin(tokenwarden.Position{Offset: int64(n*1000 + done)}, us)
						p.Apply()
						done += len(us)
					}
					if n%100 == 99 {
						p.Committed()
					}
				}
				p.Committed()
				p.outbox.events, p.batch.pending, p.batch.applied = nil, nil, nil
				heap += (heapBytes() - before) / float64(c.profiles)
				last := tokenwarden.TokenSubject(token(c.profiles - 1))
				prof := p.cache.Find(p.cache.Hash(last), last)
				stored = len(prof.AppendTo(nil, &p.engine.registry))
			}
			b.ReportMetric(heap/float64(b.N), "B/profile")
			b.ReportMetric(float64(stored), "B-stored/profile")
		})
	}
}

func heapBytes() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkCheckpoint measures what a checkpoint costs per profile that changed.
func BenchmarkCheckpoint(b *testing.B) {
	engine, err := New(defaults(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	p, tr := engine.NewPartition(), newTraffic(20_000)
	for i := range 400 {
		p.Begin(tokenwarden.Position{Offset: int64(i)}, tr.next())
		p.Apply()
	}
	var c tokenwarden.Checkpoint
	p.Checkpoint(&c)
	b.ReportAllocs()
	b.ResetTimer()
	start := cpuTime()
	for range b.N {
		p.Checkpoint(&c)
	}
	b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(b.N*len(c.Profiles)), "cpu-ns/profile")
	b.ReportMetric(float64(len(p.outbox.states))/float64(len(c.Profiles)), "B/profile")
}

func BenchmarkRestore(b *testing.B) {
	engine, err := New(defaults(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	p, tr := engine.NewPartition(), newTraffic(1000)
	for i := range 100 {
		p.Begin(tokenwarden.Position{Offset: int64(i)}, tr.next())
		p.Apply()
	}
	var states [][]byte
	for _, prof := range p.outbox.dirty {
		states = append(states, prof.AppendTo(nil, &p.engine.registry))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if err := profile.New(tokenwarden.Subject{}).Decode(states[i%len(states)], &p.engine.registry, p.interner); err != nil {
			b.Fatal(fmt.Sprint(i, err))
		}
	}
}
