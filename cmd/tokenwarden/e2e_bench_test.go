package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
)

// BenchmarkEndToEnd loads a topic and measures how long `run` takes to redact, forward, judge and write it all, with
// broker and database on the same machine. Run it with `make bench`. BENCH_LINES sets how many lines (default 2,000,000).
func BenchmarkEndToEnd(b *testing.B) {
	lines := 2_000_000
	if n, err := strconv.Atoi(os.Getenv("BENCH_LINES")); err == nil {
		lines = n
	}
	for _, format := range []simulate.Format{simulate.FormatCombined, simulate.FormatJSON} {
		b.Run(string(format), func(b *testing.B) {
			for range b.N {
				endToEnd(b, lines, format)
			}
		})
	}
}

func endToEnd(b *testing.B, lines int, format simulate.Format) {
	const listen = "127.0.0.1:29472"
	env := newTestEnv(b, 4, "http.listen="+listen, "detect.checkpoint=3s", "kafka.fetch_wait=250ms", "kafka.create.usage_partitions=4")
	env.createInput()
	gen, err := simulate.New(simulate.Options{Seed: 1, Start: time.Now().Add(-time.Hour), Lines: lines, Rate: 2000, Flat: true, Tokens: 20_000, Format: format})
	if err != nil {
		b.Fatal(err)
	}
	size, chunk := 0, make([][]byte, 0, 40_000)
	for {
		line, ok := gen.Next()
		if ok {
			size += len(line.Text)
			chunk = append(chunk, bytes.Clone(line.Text))
		}
		if len(chunk) == cap(chunk) || !ok {
			env.send(chunk)
			chunk = chunk[:0]
		}
		if !ok {
			break
		}
	}
	p := env.start("--init")
	awaitMetric(b, listen, func(m map[string]float64) bool { return m["tokenwarden_ingest_lines_total"] > 0 })
	start := time.Now()
	awaitMetric(b, listen, func(m map[string]float64) bool {
		return m["tokenwarden_ingest_lines_total"] >= float64(lines) && m["tokenwarden_kafka_lag_messages"] == 0
	})
	took := time.Since(start)
	p.stop(b) // the last checkpoint
	usage := p.cmd.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	b.ReportMetric(float64(lines)/took.Seconds(), "lines/s")
	b.ReportMetric(float64(size)/1e6/took.Seconds(), "MB/s")
	b.ReportMetric(float64(cpu.Microseconds())/float64(lines), "cpu-us/line")
	b.ReportMetric(float64(usage.Maxrss)/1024, "MB-resident")
	b.ReportMetric(0, "ns/op")
}

func awaitMetric(b *testing.B, listen string, ok func(map[string]float64) bool) {
	b.Helper()
	every := time.NewTicker(50 * time.Millisecond)
	defer every.Stop()
	limit := time.After(5 * time.Minute)
	for {
		if ok(scrape(listen)) {
			return
		}
		select {
		case <-every.C:
		case <-limit:
			b.Fatal("timed out")
		}
	}
}

// scrape sums each metric over its labels.
func scrape(listen string) map[string]float64 {
	out := map[string]float64{}
	res, err := http.Get("http://" + listen + "/metrics")
	if err != nil {
		return out
	}
	defer res.Body.Close()
	var text bytes.Buffer
	_, _ = text.ReadFrom(res.Body)
	for line := range strings.Lines(text.String()) {
		name, rest, _ := strings.Cut(line, " ")
		if i := strings.IndexByte(name, '{'); i >= 0 {
			name, rest = name[:i], line[strings.LastIndexByte(line, ' ')+1:]
		}
		var v float64
		if _, err := fmt.Sscan(rest, &v); err == nil {
			out[name] += v
		}
	}
	return out
}
