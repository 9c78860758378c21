package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"

	"github.com/tokenwarden/tokenwarden"
)

// Fingerprinter turns tokens into fingerprints under one or several keys. It serves one goroutine at a time and does not
// allocate once made.
type Fingerprinter struct{ in *Opaque[fingerprinter] }

type fingerprinter struct {
	macs  []keyMACs
	token []byte // where a token is canonicalised
	text  []byte // where a family is put together
}

// mac computes HMAC-SHA-256 under one key. hash.Hash keeps the state after the key, so a short text costs two blocks.
type mac struct {
	h   hash.Hash
	sum []byte
}

func newMAC(key *[KeySize]byte) mac {
	return mac{hmac.New(sha256.New, key[:]), make([]byte, 0, sha256.Size)}
}

// keyMACs are what is made under one key K: family fingerprints by K itself, token fingerprints in two layers, the first of
// them under the key derived for proxies.
type keyMACs struct {
	id   tokenwarden.KeyID
	key  mac
	edge edgeMAC
}

// NewFingerprinter takes the keys in the order of Options.Keys: the first is the signing key.
func NewFingerprinter(keys ...Key) Fingerprinter {
	f := &fingerprinter{macs: make([]keyMACs, len(keys))}
	for i, k := range keys {
		f.macs[i] = keyMACs{k.ID(), newMAC(k.secret.Get()), newEdgeMAC(k.Edge())}
	}
	return Fingerprinter{Hide(f)}
}

// KeyID returns the ID of the signing key.
func (f Fingerprinter) KeyID() tokenwarden.KeyID { return f.in.Get().macs[0].id }

// Fingerprint returns the fingerprint of the canonical form of t under the signing key: the same as Find reports for this
// token at any place and in any encoding.
func (f Fingerprinter) Fingerprint(t Token) tokenwarden.Fingerprint {
	in := f.in.Get()
	in.token = Canonical(in.token[:0], t.bytes())
	return in.macs[0].token(in.token)
}

// Line returns the fingerprint of the token on one line of pasted text. White space, quotes, a scheme such as "Bearer " and
// percent-encoding are removed first. It reports false for an empty line.
func (f Fingerprinter) Line(line []byte) (tokenwarden.Fingerprint, bool) {
	token := stripWrapping(line)
	if len(token) == 0 {
		return tokenwarden.Fingerprint{}, false
	}
	return f.Fingerprint(NewToken(token)), true
}

// Keyed is a fingerprint and the ID of its key.
type Keyed struct {
	KeyID       tokenwarden.KeyID
	Fingerprint tokenwarden.Fingerprint
}

// All appends to dst the fingerprints of t under every key, the signing key first.
func (f Fingerprinter) All(dst []Keyed, t Token) []Keyed {
	in := f.in.Get()
	in.token = Canonical(in.token[:0], t.bytes())
	for i := range in.macs {
		dst = append(dst, Keyed{in.macs[i].id, in.macs[i].token(in.token)})
	}
	return dst
}

// AllOfLine appends to dst the fingerprints of Line under every key. For an edge form it is the one fingerprint of its token.
func (f Fingerprinter) AllOfLine(dst []Keyed, line []byte) []Keyed {
	token := stripWrapping(line)
	if edge, result := f.FromEdge(token); result == EdgeOK {
		return append(dst, edge.Keyed)
	}
	if len(token) == 0 {
		return dst
	}
	return f.All(dst, NewToken(token))
}

// Domain bytes come first in what is hashed, so that texts of different purposes never hash alike. The outer layer of a
// token's fingerprint has none: its input has 16 bytes, of which an edge chooses none.
const (
	domainToken   = 't' // under the edge key: a canonical token
	domainForm    = 'm' // under the edge key: an edge form without its MAC
	domainFamily  = 'f' // under the key: issuer, subject and client
	domainForeign = 'x' // under the key: foreignLabel, a system and its identity
)

// token returns the fingerprint of a canonical token.
func (m *keyMACs) token(canonical []byte) tokenwarden.Fingerprint {
	return m.fromEdge(m.edge.of(domainToken, canonical))
}

// fromEdge returns the fingerprint of the token of which a proxy logged the hash h.
func (m *keyMACs) fromEdge(h EdgeHash) tokenwarden.Fingerprint {
	m.key.h.Reset()
	m.key.sum = append(m.key.sum[:0], h[:]...)
	_, _ = m.key.h.Write(m.key.sum)
	return tokenwarden.Fingerprint(m.key.cut())
}

// of returns the first 16 bytes of the MAC of domain and data.
func (m *mac) of(domain byte, data []byte) [16]byte {
	m.h.Reset()
	m.sum = append(m.sum[:0], domain)
	_, _ = m.h.Write(m.sum)
	_, _ = m.h.Write(data)
	return m.cut()
}

func (m *mac) cut() (out [16]byte) {
	m.sum = m.h.Sum(m.sum[:0])
	copy(out[:], m.sum)
	return out
}

// OfCanonical returns the fingerprint of a token in canonical form under the signing key.
func (f Fingerprinter) OfCanonical(token []byte) tokenwarden.Fingerprint {
	return f.in.Get().macs[0].token(token)
}

// Family returns the fingerprint of a token's issuer, subject and client, which outlives the token. The length of each part
// precedes the part, so no two triples give the same bytes.
func (f Fingerprinter) Family(issuer, subject, client []byte) tokenwarden.Fingerprint {
	return f.in.Get().family(issuer, subject, client)
}

// foreignLabel makes the input of Foreign longer than the 16 bytes of a token's.
const foreignLabel = "tokenwarden foreign"

// Foreign returns the fingerprint of what a system logs in place of a token: an id, or a digest that it made. The length of the
// system's name precedes it, so that no two systems share a fingerprint, and no token has one of these.
func (f Fingerprinter) Foreign(system string, value []byte) tokenwarden.Fingerprint {
	in := f.in.Get()
	in.text = append(append(append(append(in.text[:0], foreignLabel...), byte(len(system))), system...), value...)
	return tokenwarden.Fingerprint(in.macs[0].key.of(domainForeign, in.text))
}

// Forget overwrites the token still held in the Fingerprinter's memory.
func (f Fingerprinter) Forget() {
	in := f.in.Get()
	clear(in.token[:cap(in.token)])
}

func (f *fingerprinter) family(iss, sub, client []byte) tokenwarden.Fingerprint {
	f.text = f.text[:0]
	for _, part := range [...][]byte{iss, sub, client} {
		f.text = append(f.text, byte(len(part)>>8), byte(len(part)))
		f.text = append(f.text, part...)
	}
	return tokenwarden.Fingerprint(f.macs[0].key.of(domainFamily, f.text))
}
