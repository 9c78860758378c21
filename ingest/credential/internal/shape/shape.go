package shape

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Shape is the class of a value by its looks.
type Shape uint8

// The shapes.
const (
	Ordinary Shape = iota // words, short numbers, dates, versions, paths, placeholders, masks
	Number                // digits, perhaps grouped
	Mixed                 // neither ordinary nor long and random: "Tr0ub4dor&3"
	Hex                   // 16 or more hexadecimal digits of one case: digests, ids, many tokens
	UUID                  // RFC 9562
	ID                    // ULID, KSUID: made to be seen
	Random                // 16 or more characters of a token alphabet in which few words stand
)

// MinRandom is the length of the shortest random value, in bytes: 16 characters of base64 are 96 bits.
const MinRandom = 16

// Census counts the classes of bytes in a value.
type Census struct {
	Lower, Upper, Digit, Join, Dot, Slash, Other int
	Hex                                          int
	repeats                                      int // bytes equal to the one before
}

// lanes[x] adds one to the counters of x, eight bits of a word each: lower, upper, digit, join, dot, slash, other, hex.
var lanes = func() (t [256]uint64) {
	for x := range 256 {
		bits := ascii.Class[x]
		lane := 6
		switch {
		case bits&ascii.Lower != 0:
			lane = 0
		case bits&ascii.Upper != 0:
			lane = 1
		case bits&ascii.Digit != 0:
			lane = 2
		case bits&ascii.Join != 0:
			lane = 3
		case x == '.':
			lane = 4
		case x == '/' || x == '+' || x == '=' || x == '~':
			lane = 5
		}
		t[x] = 1 << (8 * lane)
		if bits&ascii.Hex != 0 {
			t[x] |= 1 << 56
		}
	}
	return t
}()

// Count counts the bytes of b by class.
func Count(b []byte) (c Census) {
	prev := -1
	for len(b) > 0 {
		part := b[:min(len(b), 255)]
		b = b[len(part):]
		var sum uint64
		for _, x := range part {
			sum += lanes[x]
			if int(x) == prev {
				c.repeats++
			}
			prev = int(x)
		}
		c.Lower += int(sum & 255)
		c.Upper += int(sum >> 8 & 255)
		c.Digit += int(sum >> 16 & 255)
		c.Join += int(sum >> 24 & 255)
		c.Dot += int(sum >> 32 & 255)
		c.Slash += int(sum >> 40 & 255)
		c.Other += int(sum >> 48 & 255)
		c.Hex += int(sum >> 56)
	}
	return c
}

// Of returns the shape of b.
func Of(b []byte) Shape {
	n := len(b)
	if n < 3 {
		return Ordinary
	}
	c := Count(b)
	letters := c.Lower + c.Upper
	switch {
	case c.repeats >= n-2: // "xxxx", "****", "0000000001"
		return Ordinary
	case letters <= 2 && c.Digit+letters+c.Join+c.Dot+c.Slash+c.Other == n && isNumeric(b, c):
		return Number
	case IsUUID(b):
		return UUID
	case c.Hex == n && n >= MinRandom && c.Digit > 0 && letters > 0 && (c.Lower == 0 || c.Upper == 0):
		return Hex
	}
	if isOrdinary(b, c) {
		return Ordinary
	}
	if n < MinRandom || c.Other > 0 || c.Slash > 0 && c.Dot > 0 || HasExtension(b) {
		return Mixed
	}
	if c.Slash > 0 && startsWithWord(b) {
		return Mixed
	}
	if isULID(b) || isKSUID(b) {
		return ID
	}
	if halfWords(b) {
		return Mixed
	}
	return Random
}

// isNumeric reports whether b is a number, date, time, version or address: digits with punctuation and the one or two
// letters of these (T and Z, e, v).
func isNumeric(b []byte, c Census) bool {
	if c.Digit == 0 {
		return c.Lower+c.Upper == 0 && c.Other+c.Join+c.Dot+c.Slash == len(b) && len(b) <= 4
	}
	if ascii.IsAlpha(b[0]) && b[0] != 'v' {
		return false
	}
	for _, x := range b {
		switch {
		case ascii.IsDigit(x):
		case x == '-' || x == '.' || x == ',' || x == ':' || x == '/' || x == ' ' || x == '+' || x == '_':
		case x == 'T' || x == 'Z' || x == 'e' || x == 'v' || x == 'x' || x == 's' || x == 'm' || x == 'h' || x == 'd':
		default:
			return false
		}
	}
	return true
}

