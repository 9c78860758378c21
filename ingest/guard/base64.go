package guard

import "bytes"

// maxDecoded bounds how many bytes of decoded base64 are checked.
const maxDecoded = 16 << 10

const base64Std = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// base64Value maps a digit of either base64 alphabet (RFC 4648 sections 4 and 5) to its value, any other byte to 0xff.
var base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i, c := range []byte(base64Std) {
		t[c] = byte(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// base64Seen records the end of the base64 decoded so far, by the alignment of digits to groups of four. Base64 that starts
// before this end with the same alignment decodes to a part of a checked text, or runs into the same non-text byte.
type base64Seen [4]int

// scanBase64 decodes the base64 that starts at b[start] and checks the text for names and self-evident tokens. A span covers
// all of the base64, because its characters mix the bits of neighbouring bytes.
func (g *Guard) scanBase64(b []byte, start int, seen *base64Seen, dst []Span) []Span {
	if start < seen[start%4] {
		return dst
	}
	end, isText := g.decodeBase64(b, start)
	seen[start%4] = end
	g.steps += end - start
	if !isText {
		return dst
	}
	n := len(dst)
	dst = g.scanRuns(g.plain, false, dst)
	dst = scanUserinfo(g.plain, dst)
	dst = g.scanPairs(g.plain, dst)
	if len(dst) > n {
		end = base64End(b, end)
		*seen = base64Seen{end, end, end, end}
		dst = append(dst[:n], Span{start, end, reasonBase64})
	}
	return dst
}

// decodeBase64 decodes the base64 that starts at b[start] into g.plain, at most maxDecoded bytes, and returns the number of
// bytes read. isText is false for a text with anything but printable ASCII and newlines.
func (g *Guard) decodeBase64(b []byte, start int) (end int, isText bool) {
	g.plain = g.plain[:0]
	var acc uint32
	bits, i := 0, start
	for ; i < len(b) && base64Value[b[i]] != 0xff && len(g.plain) < maxDecoded; i++ {
		acc = acc<<6 | uint32(base64Value[b[i]])
		if bits += 6; bits < 8 {
			continue
		}
		bits -= 8
		c := byte(acc >> bits)
		if (c < ' ' || c > '~') && c != '\n' {
			return i + 1, false
		}
		g.plain = append(g.plain, c)
	}
	return i, true
}

// base64End returns the end of the base64 around b[i], padding included.
func base64End(b []byte, i int) int {
	for i < len(b) && base64Value[b[i]] != 0xff {
		i++
	}
	for i < len(b) && b[i] == '=' {
		i++
	}
	return i
}

// isBasic reports whether b holds the credentials of HTTP Basic (RFC 7617): base64 of text with a colon.
func isBasic(b []byte) bool {
	b = bytes.TrimRight(b, "=")
	if len(b) < 8 {
		return false
	}
	var acc uint32
	bits, colon := 0, false
	for _, c := range b {
		k := bytes.IndexByte([]byte(base64Std), c)
		if k < 0 {
			return false
		}
		acc = acc<<6 | uint32(k)
		if bits += 6; bits >= 8 {
			bits -= 8
			x := byte(acc >> bits)
			if x < ' ' {
				return false
			}
			colon = colon || x == ':'
		}
	}
	return colon
}
