package ingest

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden"
)

func TestTruncate(t *testing.T) {
	const token, guard, line = "REDACTED.github_pat.0123456789abcdef", "REDACTED.guard", "REDACTED.line.too_long"
	for _, tc := range []struct {
		name, text string
		n          int
		want       string
	}{
		{"short enough", "abc", 3, "abc"},
		{"plain text", "abcd", 3, "abc"},
		{"before a character of two bytes", "abcä", 4, "abc"},
		{"behind a character of two bytes", "abää", 4, "abä"},
		{"within a character of four bytes", "a😀b", 3, "a"},
		{"bytes that are no UTF-8", "ab\xff\xff", 3, "ab\xff"},
		{"nothing but continuation bytes", "\x80\x80\x80", 2, "\x80\x80"},
		{"continuation bytes behind a letter", "a\x80\x80", 2, "a\x80"},
		{"within the word of a placeholder", "/x?t=" + token, 8, "/x?t="},
		{"before the dot of a placeholder", "/x?t=" + token, 13, "/x?t="},
		{"within the kind", "/x?t=" + token, 18, "/x?t="},
		{"behind the kind", "/x?t=" + token + "&a", 24, "/x?t="},
		{"within the fingerprint", "/x?t=" + token + "&a=1", 30, "/x?t="},
		{"behind a placeholder", "/x?t=" + token + "&a=1", 41, "/x?t=" + token},
		{"within the second of two", token + token, len(token) + 9, token},
		{"within the mask of the second check", "a=" + guard + "&b", 10, "a="},
		{"behind the mask of the second check", "a=" + guard + "&b", 16, "a=" + guard},
		{"within the mask of a line", line + "x", 15, ""},
		{"the word alone", "a=REDACTED, and on", 6, "a=REDA"},
		{"a forged placeholder does not empty the text", "REDACTED." + strings.Repeat("a", 600), 512, "REDACTED." + strings.Repeat("a", 503)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := truncate(tc.text, tc.n); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestTargetIsCutWhole moves a token and a character of three bytes over the end of an event's target.
func TestTargetIsCutWhole(t *testing.T) {
	p := newTestProcessor(t, nil)
	token := newSecret()
	cut := 0
	for _, tail := range []string{"&access_token=" + token + "&b=", "\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac"} {
		for pad := range 64 {
			target := "/x?access_token=" + token + "&q=" + strings.Repeat("ab%20", 80) + strings.Repeat("x", pad) + strings.Repeat(tail, 3) + strings.Repeat("&c=1", 20)
			_, res := p.processOne(combined(target))
			if len(res.Events) == 0 {
				t.Fatalf("no event of %s", target)
			}
			e := res.Events[0]
			placeholder := "REDACTED." + e.TokenKind + "." + e.Fingerprint.String()[:16]
			if len(e.Target) > tokenwarden.MaxTarget || !utf8.ValidString(e.Target) {
				t.Errorf("%d bytes, valid %v: %q", len(e.Target), utf8.ValidString(e.Target), e.Target)
			}
			if len(e.Target) < tokenwarden.MaxTarget {
				cut++
			}
			if rest := strings.ReplaceAll(e.Target, placeholder, ""); strings.Contains(rest, "REDA") {
				t.Errorf("a placeholder is cut: %q", e.Target)
			}
		}
	}
	if cut < 32 {
		t.Errorf("only %d targets end before the bound: the test does not reach it", cut)
	}
}
