package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
	"github.com/tokenwarden/tokenwarden/ingest"
)

// traffic is the input of a test and the expected output.
type traffic struct {
	lines    [][]byte
	tokens   []string       // every credential in it, raw
	redacted [][]byte       // by line
	requests map[string]int // "fingerprint minute" -> lines that carry the credential
	total    int            // sum of requests
	events   int            // credentials seen, by place
}

// generate returns simulated traffic. The expected output comes from ingest itself, without Kafka, and is compared with
// what the generator planted.
func (b *testEnv) generate(o simulate.Options) *traffic {
	b.t.Helper()
	gen, err := simulate.New(o)
	if err != nil {
		b.t.Fatal(err)
	}
	tr := &traffic{requests: map[string]int{}}
	p := b.processor()
	carried := 0
	for {
		line, ok := gen.Next()
		if !ok {
			break
		}
		if line.Truth != nil && line.Label == nil {
			carried++
		}
		tr.lines = append(tr.lines, bytes.Clone(line.Text))
		tr.expect(p, tr.lines[len(tr.lines)-1])
	}
	for i := range gen.Tokens() {
		tr.tokens = append(tr.tokens, gen.Token(i))
	}
	if tr.total < carried {
		b.t.Fatalf("ingest sees %d credential-bearing lines, the generator planted at least %d", tr.total, carried)
	}
	return tr
}

func (b *testEnv) processor() *ingest.Processor {
	b.t.Helper()
	keys, err := b.config.Keys()
	if err != nil {
		b.t.Fatal(err)
	}
	o, err := b.config.IngestOptions(keys, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	p, err := ingest.NewProcessor(o)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (tr *traffic) expect(p *ingest.Processor, line []byte) {
	out, res := p.Process(nil, ingest.Line{Text: line, Source: tokenwarden.Source{Topic: "x"}, Now: time.Now(), Arrived: time.Now()})
	tr.redacted = append(tr.redacted, out)
	for i := range res.Events {
		e := &res.Events[i]
		tr.events++
		if e.FirstInRequest {
			tr.total++
			tr.requests[e.Fingerprint.String()+" "+e.Time.Truncate(time.Minute).Format("2006-01-02 15:04:05")]++
		}
	}
}

// check compares ClickHouse and the redacted topic with what was sent.
func (tr *traffic) check(b *testEnv) {
	b.t.Helper()
	got := map[string]int{}
	for _, row := range b.query("SELECT fingerprint, toString(minute), sum(requests) FROM v_token_usage_1m GROUP BY ALL") {
		var n int
		_, _ = fmt.Sscan(row[2], &n)
		got[row[0]+" "+row[1]] = n
	}
	wrong := 0
	for key, want := range tr.requests {
		if got[key] != want {
			if wrong++; wrong <= 5 {
				b.t.Errorf("usage of %s is %d, sent were %d", key, got[key], want)
			}
		}
	}
	if len(got) != len(tr.requests) {
		b.t.Errorf("usage has %d pairs of token and minute, sent were %d", len(got), len(tr.requests))
	}
	if n := b.number("SELECT count() FROM v_token_events"); n != tr.events {
		b.t.Errorf("%d events, want %d", n, tr.events)
	}
	if n := b.number("SELECT sum(requests) FROM v_token_profiles WHERE subject_kind = 'token'"); n != tr.total {
		b.t.Errorf("profiles hold %d requests, want %d", n, tr.total)
	}
	tr.checkAlerts(b)
	tr.checkRedacted(b)
}

// checkAlerts checks that no incident is shown twice or has two ids.
func (tr *traffic) checkAlerts(b *testEnv) {
	b.t.Helper()
	if n := b.number("SELECT count() - uniqExact(id) FROM v_alerts"); n != 0 {
		b.t.Errorf("%d alerts are shown twice", n)
	}
	twice := b.query("SELECT rule, subject, first_seen, evidence[1], count() AS n FROM v_alerts GROUP BY ALL HAVING n > 1")
	if len(twice) > 0 {
		b.t.Errorf("%d incidents exist under two ids: %v", len(twice), twice[0])
	}
}

// checkRedacted checks that the redacted topic has every line at least once, in its partition, byte for byte as expected
// and, but for repeats after a crash, in order.
func (tr *traffic) checkRedacted(b *testEnv) {
	b.t.Helper()
	total := 0
	for p, ms := range b.read(b.config.Kafka.Topics.Redacted) {
		seen := map[string][]byte{}
		var order []string
		for _, m := range ms {
			src := ""
			for _, h := range m.Headers {
				if h.Key == ingest.SourceHeader {
					src = string(h.Value)
				}
			}
			if string(m.Key) != fmt.Sprintf("host-%d", p) {
				b.t.Fatalf("partition %d holds a line with key %q", p, m.Key)
			}
			if old, again := seen[src]; again {
				if !bytes.Equal(old, m.Value) {
					b.t.Fatalf("%s was redacted in two ways", src)
				}
				continue
			}
			seen[src] = m.Value
			order = append(order, src)
		}
		for i, src := range order {
			if want := fmt.Sprintf("%s/%d/%d", b.config.Kafka.Topics.Input[0], p, i); src != want {
				b.t.Fatalf("line %d of partition %d comes from %s, want %s", i, p, src, want)
			}
			if want := tr.redacted[i*b.partitions+p]; !bytes.Equal(seen[src], want) {
				b.t.Fatalf("%s is %q, want %q", src, firstBytes(seen[src]), firstBytes(want))
			}
		}
		total += len(order)
	}
	if total != len(tr.lines) {
		b.t.Errorf("the redacted topic holds %d of %d lines", total, len(tr.lines))
	}
}

func firstBytes(b []byte) []byte { return b[:min(len(b), 300)] }

// encodings returns the texts that may stand for a token.
func encodings(token string) []string {
	once := url.QueryEscape(token)
	quoted, _ := json.Marshal(token)
	return []string{
		token, once, url.QueryEscape(once), url.QueryEscape(url.QueryEscape(once)), strings.Trim(string(quoted), `"`),
		base64.StdEncoding.EncodeToString([]byte(token)), base64.RawURLEncoding.EncodeToString([]byte(token)),
	}
}

// leaks counts the tokens that stand in text in any encoding. It ignores tokens of less than eight characters.
func leaks(text string, tokens []string) (n int, example string) {
	const head = 8 // forms are looked up by their first bytes: one pass over the text, however many tokens there are
	type form struct {
		text  string
		token int
	}
	byHead := map[string][]form{}
	for i, token := range tokens {
		if len(token) >= head {
			for _, f := range encodings(token) {
				byHead[f[:head]] = append(byHead[f[:head]], form{f, i})
			}
		}
	}
	found := map[int]bool{}
	for i := 0; i+head <= len(text); i++ {
		for _, f := range byHead[text[i:i+head]] {
			if !found[f.token] && strings.HasPrefix(text[i:], f.text) {
				found[f.token] = true
				example = fmt.Sprintf("token of %d characters", len(tokens[f.token]))
			}
		}
	}
	return len(found), example
}

func TestLeaksFindsEveryForm(t *testing.T) {
	token := "s3cr+t/" + strings.Repeat("k", 9)
	for i, f := range encodings(token) {
		t.Run("encoding "+strconv.Itoa(i), func(t *testing.T) {
			if n, _ := leaks("GET /x?token="+f+" HTTP/1.1", []string{token}); n != 1 {
				t.Errorf("form %d is not seen", i)
			}
		})
	}
}
