package secret

import (
	"bytes"
	"encoding/hex"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// EdgeResult tells what became of a text that looks like an edge form.
type EdgeResult uint8

// The results.
const (
	EdgeNone       EdgeResult = iota // no edge form
	EdgeOK                           // the MAC is right, or the field needs none
	EdgeForged                       // the MAC is wrong
	EdgeUnknownKey                   // none of the keys has this ID
)

// EdgeToken is a token of which a proxy logged the hash.
type EdgeToken struct {
	Keyed
	Kind []byte // what the proxy says it is, made of a-z and _; a part of the text that was read; nil for bare digits
}

const (
	idDigits   = 2 * len(tokenwarden.KeyID{})
	hashDigits = 2 * len(EdgeHash{})
	macDigits  = 8
	minForm    = len(EdgePrefix) + idDigits + len(".k.") + hashDigits
)

// FromEdge reads an edge form with its MAC and returns the fingerprint of its token: the one that the same token has in plain
// text under the same key.
func (f Fingerprinter) FromEdge(text []byte) (EdgeToken, EdgeResult) {
	p, ok := parseForm(text)
	if !ok || !p.signed {
		return EdgeToken{}, EdgeNone
	}
	return f.in.Get().fromForm(p)
}

// FromEdgeField reads the value of a field that only the proxy writes: an edge form, with or without a MAC (a wrong one is
// refused all the same), or the hash alone as 32 hexadecimal digits, 64 if it was not cut. The hash alone is taken to be
// under the signing key.
func (f Fingerprinter) FromEdgeField(text []byte) (EdgeToken, EdgeResult) {
	in := f.in.Get()
	if p, ok := parseForm(text); ok {
		return in.fromForm(p)
	}
	if len(text) != hashDigits && len(text) != 2*hashDigits || !ascii.IsHex(text) {
		return EdgeToken{}, EdgeNone
	}
	var h EdgeHash
	_, _ = hex.Decode(h[:], text[:hashDigits])
	m := &in.macs[0]
	return EdgeToken{Keyed: Keyed{m.id, m.fromEdge(h)}}, EdgeOK
}

// form is an edge form in its parts.
type form struct {
	text   []byte // what the MAC is of
	id     tokenwarden.KeyID
	kind   []byte
	hash   EdgeHash
	mac    [macDigits / 2]byte
	signed bool
}

func parseForm(text []byte) (p form, ok bool) {
	rest, ok := bytes.CutPrefix(text, []byte(EdgePrefix))
	if !ok || len(text) < minForm || len(text) > minForm+MaxEdgeKind+1+macDigits || rest[idDigits] != '.' {
		return p, false
	}
	kind, rest, _ := bytes.Cut(rest[idDigits+1:], []byte{'.'})
	hash, mac, signed := bytes.Cut(rest, []byte{'.'})
	if len(kind) == 0 || len(kind) > MaxEdgeKind || len(hash) != hashDigits || signed && len(mac) != macDigits {
		return p, false
	}
	for _, c := range kind {
		if !isKindByte(c) {
			return p, false
		}
	}
	p = form{text: text, kind: kind, signed: signed}
	if signed {
		p.text = text[:len(text)-1-macDigits]
	}
	id := text[len(EdgePrefix):][:idDigits]
	return p, decodeHex(p.id[:], id) && decodeHex(p.hash[:], hash) && decodeHex(p.mac[:], mac)
}

// decodeHex decodes src into dst and reports whether it is lower-case hexadecimal.
func decodeHex(dst, src []byte) bool {
	for _, c := range src {
		if ascii.IsUpper(c) {
			return false
		}
	}
	_, err := hex.Decode(dst, src)
	return err == nil
}

func (f *fingerprinter) fromForm(p form) (EdgeToken, EdgeResult) {
	for i := range f.macs {
		m := &f.macs[i]
		switch {
		case m.id != p.id:
		case p.signed && !m.edge.holds(p.text, p.mac):
			return EdgeToken{}, EdgeForged
		default:
			return EdgeToken{Keyed{m.id, m.fromEdge(p.hash)}, p.kind}, EdgeOK
		}
	}
	return EdgeToken{}, EdgeUnknownKey
}
