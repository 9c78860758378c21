package accesslog

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// Unescape appends raw with its escapes undone to dst. What is no valid escape stays as it is. The result is never
// longer than raw.
//
// nginx writes \xHH (ngx_http_log_module, escape=default), Apache \xHH, \", \\ and the C letters (mod_log_config);
// JSON is RFC 8259. Each kind also accepts \xHH, because some writers put it into JSON.
func Unescape(dst, raw []byte, e Escape) []byte {
	start := len(dst)
	dst = append(dst, raw...)
	for e != EscapeNone {
		var outer Escape
		outer, e = e.Outer()
		// Unescaping only shrinks, so each pass can run over its own input.
		dst = unescape(dst[:start], dst[start:], outer)
	}
	return dst
}

// Outer takes the outermost escape off e: what has to be undone first, and what is left.
func (e Escape) Outer() (outer, rest Escape) {
	if e < EscapeJSON {
		return e, EscapeNone
	}
	return EscapeJSON, e - EscapeJSON
}

// within is the escape of bytes written with e that stand in a JSON string.
func (e Escape) within() Escape { return e + EscapeJSON }

func unescape(dst, raw []byte, e Escape) []byte {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		var n int
		dst, n = unescapeOne(dst, raw[i:], e)
		raw = raw[i+n:]
	}
}

// unescapeOne appends what the escape at the start of raw stands for and returns how many bytes it takes. raw starts
// with a backslash.
func unescapeOne(dst, raw []byte, e Escape) ([]byte, int) {
	if len(raw) < 2 {
		return append(dst, raw...), len(raw)
	}
	switch c := raw[1]; c {
	case '"', '\\', '/', '\'':
		return append(dst, c), 2
	case 'n', 't', 'r', 'b', 'f', 'v':
		return append(dst, controls[c-'b']), 2
	case 'x':
		if h, ok := hexValue(raw[2:], 2); ok {
			return append(dst, byte(h)), 4
		}
	case 'u':
		if h, ok := hexValue(raw[2:], 4); ok && e == EscapeJSON {
			return unescapeRune(dst, raw, rune(h))
		}
	}
	return append(dst, '\\'), 1
}

// controls are the C escapes by letter, from b on.
var controls = [...]byte{0: '\b', 'f' - 'b': '\f', 'n' - 'b': '\n', 'r' - 'b': '\r', 't' - 'b': '\t', 'v' - 'b': '\v'}

// unescapeRune appends r, the value of the \uHHHH at the start of raw, joined with a second one if they are a
// surrogate pair.
func unescapeRune(dst, raw []byte, r rune) ([]byte, int) {
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(dst, r), 6
	}
	if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if low, ok := hexValue(raw[8:], 4); ok {
			if both := utf16.DecodeRune(r, rune(low)); both != utf8.RuneError {
				return utf8.AppendRune(dst, both), 12
			}
		}
	}
	return utf8.AppendRune(dst, utf8.RuneError), 6
}

// hexValue reads n hexadecimal digits.
func hexValue(b []byte, n int) (uint32, bool) {
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

// view is text with its escapes undone that still knows where each byte came from. It is reused.
type view struct {
	buf  []byte
	cuts []cut
}

// cut says that buf[in:] up to the next cut stands at out onwards in the line.
type cut struct{ in, out int }

// maxCuts is how many cuts a view keeps memory for, 16 bytes each: three times what a line of 64 KiB has at its worst.
const maxCuts = 1 << 16

// load undoes one level of escapes of line[start:end].
func (v *view) load(line []byte, start, end int, e Escape) {
	if cap(v.cuts) > maxCuts {
		v.cuts = nil // a line that was nothing but escapes
	}
	v.buf, v.cuts = v.buf[:0], append(v.cuts[:0], cut{0, start})
	for start < end {
		i := bytes.IndexByte(line[start:end], '\\')
		if i < 0 {
			v.buf = append(v.buf, line[start:end]...)
			return
		}
		v.buf = append(v.buf, line[start:start+i]...)
		start += i
		v.cuts = append(v.cuts, cut{len(v.buf), start})
		var n int
		v.buf, n = unescapeOne(v.buf, line[start:end], e)
		start += n
		v.cuts = append(v.cuts, cut{len(v.buf), start})
	}
}

// span maps buf[start:end] to where it stands in the line. A byte of an escape maps to the whole of it. plain tells
// that no escape lies inside.
func (v *view) span(start, end int) (outStart, outEnd int, plain bool) {
	i := v.cutAt(start)
	outStart = v.cuts[i].out + start - v.cuts[i].in
	if v.inEscape(i) {
		outStart = v.cuts[i].out
	}
	if end <= start {
		return outStart, outStart, true
	}
	j := v.cutAt(end - 1)
	outEnd = v.cuts[j].out + end - v.cuts[j].in
	if v.inEscape(j) {
		outEnd = v.cuts[j+1].out
	}
	return outStart, outEnd, i == j && !v.inEscape(i)
}

// cutAt returns the last cut at or before buf[i].
func (v *view) cutAt(i int) int {
	lo, hi := 0, len(v.cuts)-1
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if v.cuts[mid].in <= i {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return lo
}

// inEscape tells whether cut i stands for an escape: cuts come in pairs after the first, escape and what follows it.
func (v *view) inEscape(i int) bool { return i%2 == 1 }
