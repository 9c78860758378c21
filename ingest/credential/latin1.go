package credential

import "unicode/utf8"

// asSent returns the bytes of a token as the client sent them. Servers in Java and JavaScript read the bytes of headers as Latin-1
// and write them as UTF-8: a token in UTF-8 is encoded twice in their logs. The result is b, or holds until the next call.
func (f *finder) asSent(b []byte) []byte {
	for {
		i := 0
		for i < len(b) && b[i] < utf8.RuneSelf {
			i++
		}
		if i == len(b) || !isLatin1OfUTF8(b[i:]) {
			return b
		}
		f.sent = f.sent[:0] // b may be f.sent itself: what is written is shorter than what was read
		for i = 0; i < len(b); i++ {
			c := b[i]
			if c >= utf8.RuneSelf {
				i++
				c = byteOfLatin1(c, b[i])
			}
			f.sent = append(f.sent, c)
		}
		b = f.sent
	}
}

// byteOfLatin1 returns the byte that c and next, a character of two bytes in UTF-8, are in Latin-1.
func byteOfLatin1(c, next byte) byte { return c&3<<6 | next&0x3f }

// isLatin1OfUTF8 reports whether b is UTF-8 of Latin-1 alone and its characters, as bytes, are UTF-8 themselves.
func isLatin1OfUTF8(b []byte) bool {
	var r [utf8.UTFMax]byte // the bytes of a character so far
	n := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c >= utf8.RuneSelf {
			if c != 0xc2 && c != 0xc3 || i+1 == len(b) || b[i+1]&0xc0 != 0x80 {
				return false
			}
			i++
			c = byteOfLatin1(c, b[i])
		}
		r[n] = c
		n++
		if !utf8.FullRune(r[:n]) {
			continue
		}
		if x, size := utf8.DecodeRune(r[:n]); x == utf8.RuneError && size < 2 {
			return false
		}
		n = 0
	}
	return n == 0
}
