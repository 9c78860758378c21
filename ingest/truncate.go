package ingest

import (
	"strings"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// eventText returns at most n bytes of s, a redacted text, with its control characters escaped: alerts, SQL and terminals
// show it. It counts what it cuts.
func (p *Processor) eventText(s string, n int) string {
	if len(s) > n {
		p.counts.addCut(cutText, 1)
		s = truncate(s, n)
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7f || c == 0xc2 && i+1 < len(s) && s[i+1] < 0xa0 { // C1 in UTF-8
			return p.escapeControls(s, n)
		}
	}
	return s
}

// escapeControls writes the control characters of s as \xHH.
func (p *Processor) escapeControls(s string, n int) string {
	start := len(p.arena)
	for at, r := range s {
		_, size := utf8.DecodeRuneInString(s[at:])
		if r >= ' ' && r != 0x7f && (r < 0x80 || r >= 0xa0) {
			p.arena = append(p.arena, s[at:at+size]...)
			continue
		}
		for _, c := range []byte(s[at : at+size]) {
			p.arena = append(p.arena, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return truncate(record.String(p.arena[start:]), n)
}

// truncate returns at most n bytes from the start of s, a redacted text. It ends before a character or a placeholder
// that does not fit.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if i := strings.LastIndex(s[:min(len(s), n+len(placeholder)-1)], placeholder); i >= 0 && placeholderEnd(s, i) > n {
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

const placeholder = "REDACTED."

// placeholderEnd returns the end of the placeholder that starts at s[i]: a word, and a fingerprint or reason after a dot.
// A word has at most maxWord bytes: what is longer was forged by a client, and may be cut.
func placeholderEnd(s string, i int) int {
	const maxWord = 32
	end := i + len(placeholder)
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
