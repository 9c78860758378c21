package simulate

import (
	"testing"
	"time"
)

func BenchmarkNext(b *testing.B) {
	for name, o := range map[string]Options{
		"default":    {Rate: 10_000, Tokens: 2_000},
		"combined":   {Rate: 10_000, Tokens: 2_000, Format: FormatCombined},
		"json":       {Rate: 10_000, Tokens: 2_000, Format: FormatJSON},
		"all tokens": {Rate: 10_000, Tokens: 100_000, TokenShare: 1},
	} {
		b.Run(name, func(b *testing.B) {
			o.Seed, o.Start, o.Duration = 1, monday, 365*24*time.Hour
			g := newGenerator(b, o)
			b.ReportAllocs()
			bytes := 0
			for b.Loop() {
				line, ok := g.Next()
				if !ok {
					b.Fatal("traffic has ended")
				}
				bytes += len(line.Text) + 1
			}
			b.SetBytes(int64(bytes / b.N))
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		newGenerator(b, Options{Start: monday, Duration: time.Hour, Tokens: 10_000})
	}
}
