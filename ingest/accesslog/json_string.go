package accesslog

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// stringEnd returns the index of the quote that ends the string whose content begins at b[i], -1 without one, and reports
// whether the content has a backslash.
//
// Most strings are short, so the first 24 bytes are searched eight at a time. For the rest the vector search of package
// bytes is worth its call.
func stringEnd(b []byte, i int) (end int, escaped bool) {
	for n := 0; n < 3 && i+8 <= len(b); n++ {
		if m := quoteOrBackslash(binary.LittleEndian.Uint64(b[i:])); m != 0 {
			i += bits.TrailingZeros64(m) / 8
			if b[i] == '"' {
				return i, false
			}
			return escapedEnd(b, i)
		}
		i += 8
	}
	n := bytes.IndexByte(b[i:], '"')
	if n < 0 {
		return -1, bytes.IndexByte(b[i:], '\\') >= 0
	}
	if slash := bytes.IndexByte(b[i:i+n], '\\'); slash >= 0 {
		return escapedEnd(b, i+slash)
	}
	return i + n, false
}

// quoteOrBackslash returns a word whose lowest set bit is the high bit of the first quote or backslash in w.
func quoteOrBackslash(w uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	q, s := w^('"'*ones), w^('\\'*ones)
	return ((q-ones)&^q | (s-ones)&^s) & highs
}

// escapedEnd is stringEnd from the backslash at b[i] on.
func escapedEnd(b []byte, i int) (int, bool) {
	for i < len(b) {
		switch b[i] {
		case '"':
			return i, true
		case '\\':
			i++
		}
		i++
	}
	return -1, true
}

// unescapedEnd returns the index of the first quote from b[i] on that ends a member, -1 without one: HAProxy writes the quotes of
// clients into JSON as they are.
func unescapedEnd(b []byte, i int) int {
	for {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		if i += n + 1; endsMember(b, i) {
			return i - 1
		}
	}
}

// maxMemberName bounds the name of a member behind a string with quotes of its own, in bytes.
const maxMemberName = 64

// endsMember reports whether b[i:] begins as what stands behind a member: the end of the object, or a comma and another name.
func endsMember(b []byte, i int) bool {
	if i = skipSpace(b, i); i == len(b) || b[i] == '}' {
		return i < len(b)
	}
	if b[i] != ',' {
		return false
	}
	if i = skipSpace(b, i+1); i == len(b) || b[i] != '"' {
		return false
	}
	i++
	for end := min(len(b), i+maxMemberName); i < end && (methodByte(b[i]) || isDigit(b[i]) || b[i] == '.' || b[i] == '@'); i++ {
	}
	if i == len(b) || b[i] != '"' {
		return false
	}
	i = skipSpace(b, i+1)
	return i < len(b) && b[i] == ':'
}
