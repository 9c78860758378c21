package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
)

// BenchmarkScan measures `tokenwarden scan` on generated files of 200,000 lines, one in ten with a credential: only
// redacting, and with events, records, places and rules. `make pgo` takes its profile.
func BenchmarkScan(b *testing.B) {
	const lines = 200_000
	for _, format := range []simulate.Format{simulate.FormatCombined, simulate.FormatJSON} {
		path := filepath.Join(b.TempDir(), "access.log")
		size := writeSimulated(b, path, format, lines)
		for _, way := range []struct{ name, flags string }{
			{"redacted", "--redacted /dev/null"},
			{"judged", "--redacted /dev/null --alerts /dev/null --geo ../../testdata/geo/city.mmdb --asn ../../testdata/geo/asn.mmdb"},
			{"events and records", "--events /dev/null --records /dev/null"},
		} {
			b.Run(string(format)+"/"+way.name, func(b *testing.B) {
				b.SetBytes(size)
				b.ReportAllocs()
				args := append(strings.Fields("scan "+way.flags), path)
				for b.Loop() {
					if code := execute(context.Background(), args, streams{strings.NewReader(""), io.Discard, io.Discard, nil}); code != exitDone {
						b.Fatalf("exit code %d", code)
					}
				}
				b.ReportMetric(float64(b.N)*lines/b.Elapsed().Seconds(), "lines/s")
			})
		}
	}
}

func writeSimulated(b *testing.B, path string, format simulate.Format, lines int) int64 {
	gen, err := simulate.New(simulate.Options{
		Seed: 1, Start: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), Lines: lines, Rate: 500, Flat: true, Tokens: 5000, Format: format,
	})
	if err != nil {
		b.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(file)
	size := int64(0)
	for line, ok := gen.Next(); ok; line, ok = gen.Next() {
		n, _ := w.Write(line.Text)
		_ = w.WriteByte('\n')
		size += int64(n) + 1
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	return size
}
