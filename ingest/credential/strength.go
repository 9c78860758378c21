package credential

import (
	"math"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
)

// strength estimates how many bits of a token an attacker has to guess.
//
//	bits = n * min(log2(A), H + (K-1) / (2 n ln 2)) - w
//
// n is the number of characters that do not merely continue a run (the same character again, or the next of a sequence
// such as 1234 or abcd). A is the size of the alphabet that the classes of characters in use make up (10 digits, 26
// letters of one case, 6 letters where all is hexadecimal, 2 for - and _, 33 for the other signs). H is the Shannon
// entropy of the token's own characters, K how many different ones there are; the second term corrects H for short
// samples (Miller 1955). w takes off what words give away: a letter within a word counts 1.5 bits (Shannon 1951: 0.6 to
// 1.3 bits per letter of English prose, more for words out of context).
//
// What already looked random is not searched for words again.
//
// A UUID has the bits that its version leaves to chance: 122 (v4), 74 (v7), 14 (v1 and v6, whose node does not change).
func strength(b []byte, random bool) tokenwarden.Strength {
	if len(b) == 0 {
		return tokenwarden.Strength{}
	}
	s := tokenwarden.Strength{Length: len(b)}
	if shape.IsUUID(b) {
		s.Bits = uuidBits(b[14])
		return s
	}
	var h histogram
	h.count(b)
	perChar := math.Min(math.Log2(float64(h.alphabet(len(b)))), h.entropy())
	words := 0.0
	if !random {
		words = float64(shape.WordLetters(b))
	}
	n := float64(h.fresh)
	if words > n {
		words = n
	}
	s.Bits = (n-words)*perChar + words*math.Min(perChar, 1.5)
	s.Bits = math.Round(s.Bits*10) / 10
	return s
}

func uuidBits(version byte) float64 {
	switch version {
	case '1', '2', '6':
		return 14
	case '7':
		return 74
	}
	return 122
}

// histogram counts the characters of a token.
type histogram struct {
	chars              shape.Census
	n, fresh, distinct int
	sum                uint64 // of f log2 f over the frequencies, in units of 1/nLogNUnit
	freq               [256]uint8
}

// maxCounted is how much of a token is counted: frequencies are bytes.
const maxCounted = 255

// count counts b, which is not empty.
func (h *histogram) count(b []byte) {
	h.chars = shape.Count(b)
	h.n = min(len(b), maxCounted)
	last, step := b[0], uint8(0) // step: from the character before the last one to the last one
	for _, c := range b[:h.n] {
		h.countFresh(c-last, step)
		last, step = c, c-last
		k := h.freq[c]
		h.freq[c] = k + 1
		h.sum += nLogNGain[k]
		if k == 0 {
			h.distinct++
		}
	}
	for _, c := range b[h.n:] {
		h.countFresh(c-last, step)
		last, step = c, c-last
	}
	h.fresh++ // the first character, which seemed to repeat itself
}

// countFresh counts a character that does not continue a run: step leads to it, before to the last one.
func (h *histogram) countFresh(step, before uint8) {
	if step != before || step+1 > 2 {
		h.fresh++
	}
}

func (h *histogram) alphabet(n int) int {
	if h.chars.Digit == n {
		return 10
	}
	if h.chars.Hex == n && (h.chars.Lower == 0 || h.chars.Upper == 0) {
		return 16
	}
	a := 0
	for _, c := range [...]struct{ n, size int }{
		{h.chars.Lower, 26}, {h.chars.Upper, 26}, {h.chars.Digit, 10}, {h.chars.Join, 2}, {h.chars.Dot + h.chars.Slash + h.chars.Other, 33},
	} {
		if c.n > 0 {
			a += c.size
		}
	}
	return max(a, 2)
}

// entropy is H with its correction, in bits per character.
func (h *histogram) entropy() float64 {
	n := float64(h.n)
	return math.Log2(n) - float64(h.sum)/nLogNUnit/n + float64(h.distinct-1)/(2*n*math.Ln2)
}

// nLogNGain[n] is what one more character adds to n log2 n, in units of 1/nLogNUnit.
var nLogNGain = func() (t [256]uint64) {
	nLogN := func(n int) float64 {
		return math.Round(float64(n) * math.Log2(float64(max(n, 1))) * nLogNUnit)
	}
	for n := range t {
		t[n] = uint64(nLogN(n+1) - nLogN(n))
	}
	return t
}()

const nLogNUnit = 1 << 32