// IsUUID reports whether b is 8-4-4-4-12 hexadecimal digits (RFC 9562 section 4).
func IsUUID(b []byte) bool {
	if len(b) != 36 || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return false
	}
	for i, x := range b {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			continue
		}
		if ascii.HexValue[x] > 15 {
			return false
		}
	}
	return true
}

// isULID reports whether b is 26 characters of Crockford's base32 with a time in front (github.com/ulid/spec): the first
// character is at most 7, and 0 until the year 3084.
func isULID(b []byte) bool {
	if len(b) != 26 || b[0] != '0' {
		return false
	}
	for _, x := range b {
		if !ascii.IsDigit(x) && (!ascii.IsUpper(x&^0x20) || x == 'I' || x == 'L' || x == 'O' || x == 'U') {
			return false
		}
	}
	return true
}

// isKSUID reports whether b is 27 base62 characters with a time of this half century in front (github.com/segmentio/ksuid:
// 32 bits of seconds since May 2014).
func isKSUID(b []byte) bool {
	if len(b) != 27 || b[0] < '0' || b[0] > '5' {
		return false
	}
	for _, x := range b {
		if !ascii.IsAlnum(x) {
			return false
		}
	}
	return true
}

// HasExtension reports whether b ends like a file name: a dot and two to five letters, perhaps with a digit.
func HasExtension(b []byte) bool {
	for i := len(b) - 1; i > 0 && i >= len(b)-6; i-- {
		if b[i] == '.' {
			ext := b[i+1:]
			return len(ext) >= 2 && len(ext) <= 5 && ascii.IsLower(ext[0]|0x20) && (len(ext) < 4 || WordLetters(ext) > 0)
		}
		if !ascii.IsAlnum(b[i]) {
			return false
		}
	}
	return false
}

// startsWithWord reports whether b is a path with a word in front: uploads/2f8a9c.
func startsWithWord(b []byte) bool {
	i := 0
	for i < len(b) && ascii.IsAlpha(b[i]) {
		i++
	}
	return i >= 3 && i < len(b) && b[i] == '/' && WordLetters(b[:i]) == i
}

// halfWords reports whether words make up half of b or more. It stops as soon as the rest of b is too short for that, which
// halves the cost of random values.
func halfWords(b []byte) bool {
	n := 0
	for i := 0; i < len(b); {
		if (n+len(b)-i)*2 < len(b) {
			return false
		}
		j := i + 1
		if ascii.IsAlpha(b[i]) {
			j = wordEnd(b, i)
			n += lettersOfWord(b, i, j)
		}
		i = j
	}
	return n*2 >= len(b)
}

// WordLetters counts the letters of b in words: three letters or more in one case or capitalised, with the pairs of words.
func WordLetters(b []byte) int {
	n := 0
	for i := 0; i < len(b); {
		if !ascii.IsAlpha(b[i]) {
			i++
			continue
		}
		j := wordEnd(b, i)
		n += lettersOfWord(b, i, j)
		i = j
	}
	return n
}

// lettersOfWord returns the length of the piece from i to j if it is a word, else 0. Three letters behind a digit are no
// word.
func lettersOfWord(b []byte, i, j int) int {
	if j-i < 3 || j-i == 3 && i > 0 && ascii.IsDigit(b[i-1]) || !LooksLikeWord(b[i:j]) {
		return 0
	}
	return j - i
}

// wordEnd returns the end of the word at b[i]: the first byte that is no letter or starts a hump.
func wordEnd(b []byte, i int) int {
	j := i + 1
	if ascii.IsUpper(b[i]) && j < len(b) && ascii.IsUpper(b[j]) {
		for j < len(b) && ascii.IsUpper(b[j]) {
			j++
		}
		if j < len(b) && ascii.IsLower(b[j]) && j-i > 1 {
			j--
		}
		return j
	}
	for j < len(b) && ascii.IsLower(b[j]) {
		j++
	}
	return j
}
