package record

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxWraps is the number of JSON strings that may stand around a line, one in the other: Docker's in Filebeat's in that
// of a pipeline.
const MaxWraps = 3

// Escape is the encoding of a field in the line: the number of JSON strings around it, one in the other, and whether the
// innermost text has backslash escapes.
type Escape uint8

// The ways of escaping. Each JSON of a shipper (Docker, Filebeat) around a line adds EscapeJSON, up to MaxWraps times.
// [Unescape] undoes them from the outside in.
const (
	EscapeNone          Escape = iota
	EscapeBackslash            // nginx and Apache: \xHH, \", \\, \n, \t, ...
	EscapeHash                 // HAProxy: #HH
	EscapeDoubled              // W3C extended format: "" for a quote
	EscapeJSON                 // JSON string: \uHHHH, \", \/, ...
	EscapeJSONBackslash        // JSON string around EscapeBackslash
	EscapeJSONHash             // JSON string around EscapeHash
	EscapeJSONDoubled          // JSON string around EscapeDoubled
	EscapeJSONJSON             // JSON string around EscapeJSON
)

// IsIn reports whether raw may hold escapes of e.
func (e Escape) IsIn(raw []byte) bool {
	if e == EscapeNone {
		return false
	}
	return bytes.IndexByte(raw, '\\') >= 0 || e%EscapeJSON == EscapeHash && bytes.IndexByte(raw, '#') >= 0 ||
		e == EscapeDoubled && bytes.IndexByte(raw, '"') >= 0
}

// Unescape appends raw, all levels of escapes undone, to dst. Invalid escapes stay as they are. The result is never
// longer than raw.
//
// nginx writes \xHH (ngx_http_log_module, escape=default), Apache \xHH, \", \\ and the C letters (mod_log_config);
// JSON is RFC 8259. Each kind also accepts \xHH, because some writers put it into JSON. HAProxy writes #HH with capitals
// (configuration manual, "Custom log format"), Tomcat's ExtendedAccessLogValve two quotes for one and backslash escapes.
// Tomcat writes \u00HH for a byte that is no ASCII.
func Unescape(dst, raw []byte, e Escape) []byte {
	start := len(dst)
	dst = append(dst, raw...)
	for e != EscapeNone {
		var outer Escape
		outer, e = e.Outer()
		// Unescaping only shrinks, so each pass can run over its own input.
		dst = UnescapeLevel(dst[:start], dst[start:], outer)
	}
	return dst
}

// Outer splits e into the outermost level, which is undone first, and the rest.
func (e Escape) Outer() (outer, rest Escape) {
	if e < EscapeJSON {
		return e, EscapeNone
	}
	return EscapeJSON, e - EscapeJSON
}

// inJSON returns the escape of bytes written with e inside a JSON string.
func (e Escape) inJSON() Escape { return e + EscapeJSON }

// UnescapeLevel appends raw, one level of escapes undone, to dst.
func UnescapeLevel(dst, raw []byte, e Escape) []byte {
	for {
		i := indexSign(raw, e)
		if i < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		var n int
		dst, n = unescapeOne(dst, raw[i:], e)
		raw = raw[i+n:]
	}
}

// indexSign returns the index of the first byte of raw that may begin an escape of level e, -1 without one.
func indexSign(raw []byte, e Escape) int {
	switch e {
	case EscapeHash:
		return bytes.IndexByte(raw, '#')
	case EscapeDoubled:
		return bytes.IndexAny(raw, `"\`)
	}
	return bytes.IndexByte(raw, '\\')
}

// unescapeOne appends the value of the escape at the start of raw and returns the length of the escape. raw starts with
// a sign of e.
func unescapeOne(dst, raw []byte, e Escape) ([]byte, int) {
	if len(raw) < 2 {
		return append(dst, raw...), len(raw)
	}
	switch raw[0] {
	case '#':
		if c, ok := hashValue(raw); ok {
			return append(dst, c), 3
		}
		return append(dst, '#'), 1
	case '"':
		if raw[1] == '"' {
			return append(dst, '"'), 2
		}
		return append(dst, '"'), 1
	}
	switch c := raw[1]; c {
	case '"', '\\', '/', '\'':
		return append(dst, c), 2
	case 'n', 't', 'r', 'b', 'f', 'v':
		return append(dst, controls[c-'b']), 2
	case 'x':
		if h, ok := HexValue(raw[2:], 2); ok {
			return append(dst, byte(h)), 4
		}
	case 'u':
		if h, ok := HexValue(raw[2:], 4); ok && (e == EscapeJSON || h <= 0xff) {
			return unescapeRune(dst, raw, rune(h))
		}
	}
	return append(dst, '\\'), 1
}

// hashValue returns the byte that HAProxy wrote as #HH at the start of b, and whether there is one.
func hashValue(b []byte) (byte, bool) {
	if len(b) < 3 || b[1] > 'F' || b[2] > 'F' {
		return 0, false
	}
	v, ok := HexValue(b[1:], 2)
	return byte(v), ok
}

// controls maps the letters of the C escapes, from b on, to their control characters.
var controls = [...]byte{0: '\b', 'f' - 'b': '\f', 'n' - 'b': '\n', 'r' - 'b': '\r', 't' - 'b': '\t', 'v' - 'b': '\v'}

// unescapeRune appends r, the value of the \uHHHH at the start of raw. Two that are a surrogate pair become one rune.
func unescapeRune(dst, raw []byte, r rune) ([]byte, int) {
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(dst, r), 6
	}
	if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if low, ok := HexValue(raw[8:], 4); ok {
			if both := utf16.DecodeRune(r, rune(low)); both != utf8.RuneError {
				return utf8.AppendRune(dst, both), 12
			}
		}
	}
	return utf8.AppendRune(dst, utf8.RuneError), 6
}

// HexValue parses the n hexadecimal digits at the start of b. At most 8 fit.
func HexValue(b []byte, n int) (uint32, bool) {
	if len(b) < n {
		return 0, false
	}
	var v uint32
	for _, c := range b[:n] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		v = v<<4 | uint32(c)
	}
	return v, true
}
