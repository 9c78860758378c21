package credential

// guardMaxEncoded is how much of a base64 text is decoded, in bytes of what it says.
const guardMaxEncoded = 2048

// guardSextet is the value of a base64 digit of either alphabet (RFC 4648 sections 4 and 5), 0xff for any other byte.
var guardSextet = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") {
		t[c] = byte(i)
	}
	t['+'], t['-'], t['/'], t['_'] = 62, 62, 63, 63
	return t
}()

// encoded looks into the base64 that starts at b[start], if it is of printable ASCII, for pairs and for tokens that
// speak for themselves. What it finds is all of the base64.
func (g *Guard) encoded(b []byte, start int, dst []Span) []Span {
	end := g.decode64(b, start)
	if end < 0 {
		return dst
	}
	n := len(dst)
	dst = g.runs(g.plain, false, dst)
	dst = guardUserinfo(g.plain, dst)
	dst = g.pairs(g.plain, dst)
	if len(dst) > n {
		dst = append(dst[:n], Span{start, end, "a credential in base64"})
	}
	return dst
}

// decode64 decodes the base64 that starts at b[start] into plain and returns where it ends, -1 where it is not that of
// printable ASCII.
func (g *Guard) decode64(b []byte, start int) int {
	g.plain = g.plain[:0]
	var acc uint32
	bits, i := 0, start
	for ; i < len(b) && guardSextet[b[i]] != 0xff; i++ {
		acc = acc<<6 | uint32(guardSextet[b[i]])
		if bits += 6; bits < 8 {
			continue
		}
		bits -= 8
		c := byte(acc >> bits)
		if (c < ' ' || c > '~') && c != '\n' {
			return -1
		}
		if len(g.plain) < guardMaxEncoded {
			g.plain = append(g.plain, c)
		}
	}
	for i < len(b) && b[i] == '=' {
		i++
	}
	return i
}
