package offset

import "github.com/tokenwarden/tokenwarden/ingest/internal/ascii"

// maxBackslashes bounds the backslashes before an escaped character: JSON in JSON in JSON has seven.
const maxBackslashes = 8

// Unescaped returns the ASCII character at b[i] and its length in b, whatever wrote it: \n, \r, \t, \/, \xHH, \uHHHH and \OOO
// behind one or more backslashes, %HH, #OOO of syslog and #HH of HAProxy. Any other byte is itself.
func Unescaped(b []byte, i int) (c byte, n int) {
	switch b[i] {
	case '\\':
		k := i + 1
		for k < len(b) && k-i < maxBackslashes && b[k] == '\\' {
			k++
		}
		if c, n := escaped(b[k:]); n > 0 {
			return c, k + n - i
		}
	case '%':
		if c, ok := ascii.PercentAt(b, i); ok {
			return c, 3
		}
	case '#':
		if c, ok := number(b[i+1:], 3, 8); ok {
			return c, 4
		}
		if c, ok := number(b[i+1:], 2, 16); ok {
			return c, 3
		}
	}
	return b[i], 1
}

// escaped returns the character whose escape b is behind its backslashes, and the length of it; 0 for none.
func escaped(b []byte) (c byte, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	switch b[0] {
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	case '/':
		return '/', 1
	case 'x':
		n = 2
	case 'u':
		n = 4
	default:
		c, ok := number(b, 3, 8)
		if !ok {
			return 0, 0
		}
		return c, 3
	}
	c, ok := number(b[1:], n, 16)
	if !ok {
		return 0, 0
	}
	return c, 1 + n
}

// number reads the ASCII character whose number is the first n digits of b to a base of 8 or 16.
func number(b []byte, n, base int) (byte, bool) {
	if len(b) < n {
		return 0, false
	}
	v := 0
	for _, c := range b[:n] {
		digit := int(ascii.HexValue[c])
		if digit >= base {
			return 0, false
		}
		v = v*base + digit
	}
	return byte(v), v < 0x80
}

// Base64Digits returns the digits and the padding of the base64 in v, without what separates its lines.
func (a *Arena) Base64Digits(v View) View {
	d := a.decode(v)
	for i := 0; i < len(v.Text); {
		c, n := Unescaped(v.Text, i)
		if ascii.IsAlnum(c) || ascii.Class[c]&ascii.Base64 != 0 {
			d.put(c, i)
		}
		i += n
	}
	return d.done()
}
