package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"

	"github.com/tokenwarden/tokenwarden"
)

// Fingerprinter turns tokens into fingerprints under one or several keys. It is for one goroutine at a time and does
// not allocate once made.
type Fingerprinter struct{ in *Opaque[fingerprinter] }

type fingerprinter struct {
	macs  []mac
	token []byte // where a token is canonicalised
	text  []byte // where a family is put together
}

// mac is HMAC-SHA-256 under one key. hash.Hash keeps the state after the key, so that a token costs two blocks.
type mac struct {
	id  tokenwarden.KeyID
	h   hash.Hash
	sum []byte
}

// NewFingerprinter takes the keys in the order of Options.Keys: the first signs.
func NewFingerprinter(keys ...Key) Fingerprinter {
	f := &fingerprinter{macs: make([]mac, len(keys))}
	for i, k := range keys {
		f.macs[i] = mac{k.ID(), hmac.New(sha256.New, k.secret.Get()[:]), make([]byte, 0, sha256.Size)}
	}
	return Fingerprinter{Hide(f)}
}

// KeyID returns the ID of the key that signs.
func (f Fingerprinter) KeyID() tokenwarden.KeyID { return f.in.Get().macs[0].id }

// Fingerprint returns the fingerprint of t under the key that signs. It is what Find reports for the same token wherever
// it stands and however it is encoded there: t is canonicalised first (see canonical).
func (f Fingerprinter) Fingerprint(t Token) tokenwarden.Fingerprint {
	in := f.in.Get()
	in.token = Canonical(in.token[:0], t.bytes())
	return in.macs[0].of(domainToken, in.token)
}

// Line returns the fingerprint of the token on one line of text, as people paste it: white space and quotes around it, a
// "Bearer " or another scheme in front, and percent-encoding are taken off first. It reports false for an empty line.
func (f Fingerprinter) Line(line []byte) (tokenwarden.Fingerprint, bool) {
	token := stripWrapping(line)
	if len(token) == 0 {
		return tokenwarden.Fingerprint{}, false
	}
	return f.Fingerprint(NewToken(token)), true
}

// Keyed is a fingerprint and the key that made it.
type Keyed struct {
	KeyID       tokenwarden.KeyID
	Fingerprint tokenwarden.Fingerprint
}

// All appends to dst the fingerprints of t under every key, the one that signs first.
func (f Fingerprinter) All(dst []Keyed, t Token) []Keyed {
	in := f.in.Get()
	in.token = Canonical(in.token[:0], t.bytes())
	for i := range in.macs {
		dst = append(dst, Keyed{in.macs[i].id, in.macs[i].of(domainToken, in.token)})
	}
	return dst
}

// AllOfLine appends to dst what Line says under every key.
func (f Fingerprinter) AllOfLine(dst []Keyed, line []byte) []Keyed {
	token := stripWrapping(line)
	if len(token) == 0 {
		return dst
	}
	return f.All(dst, NewToken(token))
}

// Domains keep what is hashed for one purpose from ever equalling what is hashed for another.
const (
	domainToken  = 't'
	domainFamily = 'f'
)

func (m *mac) of(domain byte, data []byte) tokenwarden.Fingerprint {
	m.h.Reset()
	m.sum = append(m.sum[:0], domain)
	_, _ = m.h.Write(m.sum)
	_, _ = m.h.Write(data)
	m.sum = m.h.Sum(m.sum[:0])
	var fp tokenwarden.Fingerprint
	copy(fp[:], m.sum)
	return fp
}

// OfCanonical returns the fingerprint of a token that is in canonical form already, under the key that signs.
func (f Fingerprinter) OfCanonical(token []byte) tokenwarden.Fingerprint {
	return f.in.Get().macs[0].of(domainToken, token)
}

// AppendOlder appends to dst the fingerprints of a token in canonical form under the other keys, in their order.
func (f Fingerprinter) AppendOlder(dst []tokenwarden.Fingerprint, token []byte) []tokenwarden.Fingerprint {
	macs := f.in.Get().macs
	for i := range macs[1:] {
		dst = append(dst, macs[1+i].of(domainToken, token))
	}
	return dst
}

// Family returns the fingerprint of who a token was issued to, which outlives the token. The length of each part precedes
// it, so that no two triples give the same bytes.
func (f Fingerprinter) Family(issuer, subject, client []byte) tokenwarden.Fingerprint {
	return f.in.Get().family(issuer, subject, client)
}

// Forget overwrites the token that the Fingerprinter still holds.
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
	return f.macs[0].of(domainFamily, f.text)
}
