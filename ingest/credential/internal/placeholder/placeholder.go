package placeholder

import (
	"bytes"
	"encoding/hex"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Find returns the offset and length of the first placeholder in b, length 0 without one.
func Find(b []byte) (at, n int) {
	for i := 0; ; {
		k := bytes.Index(b[i:], Start)
		if k < 0 {
			return 0, 0
		}
		i += k
		if n := Len(b[i:]); n > 0 {
			return i, n
		}
		i++
	}
}

// IsIn reports whether b holds a placeholder. Such a text was judged as a structure before.
func IsIn(b []byte) bool {
	_, n := Find(b)
	return n > 0
}

// Start begins every placeholder.
var Start = []byte(Word + ".")

// Len returns the length of the placeholder at the start of b, 0 without one.
func Len(b []byte) int {
	i := len(Word) + 1
	if len(b) < i || string(b[:i-1]) != Word || b[i-1] != '.' {
		return 0
	}
	from, digits := i, 0
	for i < len(b) && (ascii.IsLower(b[i]) || ascii.IsDigit(b[i]) || b[i] == '_') {
		if ascii.IsDigit(b[i]) {
			digits++
		}
		i++
	}
	if digits > MaxDigits || i == from || i-from > MaxKind || i >= len(b) || b[i] != '.' || len(b)-i <= Hex {
		return 0
	}
	i++
	for _, c := range b[i : i+Hex] {
		if !ascii.IsDigit(c) && c-'a' >= 6 {
			return 0
		}
	}
	return i + Hex
}

// A placeholder is REDACTED.<kind>.<first 16 hexadecimal characters of the fingerprint>: URL-unreserved characters only (RFC
// 3986 section 2.3), without escapes in a query, a path, a header or a JSON string.
const (
	Word         = "REDACTED"
	Hex          = 16
	MaxKind      = 32
	MaxDigits    = 4 // of a kind: no token stands in the place of one
	KindAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789_"
)

// Append appends the placeholder of a credential: its kind and the first bytes of its fingerprint.
func Append(dst []byte, kind string, hash []byte) []byte {
	dst = append(dst, Word...)
	dst = append(dst, '.')
	dst = append(dst, kind...)
	dst = append(dst, '.')
	return hex.AppendEncode(dst, hash)
}
