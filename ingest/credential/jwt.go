package credential

import "bytes"

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
		for end < len(b) && class[b[end]]&cRun != 0 {
			end++
		}
		stop := end
		end = stop + padding(b[stop:])
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
	f.json = appendBase64(f.json[:0], part, maxHeader)
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

// appendBase64 decodes base64 or base64url without padding as far as it goes, at most limit bytes.
func appendBase64(dst, src []byte, limit int) []byte {
	var acc uint32
	var bits uint
	n := len(dst)
	for _, c := range src {
		x := base64Value[c]
		if x > 63 || len(dst)-n >= limit {
			break
		}
		acc = acc<<6 | uint32(x)
		if bits += 6; bits >= 8 {
			bits -= 8
			dst = append(dst, byte(acc>>bits))
		}
	}
	return dst
}

// padding is how many signs of base64 padding b starts with, if nothing but a dot or the end of a word follows.
func padding(b []byte) int {
	n := 0
	for n < len(b) && n < 2 && b[n] == '=' {
		n++
	}
	if n < len(b) && class[b[n]]&(cAlnum|cJoin) != 0 {
		return 0
	}
	return n
}
