package credential

import (
	"encoding/binary"
	"math/bits"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// sequences recognise tokens issued in sequence: a token equal to a recent one but for a few characters at one position
// continues it. Per token the table keeps keyed positions, a hash and the number at the differing position: 24 bytes,
// overwritten by the next token in the same slot. The memory stays in this process; only the grade is emitted.
//
// Tokens are compared if at least fixedLeast characters stay the same: shorter ones are alike by chance. Of those, numbers are
// compared under one name (sessions 320121, 320122; pins 48211, 48212), and so are words that end in one (agent41, agent42).
type sequences struct{ entries *[sequenceSize]sequenceEntry }

const (
	sequenceSize  = 8192 // power of two; 192 kB
	sequenceMin   = 10   // characters of a token that is compared
	sequenceMax   = 256  // of a longer one only so many are looked at
	fixedLeast    = 6    // characters that must be the same
	tailLen       = 4    // differ at the end: a counter
	headLen       = 8    // differ at the front: a timestamp
	counterSpread = 128  // steps of a counter: several processes count side by side

	shortDigits = 5 // digits of the shortest number that is compared
	shortWord   = 4 // letters of the shortest word before a number
)

type sequenceEntry struct {
	key    uint64 // of what stays the same; 0: empty
	token  uint64 // hash of the whole token
	number uint64 // what differs, read as a number
}

func newSequences() sequences { return sequences{new([sequenceSize]sequenceEntry)} }

// grade returns the relation of the token, the value of the name param, to earlier ones and stores the token.
func (s sequences) grade(token, param []byte) tokenwarden.Sequence {
	n := min(len(token), sequenceMax)
	if n < sequenceMin {
		return s.gradeShort(token, param)
	}
	token = token[:n]
	whole := hashBytes(0, token)
	grade := s.compare(hashBytes(1, token[:n-tailLen]), whole, token[n-tailLen:])
	if n-headLen >= fixedLeast {
		grade = max(grade, s.compare(hashBytes(2, token[headLen:]), whole, token[:headLen]))
	}
	if n >= headLen+tailLen+2+fixedLeast {
		middle := hashBytes(3, token[headLen:n-tailLen-2])
		grade = max(grade, min(s.compare(middle, whole, nil), tokenwarden.SequenceNear))
	}
	return grade
}

// gradeShort is grade for a token of fewer than sequenceMin characters: a number, or a word and a number.
func (s sequences) gradeShort(token, param []byte) tokenwarden.Sequence {
	word := len(token)
	for word > 0 && ascii.IsDigit(token[word-1]) {
		word--
	}
	digits := len(token) - word
	if digits == 0 || word < shortWord && (word > 0 || digits < shortDigits) {
		return tokenwarden.SequenceNone
	}
	key := hashBytes(hashBytes(uint64(3+digits), param), token[:word])
	if grade := s.compare(key, hashBytes(0, token), token[word:]); grade == tokenwarden.SequenceCounter {
		return grade
	}
	return tokenwarden.SequenceNone
}

// compare compares a token with the last one of the same key.
func (s sequences) compare(key, whole uint64, differs []byte) tokenwarden.Sequence {
	key |= 1
	e := &s.entries[key>>1&(sequenceSize-1)]
	number, counts := numberOf(differs)
	before := *e
	*e = sequenceEntry{key, whole, number}
	switch {
	case before.key != key || before.token == whole:
		return tokenwarden.SequenceNone
	case counts && before.number-number+counterSpread <= 2*counterSpread:
		return tokenwarden.SequenceCounter
	}
	return tokenwarden.SequenceNear
}

// numberOf reads b as a hexadecimal number, or with other letters as base 36.
func numberOf(b []byte) (v uint64, ok bool) {
	base := uint64(16)
	for _, c := range b {
		if !ascii.IsDigit(c) && c|0x20 > 'f' {
			base = 36
		}
	}
	for _, c := range b {
		switch {
		case ascii.IsDigit(c):
			v = v*base + uint64(c-'0')
		case ascii.IsLower(c | 0x20):
			v = v*base + uint64(c|0x20-'a') + 10
		default:
			return 0, false
		}
	}
	return v, len(b) > 0
}

// hashBytes hashes b eight bytes at a time by folded products, as wyhash does. It keys a table and need not withstand an
// attacker, who gains nothing: he can make his own tokens look alike, or hide a sequence he knows.
func hashBytes(seed uint64, whole []byte) uint64 {
	b := whole
	h := fold(seed^0x9E3779B97F4A7C15, uint64(len(b))^0xd6e8feb86659fd93)
	var last uint64
	if n := len(b); n >= 8 {
		for ; len(b) > 8; b = b[8:] {
			h = fold(h^binary.LittleEndian.Uint64(b), 0xa0761d6478bd642f)
		}
		last = binary.LittleEndian.Uint64(whole[n-8:])
	} else {
		for i, c := range b {
			last |= uint64(c) << (8 * i)
		}
	}
	return fold(h^last, 0xe7037ed1a0b428db)
}

// fold returns the two halves of a product, one over the other.
func fold(x, y uint64) uint64 {
	high, low := bits.Mul64(x, y)
	return high ^ low
}
