package tokenwarden

import (
	"strings"
	"unicode/utf8"
)

// Truncate returns at most n bytes from the start of s, a redacted text. It ends before a character or a placeholder
// that does not fit.
func Truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if i := strings.LastIndex(s[:min(len(s), n+len(placeholderPrefix)-1)], placeholderPrefix); i >= 0 && placeholderEnd(s, i) > n {
		return s[:i]
	}
	for i := n - 1; i >= max(0, n-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(s[i]) {
			if _, size := utf8.DecodeRuneInString(s[i:]); i+size > n {
				return s[:i]
			}
			break
		}
	}
	return s[:n]
}

const placeholderPrefix = "REDACTED."

// placeholderEnd returns the end of the placeholder that starts at s[i]: a word, and a fingerprint or reason after a dot.
// A word has at most maxWord bytes: what is longer was forged by a client, and may be cut.
func placeholderEnd(s string, i int) int {
	const maxWord = 32
	end := i + len(placeholderPrefix)
	for range 2 {
		n := 0
		for end+n < len(s) && isPlaceholderByte(s[end+n]) {
			n++
		}
		end += min(n, maxWord)
		if n == 0 || n > maxWord || end == len(s) || s[end] != '.' || end+1 == len(s) || !isPlaceholderByte(s[end+1]) {
			break
		}
		end++
	}
	return end
}

func isPlaceholderByte(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' }
