package credential

// Classes of bytes, as bits.
const (
	cLower  = 1 << iota // a-z
	cUpper              // A-Z
	cDigit              // 0-9
	cJoin               // - and _: part of tokens and of slugs
	cHex                // 0-9 a-f A-F
	cB64                // + / =
	cDelim              // & ; and what ends a value in a query
	cSyntax             // what makes a value worth a closer look: % = : " { [ ( \ @ ? # and the space
)

const (
	cAlpha = cLower | cUpper
	cAlnum = cAlpha | cDigit
	cRun   = cAlnum | cJoin
)

var class = func() (t [256]uint8) {
	for c := range 256 {
		b := byte(c)
		switch {
		case b >= 'a' && b <= 'z':
			t[c] = cLower
		case b >= 'A' && b <= 'Z':
			t[c] = cUpper
		case b >= '0' && b <= '9':
			t[c] = cDigit
		}
		if unhex[b] < 16 {
			t[c] |= cHex
		}
	}
	mark := func(chars string, bit uint8) {
		for i := range len(chars) {
			t[chars[i]] |= bit
		}
	}
	mark("-_", cJoin)
	mark("+/=", cB64)
	mark("&;", cDelim)
	mark("%=:\"{[(\\@?# <", cSyntax)
	return t
}()

func isLower(c byte) bool { return c-'a' < 26 }
func isUpper(c byte) bool { return c-'A' < 26 }
func isDigit(c byte) bool { return c-'0' < 10 }
func isAlpha(c byte) bool { return (c|0x20)-'a' < 26 }
func isAlnum(c byte) bool { return isAlpha(c) || isDigit(c) }

func lowerByte(c byte) byte {
	if isUpper(c) {
		return c | 0x20
	}
	return c
}

// byteSet is the bytes of s as a table.
func byteSet(s string) (t [256]bool) {
	for i := range len(s) {
		t[s[i]] = true
	}
	return t
}
