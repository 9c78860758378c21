package credential

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// combined is a line of the combined format with its fields as the parser marks them.
func combined(target, referer, agent string) *record.Record {
	rec := &record.Record{}
	var b strings.Builder
	put := func(kind record.Kind, text string) {
		start := b.Len()
		b.WriteString(text)
		rec.Fields = append(rec.Fields, record.Field{Kind: kind, Start: start, End: b.Len()})
	}
	b.WriteString(`203.0.113.7 - - [23/Nov/2026:18:42:11 +0000] "GET `)
	put(record.KindTarget, target)
	b.WriteString(` HTTP/1.1" 200 5316 "`)
	put(record.KindReferer, referer)
	b.WriteString(`" "`)
	put(record.KindUserAgent, agent)
	b.WriteString(`"`)
	rec.Line = []byte(b.String())
	return rec
}

const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"

// benchAgents are user agents of browsers, of which a log has hundreds, and of programs.
var benchAgents = func() (out []string) {
	for _, system := range []string{"Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64", "Linux; Android 14; Pixel 8", "Linux; Android 10; K"} {
		for version := range 12 {
			out = append(out, fmt.Sprintf("Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36", system, 120+version),
				fmt.Sprintf("Mozilla/5.0 (%s; rv:%d.0) Gecko/20100101 Firefox/%[2]d.0", system, 120+version))
		}
	}
	return append(out, "curl/8.5.0", "python-requests/2.32.3", "okhttp/4.12.0", "Go-http-client/2.0", "kube-probe/1.30",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1")
}()

// benchLines are lines of the combined format, about 246 bytes on average, of which share percent carry a credential.
func benchLines(share int) []*record.Record {
	s := newSynth(1)
	clean := []string{
		"/api/v1/items?page=%d&sort=asc", "/blog/2024/01/some-long-slug-of-a-title-%d", "/static/js/main.44efc%03d.chunk.js",
		"/search?q=summer+dress&size=%d", "/", "/products/9748048537%03d/reviews?lang=en-US", "/images/logo.png?v=%d",
		"/v1/orders/9b2f6c1e-0d3a-4f5b-8c7d-1e2f3a4b5%03d", "/wp-content/uploads/2024/05/IMG_22751%03d-1024x768.jpg",
		"/land?utm_source=newsletter&utm_medium=email&utm_campaign=spring-%d",
	}
	var out []*record.Record
	for i := range 2000 {
		target := strings.Replace(clean[i%len(clean)], "%03d", fmt.Sprintf("%03d", i%1000), 1)
		target = strings.Replace(target, "%d", fmt.Sprint(i), 1)
		referer := fmt.Sprintf("https://www.example.com/shop/category/%d", i*7919%400)
		if i%100 < share {
			switch i % 4 {
			case 0:
				target = "/api/v1/items?page=2&access_token=" + s.of(urlChars, 43)
			case 1:
				target = "/users/password/reset/" + s.of(alnum, 32)
			case 2:
				referer = "https://www.example.com/cb?code=" + s.of(alnum, 32) + "&state=x"
			case 3:
				target = "/v1/charges?api_key=" + s.of(alnum, 32)
			}
		}
		out = append(out, combined(target, referer, benchAgents[i*31%len(benchAgents)]))
	}
	return out
}

var sinkFindings []Finding

func BenchmarkFind(b *testing.B) {
	for _, share := range []int{0, 10, 100} {
		b.Run(fmt.Sprintf("%d%% with a credential", share), func(b *testing.B) {
			f := newTestFinder(b)
			recs := benchLines(share)
			b.SetBytes(meanSize(recs))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				sinkFindings = f.Find(recs[i%len(recs)], sinkFindings[:0])
				i++
			}
		})
	}
}

func meanSize(recs []*record.Record) int64 {
	n := 0
	for _, r := range recs {
		n += len(r.Line)
	}
	return int64(n / len(recs))
}

// BenchmarkLine finds, redacts and checks.
func BenchmarkLine(b *testing.B) {
	for _, share := range []int{0, 10} {
		b.Run(fmt.Sprintf("%d%% with a credential", share), func(b *testing.B) {
			f, g := newTestFinder(b), guard.New(guard.Options{})
			recs := benchLines(share)
			var out []byte
			var spans []guard.Span
			b.SetBytes(meanSize(recs))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				rec := recs[i%len(recs)]
				sinkFindings = f.Find(rec, sinkFindings[:0])
				out = AppendRedacted(out[:0], rec.Line, sinkFindings)
				spans = g.Check(out, spans[:0])
				i++
			}
			if len(spans) > 0 {
				b.Fatal("the guard caught something")
			}
		})
	}
}

func BenchmarkGuard(b *testing.B) {
	g := guard.New(guard.Options{})
	recs := benchLines(0)
	var spans []guard.Span
	b.SetBytes(meanSize(recs))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		spans = g.Check(recs[i%len(recs)].Line, spans[:0])
		i++
	}
}

func BenchmarkFindText(b *testing.B) {
	f := newTestFinder(b)
	recs := benchLines(0)
	b.SetBytes(meanSize(recs))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		sinkFindings = f.FindText(recs[i%len(recs)].Line, sinkFindings[:0])
		i++
	}
}

func BenchmarkFingerprint(b *testing.B) {
	p := secret.NewFingerprinter(testKey(b))
	token := secret.NewToken([]byte(newSynth(1).of(alnum, 40)))
	b.ReportAllocs()
	for b.Loop() {
		_ = p.Fingerprint(token)
	}
}

func BenchmarkJWT(b *testing.B) {
	f := newTestFinder(b)
	token := newSynth(1).jwt(map[string]any{"iss": "https://id.example", "sub": "42", "azp": "web", "scope": "read write", "exp": 1900000000, "amr": []string{"pwd", "otp"}})
	rec := combined("/x?token="+token, "https://www.example.com/", chrome)
	b.SetBytes(int64(len(rec.Line)))
	b.ReportAllocs()
	for b.Loop() {
		sinkFindings = f.Find(rec, sinkFindings[:0])
	}
}
