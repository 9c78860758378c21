package ascii

// Base64Value maps a digit of either base64 alphabet (RFC 4648 sections 4 and 5) to its value, any other byte to 255.
var Base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// MinBase64 is the length of the shortest base64 text that is decoded. That of `{"a":"b"}` or `t=12345678` is longer.
const MinBase64 = 12

// StartsText reports whether the first nine bytes that src, base64 of MinBase64 bytes or more, decodes to are text.
func StartsText(src []byte) bool {
	for i := 0; i+4 <= MinBase64; i += 4 {
		x := uint32(Base64Value[src[i]])<<18 | uint32(Base64Value[src[i+1]])<<12 |
			uint32(Base64Value[src[i+2]])<<6 | uint32(Base64Value[src[i+3]])
		if !IsText(byte(x>>16)) || !IsText(byte(x>>8)) || !IsText(byte(x)) {
			return false
		}
	}
	return true
}

// Mostly is a test of bytes, one after the other: they are text if they are printable ASCII, white space, escape sequences and
// UTF-8, but for one in eight, less one. That many may be characters of another encoding, NUL or separators. Of a million
// stretches of random bytes, 134 of 12 bytes are text so, and 6 of 24 bytes (go test -run TestMostlyText -v).
type Mostly struct {
	Others int // bytes that may still be no text
	rest   int // continuation bytes of UTF-8 that are due
}

// MinMostly is the least number of bytes that are tested so: of fewer, too many random ones would pass.
const MinMostly = 12

// MostlyOf returns the test of size bytes.
func MostlyOf(size int) Mostly { return Mostly{Others: size/8 - 1} }

// Next tests the next byte and reports whether the bytes may still be text.
func (m *Mostly) Next(c byte) bool {
	if m.rest > 0 && c&0xc0 == 0x80 {
		m.rest--
		return true
	}
	if m.rest > 0 { // the character ended early
		m.Others--
	}
	switch m.rest = 0; {
	case IsText(c) || c == escapeByte:
	case c >= 0xc2 && c < 0xe0:
		m.rest = 1
	case c >= 0xe0 && c < 0xf0:
		m.rest = 2
	case c >= 0xf0 && c < 0xf5:
		m.rest = 3
	default:
		m.Others--
	}
	return m.Others >= 0
}

const escapeByte = 0x1b

// IsMostlyText reports whether src, base64 without padding, decodes to text, as Mostly defines it.
func IsMostlyText(src []byte) bool {
	size := len(src) * 3 / 4
	if size < MinMostly {
		return false
	}
	m := MostlyOf(size)
	var acc uint32
	var bits uint
	for _, c := range src {
		x := Base64Value[c]
		if x > 63 {
			return false
		}
		acc = acc<<6 | uint32(x)
		if bits += 6; bits >= 8 {
			if bits -= 8; !m.Next(byte(acc >> bits)) {
				return false
			}
		}
	}
	return true
}

// IsText reports whether c is printable ASCII or white space.
func IsText(c byte) bool { return c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t' }

// AppendBase64 appends to dst what src decodes to, up to its first byte that is no base64 digit and to limit bytes.
func AppendBase64(dst, src []byte, limit int) []byte {
	var acc uint32
	var bits uint
	n := len(dst)
	for _, c := range src {
		x := Base64Value[c]
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

// Padding returns how many = of base64 padding b starts with, 0 if a run goes on behind them.
func Padding(b []byte) int {
	n := 0
	for n < len(b) && n < 2 && b[n] == '=' {
		n++
	}
	if n < len(b) && Class[b[n]]&(Alnum|Join) != 0 {
		return 0
	}
	return n
}
