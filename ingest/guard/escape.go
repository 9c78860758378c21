package guard

import "bytes"

// decoded is a text with its escapes undone.
type decoded struct {
	b   []byte
	off []int32 // where each byte of b starts in the line, and behind the last one where it ends; nil for the line itself
}

// decode sets t to src with one level of escapes undone: %HH, \xHH, \uHHHH, and a backslash before a quote, a slash or
// another backslash. It reports whether src held any escape.
func (t *decoded) decode(src decoded) bool {
	if bytes.IndexByte(src.b, '%') < 0 && bytes.IndexByte(src.b, '\\') < 0 {
		return false
	}
	t.b, t.off = t.b[:0], t.off[:0]
	changed := false
	for i := 0; i < len(src.b); {
		c, n := decodeEscape(src.b[i:])
		changed = changed || n > 1
		t.b = append(t.b, c)
		if src.off != nil {
			t.off = append(t.off, src.off[i])
		} else {
			t.off = append(t.off, int32(i))
		}
		i += n
	}
	end := int32(len(src.b))
	if src.off != nil {
		end = src.off[len(src.b)]
	}
	t.off = append(t.off, end)
	return changed
}

// decodeEscape returns the first character of b, decoded, and its length in b.
func decodeEscape(b []byte) (byte, int) {
	switch {
	case b[0] == '%' && len(b) > 2:
		if x, ok := parseHex(b[1:3]); ok {
			return byte(x), 3
		}
	case b[0] == '\\' && len(b) > 3 && b[1] == 'x':
		if x, ok := parseHex(b[2:4]); ok {
			return byte(x), 4
		}
	case b[0] == '\\' && len(b) > 5 && b[1] == 'u':
		if x, ok := parseHex(b[2:6]); ok {
			return byte(min(x, 0xff)), 6
		}
	case b[0] == '\\' && len(b) > 1 && (b[1] == '"' || b[1] == '\\' || b[1] == '/'):
		return b[1], 2
	}
	return b[0], 1
}

func parseHex(b []byte) (int, bool) {
	x := 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			x = x<<4 | int(c-'0')
		case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			x = x<<4 | int(c&^0x20-'A'+10)
		default:
			return 0, false
		}
	}
	return x, true
}
