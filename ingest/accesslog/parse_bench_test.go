package accesslog

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

var (
	benchRecord record.Record
	benchFields int
)

// benchLines returns a thousand different lines, 246 bytes on average as nginx combined, as combined and as JSON.
func benchLines() (combined, nginxJSON [][]byte) {
	rnd := rand.New(rand.NewPCG(1, 2))
	agents := []string{
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Safari/537.36", "curl/8.4.0",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
	}
	words := strings.Fields("api v1 v2 orders items users search static images js css account login export reports")
	at := time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC)
	for range 1000 {
		at = at.Add(time.Duration(rnd.IntN(300)) * time.Millisecond)
		var path strings.Builder
		for range 2 + rnd.IntN(4) {
			fmt.Fprintf(&path, "/%s", words[rnd.IntN(len(words))])
		}
		if rnd.IntN(2) == 0 {
			fmt.Fprintf(&path, "/%d?page=%d&sort=created_at", rnd.IntN(1e6), rnd.IntN(100))
		}
		referer := "-"
		if rnd.IntN(3) > 0 {
			referer = "https://shop.example.com" + path.String()
		}
		addr := fmt.Sprintf("%d.%d.%d.%d", rnd.IntN(256), rnd.IntN(256), rnd.IntN(256), rnd.IntN(256))
		status, size, agent := 200+100*rnd.IntN(4), rnd.IntN(1e5), agents[rnd.IntN(len(agents))]
		combined = append(combined, fmt.Appendf(nil, `%s - - [%s] "GET %s HTTP/1.1" %d %d "%s" "%s"`,
			addr, at.Format("02/Jan/2006:15:04:05 -0700"), path.String(), status, size, referer, agent))
		nginxJSON = append(nginxJSON, fmt.Appendf(nil, `{"time_iso8601":"%s","remote_addr":"%s","remote_user":"","request":"GET %s HTTP/1.1",`+
			`"status":"%d","body_bytes_sent":"%d","request_time":"0.%03d","http_referer":"%s","http_user_agent":"%s"}`,
			at.Format(time.RFC3339), addr, path.String(), status, size, rnd.IntN(1000), referer, agent))
	}
	return combined, nginxJSON
}

func benchmarkLines(b *testing.B, format string, lines [][]byte) {
	p, err := New(format)
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for _, line := range lines {
		size += len(line)
		_ = p.Parse(line, &benchRecord)
	}
	b.SetBytes(int64(size / len(lines)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if n++; n >= len(lines) {
			n = 0
		}
		_ = p.Parse(lines[n], &benchRecord)
		benchFields += len(benchRecord.Fields)
	}
}

func BenchmarkCombined(b *testing.B) {
	lines, _ := benchLines()
	benchmarkLines(b, "combined", lines)
}

func BenchmarkNginxJSON(b *testing.B) {
	_, lines := benchLines()
	benchmarkLines(b, "nginx_json", lines)
}

func BenchmarkAuto(b *testing.B) {
	combined, nginxJSON := benchLines()
	b.Run("combined", func(b *testing.B) { benchmarkLines(b, "auto", combined) })
	b.Run("nginx_json", func(b *testing.B) { benchmarkLines(b, "auto", nginxJSON) })
	for name, wrap := range envelopes {
		var lines [][]byte
		for _, line := range combined {
			lines = append(lines, []byte(wrap(string(line))))
		}
		b.Run("combined in "+name, func(b *testing.B) { benchmarkLines(b, "auto", lines) })
	}
}

func BenchmarkFormatString(b *testing.B) {
	lines, _ := benchLines()
	benchmarkLines(b, `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`, lines)
}

// BenchmarkFormats reads the first golden line of every format.
func BenchmarkFormats(b *testing.B) {
	names, lines := goldenLines(b)
	seen := make(map[string]bool)
	for n, name := range names {
		if name != "" && !seen[name] {
			seen[name] = true
			b.Run(name, func(b *testing.B) { benchmarkLines(b, name, [][]byte{[]byte(lines[n])}) })
		}
	}
}
