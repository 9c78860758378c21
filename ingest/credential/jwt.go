package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// jwtParts is where the parts of a compact JWS or JWE stand in a text (RFC 7515 section 7.1, RFC 7516 section 7.1):
// three parts or five, joined by dots. A text that was cut may hold fewer.
type jwtParts struct {
	n    int
	part [5][2]int
	alg  string // as written in the header; "" if the header could not be read to the end
	enc  bool   // the header names a content encryption: a JWE
}

const (
	maxHeader  = 4 << 10  // bytes of a decoded JOSE header that are read
	maxPayload = 16 << 10 // bytes of decoded claims that are read
)

// jwtAt recognises a JWT that starts at b[i], where "eyJ" (base64 of {") stands. The header must decode to a JSON object
// that names an algorithm, or to the start of one. Its parts are then in f.parts.
func (f *finder) jwtAt(b []byte, i int) (m match, ok bool) {
	p := &f.parts
	*p = jwtParts{}
	end := i
	for p.n < len(p.part) {
		start := end
		for end < len(b) && ascii.Class[b[end]]&ascii.Run != 0 {
			end++
		}
		stop := end
		end = stop + ascii.Padding(b[stop:])
		p.part[p.n] = [2]int{start, stop}
		p.n++
		if p.n == 1 && !f.readHeader(b[start:stop], p) {
			return match{}, false
		}
		if end >= len(b) || b[end] != '.' || p.n == 3 && !p.enc || p.n == len(p.part) {
			break
		}
		end++
	}
	if p.n == 1 || p.n == 2 && p.part[1][0] == p.part[1][1] {
		if end < len(b) {
			return match{}, false
		}
	}
	m = match{start: i, end: end, kind: "jwt", sure: p.n == 3 || p.n == 5, reason: "JSON Web Token"}
	if p.enc {
		m.kind, m.reason = "jwe", "JSON Web Encryption token"
	}
	if !m.sure {
		m.reason = "beginning of a JSON Web Token"
	}
	return m, true
}

// readHeader decodes the JOSE header and reads alg and enc.
func (f *finder) readHeader(part []byte, p *jwtParts) bool {
	f.json = ascii.AppendBase64(f.json[:0], part, maxHeader)
	if len(f.json) < 8 || f.json[0] != '{' {
		return false
	}
	known := false
	s := scanner{b: f.json}
	for s.member() {
		switch string(s.key) {
		case "alg": // required in both (RFC 7515 section 4.1.1, RFC 7516 section 4.1.1)
			known = true
			p.alg = f.text.keep(s.value, maxClaim)
		case "enc":
			p.enc = true
		}
	}
	return known || f.json[len(f.json)-1] != '}' && joseStart(f.json)
}

// joseStart recognises the start of a header that was cut before its algorithm.
func joseStart(b []byte) bool {
	return bytes.HasPrefix(b, []byte(`{"alg":`)) || bytes.HasPrefix(b, []byte(`{"typ":`)) ||
		bytes.HasPrefix(b, []byte(`{"kid":`)) || bytes.HasPrefix(b, []byte(`{"enc":`))
}
