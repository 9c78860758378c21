package jwt

import (
	"slices"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// A token wrapped by a mail, a terminal or a folded header has white space within its parts; one in the other alphabet has +
// and /. Decoders skip and accept these, so such a token is valid all the same.

const (
	maxPieces = 24      // a token is joined of: RS512 with claims, in lines of 76
	maxJoined = 8 << 10 // bytes of a joined token
	maxBlank  = 8       // bytes of white space between two pieces
)

// signatureSizes are the lengths of signatures in base64url: HS256 43, HS384 64, HS512, ES256 and EdDSA 86, ES384 128, ES512
// 176, RS and PS with 2,048, 3,072 and 4,096 bits 342, 512 and 683 (RFC 7518 section 3.1).
var signatureSizes = []int{43, 64, 86, 128, 176, 342, 512, 683}

// joined reads a wrapped token at b[i] without its white space. It reports false if the token ends before the first break.
func (r *Reader) joined(b []byte, i int) (p *Parts, end int, ok bool) {
	if !r.startsHeader(b[i:]) {
		return nil, 0, false
	}
	j := joiner{b: b, at: i, flat: r.flat[:0]}
	for j.next() {
	}
	r.flat = j.flat
	if j.pieces == 0 {
		return nil, 0, false
	}
	if p, end, ok = r.compact(r.flat, 0); !ok || end != len(r.flat) {
		return nil, 0, false
	}
	p.text = r.flat
	return p, j.at, true
}

// startsHeader reports whether b starts with base64 of the start of a JOSE header.
func (r *Reader) startsHeader(b []byte) bool {
	r.json = ascii.AppendBase64(r.json[:0], b[:min(len(b), 16)], 12)
	return joseStart(r.json)
}

// joiner copies the pieces of a wrapped token.
type joiner struct {
	b      []byte
	at     int // where the next byte is read
	flat   []byte
	part   int // where the part at hand starts in flat
	dots   int
	pieces int
}

// next copies one run and its joint to the next run. It reports whether another run follows.
func (j *joiner) next() bool {
	for j.at < len(j.b) && ascii.Class[j.b[j.at]]&ascii.Run != 0 {
		j.copy()
	}
	if n := ascii.Padding(j.b[j.at:]); n > 0 {
		j.at += n
	}
	if j.at >= len(j.b) || len(j.flat) > maxJoined {
		return false
	}
	switch c := j.b[j.at]; {
	case c == '.' && j.dots < 2:
		j.copy()
		j.dots++
		j.part = len(j.flat)
		return true
	case (c == '+' || c == '/') && j.goesOn(j.at+1, 1):
		j.pieces++
		j.copy()
		return true
	case c <= ' ':
		return j.blank()
	}
	return false
}

// copy copies one byte, in the base64url alphabet.
func (j *joiner) copy() {
	c := j.b[j.at]
	switch c {
	case '+':
		c = '-'
	case '/':
		c = '_'
	}
	j.flat = append(j.flat, c)
	j.at++
}

// blank skips white space within the token.
func (j *joiner) blank() bool {
	to := j.at
	for to < len(j.b) && to-j.at < maxBlank && (j.b[to] == ' ' || j.b[to] == '\n' || j.b[to] == '\r' || j.b[to] == '\t') {
		to++
	}
	if to == j.at || to >= len(j.b) || !j.goesOn(to, 0) {
		return false
	}
	j.pieces++
	j.at = to
	return true
}

// goesOn reports whether the part at hand is incomplete and goes on at b[i], behind add characters of its own.
func (j *joiner) goesOn(i, add int) bool {
	if j.pieces >= maxPieces {
		return false
	}
	if j.dots < 2 {
		if j.b[i] == '.' {
			return true
		}
		return ascii.Class[j.b[i]]&ascii.Run != 0 && !isWholeObject(j.flat[j.part:])
	}
	size := len(j.flat) - j.part
	if slices.Contains(signatureSizes, size) {
		return false
	}
	size += add
	for range maxPieces {
		from := i
		for i < len(j.b) && (ascii.Class[j.b[i]]&ascii.Run != 0 || j.b[i] == '+' || j.b[i] == '/') {
			i++
		}
		if size += i - from; slices.Contains(signatureSizes, size) {
			return true
		}
		if i == from || size > signatureSizes[len(signatureSizes)-1] {
			return false
		}
		for k := 0; k < maxBlank && i < len(j.b) && j.b[i] <= ' '; k++ {
			i++
		}
	}
	return false
}

// isWholeObject reports whether part, base64 of a JSON object, ends where the object does.
func isWholeObject(part []byte) bool {
	n := len(part) &^ 3
	tail := part[max(n-4, 0):]
	var buf [8]byte
	d := ascii.AppendBase64(buf[:0], tail, len(buf))
	return len(d) > 0 && d[len(d)-1] == '}'
}
