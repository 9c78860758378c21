package jwt

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Parts are the offsets of the parts of a compact JWS or JWE in a text (RFC 7515 section 7.1, RFC 7516 section 7.1): three
// parts or five, joined by dots. A cut text may hold fewer.
type Parts struct {
	n         int
	part      [5][2]int
	alg       []byte // as written in the header, in memory of the reader; empty if the header could not be read to the end
	text      []byte // the text that holds the parts of a token that was wrapped; nil if that is where the token stands
	Encrypted bool   // the header names a content encryption: a JWE
}

const (
	maxHeader  = 4 << 10  // bytes of a decoded JOSE header that are read
	maxPayload = 16 << 10 // bytes of decoded claims that are read
)

// Reader reads JWTs. Its results hold until its next call.
type Reader struct {
	parts Parts
	json  []byte // the decoded header or claims
	stop  int    // where the last part that compact read ends
	flat  []byte // a wrapped token without white space
}

// At recognises a JWT at b[i], the position of "eyJ" (base64 of {"), and returns its parts and end. The header must decode
// to a JSON object with an algorithm, or to the start of one. White space within the token and the characters of the other
// base64 alphabet are part of it.
func (r *Reader) At(b []byte, i int) (p *Parts, end int, ok bool) {
	p, end, ok = r.compact(b, i)
	if stop := r.stop; stop < len(b) && (isBlank(b[stop]) || b[stop] == '+' || b[stop] == '/') {
		if p, end, ok := r.joined(b, i); ok {
			return p, end, true
		}
		if ok { // joined overwrote the parts
			return r.compact(b, i)
		}
	}
	return p, end, ok
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// compact recognises a JWT without white space.
func (r *Reader) compact(b []byte, i int) (p *Parts, end int, ok bool) {
	p = &r.parts
	*p = Parts{}
	end = i
	for p.n < len(p.part) {
		start := end
		for end < len(b) && ascii.Class[b[end]]&ascii.Run != 0 {
			end++
		}
		stop := end
		end = stop + ascii.Padding(b[stop:])
		p.part[p.n] = [2]int{start, stop}
		p.n++
		r.stop = end
		if p.n == 1 && !r.readHeader(b[start:stop]) {
			return nil, 0, false
		}
		if end >= len(b) || b[end] != '.' || p.n == 3 && !p.Encrypted || p.n == len(p.part) {
			break
		}
		end++
	}
	if p.n == 1 || p.n == 2 && p.part[1][0] == p.part[1][1] {
		if end < len(b) {
			return nil, 0, false
		}
	}
	return p, end, true
}

// Whole reports whether no part is missing.
func (p *Parts) Whole() bool { return p.n == 3 || p.n == 5 }

// readHeader decodes the JOSE header and reads alg and enc.
func (r *Reader) readHeader(part []byte) bool {
	r.json = ascii.AppendBase64(r.json[:0], part, maxHeader)
	if len(r.json) < 8 || r.json[0] != '{' {
		return false
	}
	known := false
	s := scanner{b: r.json}
	for s.member() {
		switch string(s.key) {
		case "alg": // required in both (RFC 7515 section 4.1.1, RFC 7516 section 4.1.1)
			known = true
			r.parts.alg = s.value[:min(len(s.value), MaxClaim)]
		case "enc":
			r.parts.Encrypted = true
		}
	}
	return known || r.json[len(r.json)-1] != '}' && joseStart(r.json)
}

// joseStart reports whether b starts like a JOSE header, which may be cut before its algorithm.
func joseStart(b []byte) bool {
	return bytes.HasPrefix(b, []byte(`{"alg":`)) || bytes.HasPrefix(b, []byte(`{"typ":`)) ||
		bytes.HasPrefix(b, []byte(`{"kid":`)) || bytes.HasPrefix(b, []byte(`{"enc":`))
}

// Rebase makes the offsets of the parts relative to start.
func (p *Parts) Rebase(start int) {
	if p.text != nil {
		return
	}
	for i := range p.n {
		p.part[i][0] -= start
		p.part[i][1] -= start
	}
}
