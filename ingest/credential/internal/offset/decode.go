package offset

import (
	"bytes"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Percent decodes the percent-encoding of v once (RFC 3986 section 2.1), and %uHHHH of scripts and IIS. It reports false
// without any.
func (a *Arena) Percent(v View) (View, bool) {
	first := bytes.IndexByte(v.Text, '%')
	for first >= 0 {
		if _, ok := ascii.PercentAt(v.Text, first); ok || isUnicodeAt(v.Text, first) {
			break
		}
		next := bytes.IndexByte(v.Text[first+1:], '%')
		if next < 0 {
			return v, false
		}
		first += 1 + next
	}
	if first < 0 {
		return v, false
	}
	d := a.decode(v)
	d.percent()
	return d.done(), true
}

// PercentBytes returns raw percent-decoded once, without offsets.
func (a *Arena) PercentBytes(raw []byte) []byte {
	d := a.decode(View{Text: raw, sealed: true})
	d.percent()
	return d.done().Text
}

// percent puts src percent-decoded once.
func (d *decoder) percent() {
	src := d.src.Text
	for i := 0; i < len(src); {
		if src[i] == '%' {
			if c, ok := ascii.PercentAt(src, i); ok {
				d.put(c, i)
				i += 3
				continue
			}
			if isUnicodeAt(src, i) {
				r, _ := hex4(src[i+2:])
				d.putRune(r, i)
				i += 6
				continue
			}
		}
		d.put(src[i], i)
		i++
	}
}

// isUnicodeAt reports whether the percent sign at b[i] begins %uHHHH.
func isUnicodeAt(b []byte, i int) bool {
	if i+5 >= len(b) || b[i+1] != 'u' {
		return false
	}
	_, ok := hex4(b[i+2:])
	return ok
}

// Arguments returns the values of the pairs named name of the query v, joined by spaces: decoded once, with a plus sign as a
// space, as forms write it.
func (a *Arena) Arguments(v View, name []byte) View {
	d := a.decode(v)
	for i := 0; i < len(v.Text); {
		end := i
		for end < len(v.Text) && v.Text[end] != '&' {
			end++
		}
		if from := i + len(name) + 1; from <= end && v.Text[from-1] == '=' && bytes.HasPrefix(v.Text[i:], name) {
			d.putArgument(v.Text[:end], from)
		}
		i = end + 1
	}
	return d.done()
}

// ByteNumbers returns the text that the numbers of v, 0 to 255 and joined by other signs, are the bytes of: [71, 69, 84].
func (a *Arena) ByteNumbers(v View) View {
	d := a.decode(v)
	value, digits := 0, 0
	for i, c := range v.Text {
		switch {
		case ascii.IsDigit(c):
			value, digits = value*10+int(c-'0'), digits+1
		case digits > 0:
			d.put(byte(value), i-digits)
			value, digits = 0, 0
		}
	}
	return d.done()
}

// putArgument appends the value that ends text, from i on, and a space.
func (d *decoder) putArgument(text []byte, i int) {
	for i < len(text) {
		c, size := text[i], 1
		if x, ok := ascii.PercentAt(text, i); ok {
			c, size = x, 3
		} else if c == '+' {
			c = ' '
		}
		d.put(c, i)
		i += size
	}
	d.put(' ', len(text))
}

// UnescapeJSON decodes the escapes of a JSON string (RFC 8259 section 7) and nginx' \xHH, and UnescapeC the escapes of nginx
// and Apache (\xHH, \", \\, \n, \t, ...). Unknown escapes stay. Both report false without any escape.
func (a *Arena) UnescapeJSON(v View) (View, bool) { return a.unescape(v, jsonEscape, `\`) }

// UnescapeC decodes the escapes of nginx and Apache once: \xHH, \", \\, \n, \t and the like.
func (a *Arena) UnescapeC(v View) (View, bool) { return a.unescape(v, cEscape, `\`) }

// UnescapeHash decodes the escapes of HAProxy once: #HH with capitals.
func (a *Arena) UnescapeHash(v View) (View, bool) { return a.unescape(v, hashEscape, "#") }

// UnescapeDoubled decodes two quotes as one, and the escapes of UnescapeC, once.
func (a *Arena) UnescapeDoubled(v View) (View, bool) { return a.unescape(v, doubledEscape, `"\`) }

// escape decodes the escape at the start of b, a sign and at least one byte, and returns the character and the length of the
// escape, 0 for an unknown one.
type escape func(b []byte) (r rune, n int)

// unescape decodes the escapes of v that begin with one of signs, a byte each.
func (a *Arena) unescape(v View, f escape, signs string) (View, bool) {
	first, second := signs[0], signs[len(signs)-1]
	if bytes.IndexByte(v.Text, first) < 0 && (first == second || bytes.IndexByte(v.Text, second) < 0) {
		return v, false
	}
	d := a.decode(v)
	changed := false
	for i := 0; i < len(v.Text); {
		if c := v.Text[i]; (c == first || c == second) && i+1 < len(v.Text) {
			if r, n := f(v.Text[i:]); n > 0 {
				d.putRune(r, i)
				i += n
				changed = true
				continue
			}
		}
		d.put(v.Text[i], i)
		i++
	}
	if !changed {
		return v, false
	}
	return d.done(), true
}

// putRune appends r in UTF-8; a negative r is a byte outside of text (\xHH).
func (d *decoder) putRune(r rune, i int) {
	if r < 0 {
		d.put(byte(-r-1), i)
		return
	}
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	for _, c := range buf[:n] {
		d.put(c, i)
	}
}

func simpleEscape(c byte) (rune, bool) {
	switch c {
	case '"', '\\', '/', '\'':
		return rune(c), true
	case 'n':
		return '\n', true
	case 't':
		return '\t', true
	case 'r':
		return '\r', true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	}
	return 0, false
}

func jsonEscape(b []byte) (rune, int) {
	if r, ok := simpleEscape(b[1]); ok {
		return r, 2
	}
	if b[1] == 'x' { // nginx writes it into JSON (log_format without escape=json)
		return cEscape(b)
	}
	if b[1] != 'u' {
		return 0, 0
	}
	r, ok := hex4(b[2:])
	if !ok {
		return 0, 0
	}
	if r >= 0xD800 && r < 0xDC00 && len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		if low, ok := hex4(b[8:]); ok && low >= 0xDC00 && low < 0xE000 {
			return (r-0xD800)<<10 | (low - 0xDC00) + 0x10000, 12
		}
	}
	return r, 6
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		d := ascii.HexValue[c]
		if d > 15 {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

func cEscape(b []byte) (rune, int) {
	if b[1] == 'x' && len(b) >= 4 {
		if hi, lo := ascii.HexValue[b[2]], ascii.HexValue[b[3]]; hi < 16 && lo < 16 {
			return -1 - rune(hi<<4|lo), 4
		}
		return 0, 0
	}
	if b[1] == 'v' {
		return '\v', 2
	}
	if b[1] == 'u' { // Tomcat's \u00HH
		if r, ok := hex4(b[2:]); ok && r <= 0xff {
			return r, 6
		}
		return 0, 0
	}
	if r, ok := simpleEscape(b[1]); ok {
		return r, 2
	}
	return 0, 0
}

func hashEscape(b []byte) (rune, int) {
	if len(b) < 3 || b[1] > 'F' || b[2] > 'F' {
		return 0, 0
	}
	hi, lo := ascii.HexValue[b[1]], ascii.HexValue[b[2]]
	if hi > 15 || lo > 15 {
		return 0, 0
	}
	return -1 - rune(hi<<4|lo), 3
}

func doubledEscape(b []byte) (rune, int) {
	switch {
	case b[0] == '\\':
		return cEscape(b)
	case b[1] == '"':
		return '"', 2
	}
	return 0, 0
}

// Base64Text decodes v if all of it is base64 of text, in either alphabet, with or without padding. Text has ASCII in its
// first nine bytes, at a probability of (98/256)^9, one in 5,000, for a random token, and no control characters; or it is text
// but for a few bytes (ascii.Mostly). A length impossible for an encoder means a cut text: its last character is dropped.
func (a *Arena) Base64Text(v View) (View, bool) {
	src := bytes.TrimRight(v.Text, "=")
	if len(src) < ascii.MinBase64 || len(v.Text)-len(src) > 2 {
		return v, false
	}
	if ascii.StartsText(src) {
		if d, ok := a.base64(v, src, true); ok {
			return d, true
		}
	}
	if !ascii.IsMostlyText(src) {
		return v, false
	}
	return a.base64(v, src, false)
}

// HexText decodes v if all of it is the hexadecimal of text (ascii.Mostly), perhaps behind 0x.
func (a *Arena) HexText(v View) (View, bool) {
	src := v.Text
	if len(src) > 2 && src[0] == '0' && src[1]|0x20 == 'x' {
		src = src[2:]
	}
	if len(src)%2 != 0 {
		return v, false
	}
	d := a.decode(sealed(v))
	text := ascii.MostlyOf(len(src) / 2)
	for i := 0; i < len(src); i += 2 {
		high, low := ascii.HexValue[src[i]], ascii.HexValue[src[i+1]]
		if high > 15 || low > 15 || !text.Next(high<<4|low) {
			return v, false
		}
		d.put(high<<4|low, 0)
	}
	return d.done(), true
}

// Base64Bytes decodes v if all of it is base64, of any bytes.
func (a *Arena) Base64Bytes(v View) (View, bool) {
	src := bytes.TrimRight(v.Text, "=")
	if len(src) < 2 {
		return v, false
	}
	return a.base64(v, src, false)
}

// base64 decodes src, which is v without padding. It ends at a character outside of base64 and, with text set, at an ASCII
// byte outside of text.
func (a *Arena) base64(v View, src []byte, text bool) (View, bool) {
	d := a.decode(sealed(v))
	var acc uint32
	var bits uint
	for _, c := range src {
		x := ascii.Base64Value[c]
		if x > 63 {
			return v, false
		}
		acc = acc<<6 | uint32(x)
		if bits += 6; bits >= 8 {
			bits -= 8
			c := byte(acc >> bits)
			if text && !ascii.IsText(c) && c < utf8.RuneSelf {
				return v, false
			}
			d.put(c, 0)
		}
	}
	return d.done(), true
}

// sealed returns v with one position in the line for all its bytes.
func sealed(v View) View {
	start, end := v.Span()
	return View{Text: v.Text, base: int32(start), end: int32(end), sealed: true}
}
