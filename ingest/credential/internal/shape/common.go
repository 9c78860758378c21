package shape

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// isOrdinary reports whether b consists of words, short numbers and usual mixtures of both ("sha-256", "v2", "30s",
// "cart:42:items", "created_at"), or is a placeholder.
func isOrdinary(b []byte, c Census) bool {
	if IsStandIn(b) {
		return true
	}
	mixed := 0
	if c.Other+c.Slash > 0 && HasPasswordSign(b) {
		return false
	}
	for i := 0; i < len(b); {
		if !ascii.IsAlnum(b[i]) {
			if b[i] >= 0x80 {
				return false
			}
			i++
			continue
		}
		j := i + 1
		for j < len(b) && ascii.IsAlnum(b[j]) {
			j++
		}
		ok, both := isOrdinaryPiece(b[i:j])
		if !ok {
			return false
		}
		if both {
			if mixed++; mixed > 2 { // "AB12-CD34-EF56"
				return false
			}
		}
		i = j
	}
	return true
}

// HasPasswordSign reports whether b mixes letters and digits with signs of passwords.
func HasPasswordSign(b []byte) bool {
	digit, sign := false, false
	for _, c := range b {
		switch c {
		case '!', '#', '$', '^', '&', '*', '?', '~':
			sign = true
		default:
			digit = digit || ascii.IsDigit(c)
		}
	}
	return digit && sign && len(b) >= 6 && bytes.IndexByte(b, ' ') < 0
}

// isOrdinaryPiece judges letters and digits without a separator; both means letters and digits.
func isOrdinaryPiece(p []byte) (ok, both bool) {
	d := 0
	for d < len(p) && ascii.IsDigit(p[d]) {
		d++
	}
	if d == len(p) {
		return d <= 13, false
	}
	if d > 0 { // 30s, 256bit, 2fa
		return d <= 6 && len(p)-d <= 6 && allLetters(p[d:]), true
	}
	a := len(p)
	for a > 0 && ascii.IsDigit(p[a-1]) {
		a--
	}
	if !allLetters(p[:a]) {
		return len(p) <= 3, true
	}
	if a < len(p) && a <= 4 && len(p)-a <= 10 { // INC0012345
		return true, true
	}
	if a >= 6 && len(p)-a >= 3 { // letmein123
		return false, true
	}
	if a < len(p) { // sha256, hunter2
		return len(p)-a <= 5 && a <= 10 && (a <= 3 || areOrdinaryLetters(p[:a])), true
	}
	return areOrdinaryLetters(p), false
}

// areOrdinaryLetters reports whether a piece of letters is one word or several in camelCase.
func areOrdinaryLetters(p []byte) bool {
	if len(p) > 32 {
		return false
	}
	if wordEnd(p, 0) == len(p) {
		return len(p) <= 7 || LooksLikeWord(p)
	}
	short, good := 0, 0
	for i := 0; i < len(p); {
		j := wordEnd(p, i)
		switch {
		case j-i <= 2 || j-i <= 5 && ascii.IsUpper(p[j-1]): // "of", "XML"
			short++
		case LooksLikeWord(p[i:j]):
			good++
		default:
			return false
		}
		i = j
	}
	return good > 0 && short <= good+1
}

func allLetters(b []byte) bool {
	for _, c := range b {
		if !ascii.IsAlpha(c) {
			return false
		}
	}
	return true
}

// IsPassphrase reports whether b is four words or more, chosen by dice: correct-horse-battery-staple.
func IsPassphrase(b []byte) bool {
	words, join := 0, byte(0)
	for i := 0; i < len(b); {
		j := i
		for j < len(b) && ascii.IsLower(b[j]) {
			j++
		}
		if j-i < 3 || j < len(b) && (ascii.IsAlnum(b[j]) || join != 0 && b[j] != join) {
			return false
		}
		words++
		if j < len(b) {
			join = b[j]
		}
		i = j + 1
	}
	return words >= 4 && len(b) >= 20
}

// IsSerial reports whether b is made like a licence key: three groups or more of the same length, in capitals and digits.
func IsSerial(b []byte) bool {
	size := bytes.IndexByte(b, '-')
	if size < 4 || size > 8 || len(b) < 3*size+2 || (len(b)+1)%(size+1) != 0 {
		return false
	}
	letters, digits := 0, 0
	for i, c := range b {
		switch {
		case i%(size+1) == size:
			if c != '-' {
				return false
			}
		case ascii.IsUpper(c):
			letters++
		case ascii.IsDigit(c):
			digits++
		default:
			return false
		}
	}
	return letters > 0 && digits > 0
}
