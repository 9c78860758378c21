package canary

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// How a token is written at its placement.
const (
	encodingRaw     = "raw"
	encodingPercent = "percent" // every byte
	encodingTwice   = "percent_twice"
	encodingBase64  = "base64"
)

// plant is one planted token: field, placement, kind and encoding. The log gets these and never the token.
type plant struct {
	placement             placement
	field, kind, encoding string
	token                 string
	secret                string   // the token without a type prefix, which the policy may keep
	needles               [][]byte // both halves of the secret in every encoding
}

// plant writes a copy of line with a token in one of its fields to p.line. unparsed means that no format fits the line:
// the token goes behind it.
func (p *Prober) plant(line []byte, unparsed bool) plant {
	p.fields = p.fields[:0]
	if !unparsed {
		p.fields = p.processor.AppendFieldSpans(p.fields)
	}
	n := 0
	for _, f := range p.fields {
		if takesToken(line, f) {
			p.fields[n] = f
			n++
		}
	}
	if n == 0 {
		t := p.newPlant(linePlacement)
		t.field, t.encoding = "line", encodingRaw
		p.line = append(append(p.line[:0], line...), t.text(nil)...)
		return t
	}
	f := p.fields[p.random.IntN(n)]
	list := placementsByKind[f.Kind]
	t := p.newPlant(list[p.random.IntN(len(list))])
	t.field = f.Name()
	p.line = append(append(append(p.line[:0], line[:f.Start]...), t.text(line[f.Start:f.End])...), line[f.End:]...)
	return t
}

// takesToken reports whether a token may replace a field. A text at the start of a line or before a space may be what a
// shipper put in front of it: without that the line would have another format.
func takesToken(line []byte, f ingest.FieldSpan) bool {
	return len(placementsByKind[f.Kind]) > 0 && (f.Kind != record.KindText || f.Start > 0 && line[f.End-1] > ' ')
}

// newPlant makes a token for a placement and draws its encoding.
func (p *Prober) newPlant(at placement) plant {
	t := plant{placement: at, encoding: encodingRaw}
	t.kind, t.token, t.secret = p.newToken(at.acceptsOpaque)
	switch {
	case at.name == "base64_json":
		t.encoding = encodingBase64
	case at.name == "nested":
		t.encoding = []string{encodingRaw, encodingTwice}[p.random.IntN(2)]
	case strings.HasPrefix(at.name, "query"), at.name == "path", at.name == "matrix", at.name == "userinfo":
		t.encoding = []string{encodingRaw, encodingPercent}[p.random.IntN(2)]
	}
	for _, form := range []string{
		t.secret, encode(t.secret, encodingPercent), encode(t.secret, encodingTwice), t.base64JSON(), encode(t.secret, encodingBase64),
	} {
		t.needles = append(t.needles, []byte(form[:len(form)/2]), []byte(form[len(form)/2:]))
	}
	return t
}

// text returns the content of the field. old is the content that it replaces.
func (t *plant) text(old []byte) string {
	token := encode(t.token, t.encoding)
	if t.encoding == encodingBase64 {
		token = t.base64JSON()
	}
	text := strings.Replace(t.placement.text, "{}", token, 1)
	if t.placement.name == "bearer" && bytes.IndexByte(old, ' ') < 0 { // W3C logs write a space as a plus
		text = strings.Replace(text, " ", "+", 1)
	}
	return text
}

func (t *plant) base64JSON() string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"page":2,"access_token":"` + t.token + `"}`))
}

// leakedIn reports whether out holds half of the token or more, in any of the encodings.
func (t *plant) leakedIn(out []byte) bool {
	for _, needle := range t.needles {
		if bytes.Contains(out, needle) {
			return true
		}
	}
	return false
}

func encode(s, encoding string) string {
	switch encoding {
	case encodingPercent:
		return escapeAll(s, "%%%02X")
	case encodingTwice:
		return escapeAll(s, "%%25%02X")
	case encodingBase64:
		return base64.RawURLEncoding.EncodeToString([]byte(s))
	}
	return s
}

func escapeAll(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		_, _ = fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}
