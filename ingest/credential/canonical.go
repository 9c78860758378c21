package credential

import "bytes"

// maxDecode is how many times a value is decoded before it is taken as it is.
const maxDecode = 5

// canonical appends to dst the form of a token that is fingerprinted. It is percent-decoded until nothing more decodes,
// at most maxDecode times, and has no white space around it. Where all of it is base64 of text, that text is the
// token: somebody wrapped it. Escapes that do not decode ("100%sure") stay as they are, and "+" stays "+": tokens in
// base64 hold it raw more often than a credential holds a space.
func canonical(dst, token []byte) []byte {
	from := len(dst)
	dst = append(dst, bytes.TrimSpace(token)...)
	for range maxWraps {
		for range maxDecode {
			n, changed := unescapeInPlace(dst[from:])
			dst = dst[:from+n]
			if !changed {
				break
			}
		}
		n, ok := unwrapInPlace(dst[from:])
		if !ok {
			break
		}
		dst = dst[:from+n]
	}
	return dst
}

// maxWraps is how many layers of base64 are taken off.
const maxWraps = 2

// unwrapInPlace decodes b, if it is base64 of printable ASCII without spaces, within its own memory.
func unwrapInPlace(b []byte) (n int, ok bool) {
	src := bytes.TrimRight(b, "=")
	if len(src) < minBase64 || len(b)-len(src) > 2 || len(src)%4 == 1 || !textStart(src) {
		return len(b), false
	}
	for pass := range 2 { // look at all of it before the first byte is overwritten
		var acc uint32
		var bits uint
		n = 0
		for _, c := range src {
			x := base64Value[c]
			if x > 63 {
				return len(b), false
			}
			acc = acc<<6 | uint32(x)
			if bits += 6; bits >= 8 {
				bits -= 8
				c := byte(acc >> bits)
				if c <= ' ' || c >= 0x7f {
					return len(b), false
				}
				if pass == 1 {
					b[n] = c
				}
				n++
			}
		}
	}
	return n, true
}

// unescapeInPlace percent-decodes b once within its own memory and returns the new length.
func unescapeInPlace(b []byte) (n int, changed bool) {
	r := bytes.IndexByte(b, '%')
	if r < 0 {
		return len(b), false
	}
	n = r
	for r < len(b) {
		if c, ok := percentAt(b, r); ok {
			b[n] = c
			r += 3
			changed = true
		} else {
			b[n] = b[r]
			r++
		}
		n++
	}
	return n, changed
}

// percentAt decodes the escape at b[i], which it reports to be none where it is not a percent sign and two digits.
func percentAt(b []byte, i int) (byte, bool) {
	if b[i] != '%' || i+2 >= len(b) {
		return 0, false
	}
	hi, lo := unhex[b[i+1]], unhex[b[i+2]]
	return hi<<4 | lo&15, hi < 16 && lo < 16
}

// unhex is the value of a hexadecimal digit, 255 for any other byte.
var unhex = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i := range byte(10) {
		t['0'+i] = i
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = 10+i, 10+i
	}
	return t
}()

// bareToken takes off what people paste around a token: white space, quotes, a header name, a scheme.
func bareToken(line []byte) []byte {
	line = trimQuotes(bytes.TrimSpace(line))
	if i := bytes.IndexByte(line, ':'); i > 0 && isAuthorization(line[:i]) {
		line = bytes.TrimSpace(line[i+1:])
	}
	s, n := schemeAt(line)
	line = line[n:]
	if s != nil && s.how == formBasic {
		if user, pass, ok := bytes.Cut(appendBase64(nil, line, maxPayload), []byte{':'}); ok {
			if isStandIn(pass) {
				return user
			}
			return pass
		}
	}
	return trimQuotes(bytes.TrimSpace(line))
}

func trimQuotes(b []byte) []byte {
	if len(b) >= 2 && (b[0] == '"' || b[0] == '\'') && b[len(b)-1] == b[0] {
		return b[1 : len(b)-1]
	}
	return b
}

func isAuthorization(name []byte) bool {
	return bytes.EqualFold(name, []byte("authorization")) || bytes.EqualFold(name, []byte("proxy-authorization"))
}
