package credential

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// shape is what a value looks like, whatever it is called.
type shape uint8

const (
	shapeOrdinary shape = iota // words, short numbers, dates, versions, paths, placeholders, masks
	shapeNumber                // digits, perhaps grouped
	shapeMixed                 // neither ordinary nor long and random: "Tr0ub4dor&3"
	shapeHex                   // 16 or more hexadecimal digits of one case: digests, ids, many tokens
	shapeUUID                  // RFC 9562
	shapeID                    // ULID, KSUID: made to be seen
	shapeRandom                // 16 or more characters of a token alphabet in which few words stand
)

// minRandom is how long a value must be to count as random: 16 characters of base64 are 96 bits.
const minRandom = 16

// census is what one pass over a value counts.
type census struct {
	lower, upper, digit, join, dot, slash, other int
	hex                                          int
	repeats                                      int // bytes equal to the one before
}

// lanes[x] adds one to the counters that x belongs to, each eight bits of a word: lower, upper, digit, join, dot, slash,
// other, hex.
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

func count(b []byte) (c census) {
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
		c.lower += int(sum & 255)
		c.upper += int(sum >> 8 & 255)
		c.digit += int(sum >> 16 & 255)
		c.join += int(sum >> 24 & 255)
		c.dot += int(sum >> 32 & 255)
		c.slash += int(sum >> 40 & 255)
		c.other += int(sum >> 48 & 255)
		c.hex += int(sum >> 56)
	}
	return c
}

// shapeOf says what b looks like.
func shapeOf(b []byte) shape {
	n := len(b)
	if n < 3 {
		return shapeOrdinary
	}
	c := count(b)
	letters := c.lower + c.upper
	switch {
	case c.repeats >= n-2: // "xxxx", "****", "0000000001"
		return shapeOrdinary
	case letters <= 2 && c.digit+letters+c.join+c.dot+c.slash+c.other == n && isNumeric(b, c):
		return shapeNumber
	case isUUID(b):
		return shapeUUID
	case c.hex == n && n >= minRandom && c.digit > 0 && letters > 0 && (c.lower == 0 || c.upper == 0):
		return shapeHex
	}
	if ordinary(b, c) {
		return shapeOrdinary
	}
	if n < minRandom || c.other > 0 || c.slash > 0 && c.dot > 0 || hasExtension(b) {
		return shapeMixed
	}
	if c.slash > 0 && startsWithWord(b) {
		return shapeMixed
	}
	if isULID(b) || isKSUID(b) {
		return shapeID
	}
	if halfWords(b) {
		return shapeMixed
	}
	return shapeRandom
}

// isNumeric tells whether b is a number, date, time, version or address: digits with the punctuation and the one or
// two letters (T and Z, e, v) that these have.
func isNumeric(b []byte, c census) bool {
	if c.digit == 0 {
		return c.lower+c.upper == 0 && c.other+c.join+c.dot+c.slash == len(b) && len(b) <= 4
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

// isUUID tells whether b is 8-4-4-4-12 hexadecimal digits (RFC 9562 section 4).
func isUUID(b []byte) bool {
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

// isULID tells whether b is 26 characters of Crockford's base32 that start with a time (github.com/ulid/spec): the
// first character is at most 7, and 0 until the year 3084.
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

// isKSUID tells whether b is 27 base62 characters that start with a time of this half century
// (github.com/segmentio/ksuid: 32 bits of seconds since May 2014).
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

// hasExtension tells whether b ends like a file name: a dot and two to five letters, or a digit among them.
func hasExtension(b []byte) bool {
	for i := len(b) - 1; i > 0 && i >= len(b)-6; i-- {
		if b[i] == '.' {
			ext := b[i+1:]
			return len(ext) >= 2 && len(ext) <= 5 && ascii.IsLower(ext[0]|0x20) && (len(ext) < 4 || wordLetters(ext) > 0)
		}
		if !ascii.IsAlnum(b[i]) {
			return false
		}
	}
	return false
}

// startsWithWord tells whether b is a path that starts with a word: uploads/2f8a9c.
func startsWithWord(b []byte) bool {
	i := 0
	for i < len(b) && ascii.IsAlpha(b[i]) {
		i++
	}
	return i >= 3 && i < len(b) && b[i] == '/' && wordLetters(b[:i]) == i
}

// halfWords tells whether half of b or more stands in words. It stops where what is left of b cannot make up for what is
// missing, which halves its cost on what is random.
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

// wordLetters counts the letters of b that stand in words: three letters or more, in one case or capitalised, whose
// pairs are those of words.
func wordLetters(b []byte) int {
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

// lettersOfWord is how many letters the piece from i to j adds: all of them if it is a word, else none. Three letters
// behind a digit are none.
func lettersOfWord(b []byte, i, j int) int {
	if j-i < 3 || j-i == 3 && i > 0 && ascii.IsDigit(b[i-1]) || !wordy(b[i:j]) {
		return 0
	}
	return j - i
}

// wordEnd is where the word that starts at b[i] ends: at the first byte that is no letter or that starts a hump.
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
