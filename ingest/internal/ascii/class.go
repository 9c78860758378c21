// Package ascii classifies and decodes single bytes: letters, digits, hexadecimal, base64 and percent-encoding. Everything
// in it works on bytes, whatever text they are part of.
package ascii

// The classes of bytes, as bits of Class.
const (
	Lower  = 1 << iota // a-z
	Upper              // A-Z
	Digit              // 0-9
	Join               // - and _: part of tokens and of slugs
	Hex                // 0-9 a-f A-F
	Base64             // + / =
	Delim              // & and ;, which end a value in a query
	Syntax             // may start or separate the parts of a structure: % = : " { [ ( \ @ ? # < and the space
)

// Unions of classes. A run is a row of bytes of the class Run.
const (
	Alpha = Lower | Upper
	Alnum = Alpha | Digit
	Run   = Alnum | Join
)

// Class maps a byte to the bits of its classes.
var Class = func() (t [256]uint8) {
	for c := range 256 {
		b := byte(c)
		switch {
		case b >= 'a' && b <= 'z':
			t[c] = Lower
		case b >= 'A' && b <= 'Z':
			t[c] = Upper
		case b >= '0' && b <= '9':
			t[c] = Digit
		}
		if HexValue[b] < 16 {
			t[c] |= Hex
		}
	}
	mark := func(chars string, bit uint8) {
		for i := range len(chars) {
			t[chars[i]] |= bit
		}
	}
	mark("-_", Join)
	mark("+/=", Base64)
	mark("&;", Delim)
	mark("%=:\"{[(\\@?# <", Syntax)
	return t
}()

// IsLower reports whether c is a small letter.
func IsLower(c byte) bool { return c-'a' < 26 }

// IsUpper reports whether c is a capital.
func IsUpper(c byte) bool { return c-'A' < 26 }

// IsDigit reports whether c is a decimal digit.
func IsDigit(c byte) bool { return c-'0' < 10 }

// IsAlpha reports whether c is a letter.
func IsAlpha(c byte) bool { return (c|0x20)-'a' < 26 }

// IsAlnum reports whether c is a letter or a digit.
func IsAlnum(c byte) bool { return IsAlpha(c) || IsDigit(c) }

// ToLower returns c, a capital as the small letter.
func ToLower(c byte) byte {
	if IsUpper(c) {
		return c | 0x20
	}
	return c
}

// Set returns a table in which the bytes of s are true.
func Set(s string) (t [256]bool) {
	for i := range len(s) {
		t[s[i]] = true
	}
	return t
}
