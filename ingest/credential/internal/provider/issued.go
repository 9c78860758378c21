package provider

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Issuers without a row in Formats write their tokens alike: one to four words, a separator behind each, a long random part
// (acme_live_..., tok....). Public ids are written in the same way. The words (words.go), then the length and the alphabet
// of the random part tell them apart.

const (
	maxHeadWords = 4
	maxHeadWord  = 12 // letters
	maxHead      = maxHeadWords * (maxHeadWord + 3)

	minNeutral  = 20 // characters behind words that say nothing
	minOneCase  = 28 // the same in one case behind a dot, where parts of host names stand
	minDigest   = 32 // the same in hexadecimal digits
	minBehind   = 40 // the same behind a colon, where parts of URNs and keys of caches stand
	maxResource = 32 // characters of a public id
	minObjectID = 15 // digits of the ids of social networks
	minOfCase   = 3  // letters of each case in a text of both, or a tenth: a time has T and Z
)

// issued recognises the token of an unknown issuer by the run from start to end, which holds the random part.
func issued(b []byte, start, end int) (Match, bool) {
	for _, from := range headStarts(b, start) {
		if from < 0 {
			continue
		}
		tail, joint := headEnd(b, from, end)
		if tail <= from || tail < start || end-tail < shape.MinRandom {
			continue
		}
		p := newRandomPart(b[tail:end], joint)
		if !p.isRandom() {
			continue
		}
		if says := saidBy(b[from:tail]); p.isToken(says) && !isName(b, [2]int{from, end}, &p, says) && !p.isCut(says, tail-from) {
			return Match{Start: from, End: end, Kind: "token", Exact: says&credentialWord != 0,
				Reason: "words and a long random part, as issuers write tokens"}, true
		}
	}
	return Match{}, false
}

// headStarts returns where the words before a run may begin, -1 for nowhere: at the run; or across dots and colons, at all
// the words there and at the last.
func headStarts(b []byte, start int) [2]int {
	if start == 0 || b[start-1] != '.' && b[start-1] != ':' {
		return [2]int{start, -1}
	}
	from, last := start-1, -1
	for from > 0 && start-from <= maxHead && (ascii.Class[b[from-1]]&ascii.Run != 0 || b[from-1] == '.' || b[from-1] == ':') {
		if from--; last < 0 && ascii.Class[b[from]]&ascii.Run == 0 {
			last = from + 1
		}
	}
	if bytes.Contains(b[from:start], []byte(placeholder.Word)) {
		return [2]int{-1, -1}
	}
	if start-from > maxHead {
		from = -1
	}
	return [2]int{from, last}
}

// headEnd returns the end of the words at b[from], behind their last separator, and that separator. The words are of one
// case; a word behind the first may be a number of one or two digits.
func headEnd(b []byte, from, end int) (tail int, joint byte) {
	letters := uint8(ascii.Lower)
	if ascii.IsUpper(b[from]) {
		letters = ascii.Upper
	}
	tail = from
	for n := range maxHeadWords {
		i := wordEnd(b[:end], tail, letters)
		if i == end || i-tail < 2 || n == 0 && !ascii.IsAlpha(b[tail+1]) || ascii.Class[b[i]]&ascii.Join == 0 && b[i] != '.' && b[i] != ':' {
			break
		}
		tail, joint = i+1, b[i]
	}
	return tail, joint
}

// wordEnd returns the end of the word at b[i], letters of a class and at most two digits, or i if there is none.
func wordEnd(b []byte, i int, letters uint8) int {
	j := i
	for j < len(b) && ascii.Class[b[j]]&letters != 0 {
		j++
	}
	digits := j
	for j < len(b) && ascii.IsDigit(b[j]) {
		j++
	}
	if j < len(b) && ascii.IsAlpha(b[j]) || j-digits > 2 || digits-i > maxHeadWord {
		return i
	}
	return j
}

// randomPart is what follows the words.
type randomPart struct {
	text    []byte // without a checksum
	joint   byte   // before it
	checked bool   // a checksum follows
	count   shape.Census
	shape   shape.Shape
}

// checksumSize is the length of a checksum behind the random part: _ and eight hexadecimal digits.
const checksumSize = 9

func newRandomPart(b []byte, joint byte) randomPart {
	n := len(b) - checksumSize
	checked := n >= shape.MinRandom && b[n] == '_' && ascii.IsHex(b[n+1:])
	if checked {
		b = b[:n]
	}
	return randomPart{text: b, joint: joint, checked: checked, count: shape.Count(b)}
}

