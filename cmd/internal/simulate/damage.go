package simulate

import (
	"strings"
	"time"
)

// The kinds of damaged line.
var damages = []string{"binary", "past", "future", "utf8", "empty", "cut", "binary", "cut"}

// One of longEvery damaged lines is long: about longBytes, 1 MiB less what Kafka adds to a message, so that a broker
// with its default limit (message.max.bytes) takes it.
const (
	longEvery = 64
	longBytes = 1<<20 - 1024
)

// damagedLine returns a line without a credential that no parser accepts.
func (g *Generator) damagedLine(at int64) Line {
	r := g.traffic
	what := pick(r, damages)
	if r.n(longEvery) == 0 {
		what = "long"
	}
	line := g.lineWithoutCredential(at)
	g.label = Label{Bad: what, Token: -1}
	line.Label, line.Text = &g.label, g.damage(what)
	return line
}

// damage spoils the line in g.text.
func (g *Generator) damage(what string) []byte {
	r, q := g.traffic, &g.req
	switch what {
	case "binary":
		g.text = g.text[:0]
		for range r.between(20, 200) {
			if b := byte(r.n(256)); b != '\n' && b != '\r' {
				g.text = append(g.text, b)
			}
		}
	case "past":
		q.badTime = 1 + int64(r.n(86400))
		g.text = g.render(g.text[:0], q)
	case "future":
		q.badTime = time.Date(2099, 1, 1, 0, 0, r.n(86400), 0, time.UTC).Unix()
		g.text = g.render(g.text[:0], q)
	case "utf8":
		q.ua = "Mozilla/5.0 \xff\xfe\xc3( \xe2\x82"
		g.text = g.render(g.text[:0], q)
	case "empty":
		g.text = g.text[:0]
	case "cut":
		g.text = g.text[:r.between(1, len(g.text)-1)]
	case "long":
		return g.long(q)
	}
	return g.text
}

// long returns a well-formed line of longBytes.
func (g *Generator) long(q *request) []byte {
	const padding = "lorem-ipsum-"
	q.literal = "/search?q="
	size := len(g.render(g.text[:0], q))
	q.literal += strings.Repeat(padding, (longBytes-size)/len(padding)+1)
	g.text = g.render(g.text[:0], q)
	return g.text
}