// isRandom reports whether p is neither words nor a number nor a UUID.
func (p *randomPart) isRandom() bool {
	c := p.count
	if c.Digit >= minObjectID && len(p.text)-longestNumber(p.text) < shape.MinRandom {
		return false
	}
	if c.Lower+c.Upper < minOfCase || c.Digit == 0 && p.oneCase() || c.Join > 0 && p.oneCase() {
		return false
	}
	p.shape = shape.Of(p.text)
	return p.shape >= shape.Hex && p.shape != shape.UUID || shape.IsJumble(p.text)
}

// longestNumber returns the length of the longest number of minObjectID digits or more in b, 0 without one.
func longestNumber(b []byte) int {
	longest, n := 0, 0
	for _, c := range b {
		if n++; !ascii.IsDigit(c) {
			n = 0
		}
		longest = max(longest, n)
	}
	if longest < minObjectID {
		return 0
	}
	return longest
}

// oneCase reports whether p has hardly a letter of one of the cases.
func (p *randomPart) oneCase() bool {
	return min(p.count.Lower, p.count.Upper) < max(minOfCase, len(p.text)/10)
}

func (p *randomPart) isHex() bool { return p.shape == shape.Hex }

// isToken reports whether p behind words that say so much is a token.
func (p *randomPart) isToken(says wordClass) bool {
	switch n := len(p.text); {
	case says&opaqueWord != 0:
		return false
	case says&credentialWord != 0:
		return !p.isHex() || p.joint != ':' || says&severalWords != 0
	case p.isID():
		return false
	case says&resourceWord != 0:
		return n > maxResource && !p.oneCase() && says&upperWord == 0
	case says&roleWord != 0:
		return !p.isHex() || p.checked || n >= minDigest && (says&deployWord == 0 || p.joint == '_')
	}
	return says&upperWord == 0 && (says&phraseWords == 0 || p.joint == '_') && p.isLong()
}

// isLong reports whether p is longer than what stands behind words without a meaning elsewhere.
func (p *randomPart) isLong() bool {
	n := len(p.text)
	switch {
	case p.isHex():
		return p.joint == '_' && n >= minDigest
	case p.checked:
		return true
	case p.joint == ':':
		return n >= minBehind
	case p.oneCase():
		return n >= minNeutral && shape.IsScrambled(p.text) && (p.joint != '.' || n >= minOneCase)
	}
	return n >= minNeutral && p.count.Digit > 0
}

// isID reports whether p has the form of a public id: ULID, KSUID, TypeID (26 characters of Crockford's base32 with a time
// in front), CUID (c and 24 small letters and digits), ObjectID (24 hexadecimal digits).
func (p *randomPart) isID() bool {
	switch n := len(p.text); {
	case p.shape == shape.ID:
		return true
	case n == 26:
		return p.oneCase() && p.text[0] == '0'
	case n == 25:
		return p.count.Upper == 0 && p.text[0] == 'c'
	case n == 24:
		return p.isHex()
	}
	return false
}

// maxAccident is the length of the longest head that random text with joints often begins with, in bytes.
const maxAccident = 5

// isCut reports whether p is text of base64 whose first joint stands behind a few letters, which say nothing: qt0_5sUJ3CCO_7wN.
func (p *randomPart) isCut(says wordClass, head int) bool {
	return head <= maxAccident && p.count.Join > 0 && says&^(severalWords|phraseWords|upperWord) == 0
}

// isName reports whether the run of span goes on as the name of a file or an address, or is a segment of a path whose words and random
// end are joined as those of slugs are: /crowdsec-test-B6Nx0P0aDX4GfMIkpqCjlWI8.
func isName(b []byte, span [2]int, p *randomPart, says wordClass) bool {
	from, end := span[0], span[1]
	if p.joint == '-' && says&credentialWord == 0 && from > 0 && b[from-1] == '/' && len(p.text) < minDigest {
		return true
	}
	if end+2 >= len(b) || says&credentialWord != 0 && !p.isHex() {
		return false
	}
	return b[end] == '@' || extensionAt(b, end)
}

// extensionAt reports whether the extension of a file name stands at b[i], behind another byte.
func extensionAt(b []byte, i int) bool {
	if i == 0 || i >= len(b) || b[i] != '.' {
		return false
	}
	j := i + 1
	for j < len(b) && j-i <= 6 && ascii.IsAlnum(b[j]) {
		j++
	}
	return shape.HasExtension(b[i-1 : j])
}
