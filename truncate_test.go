package tokenwarden

import (
	"strings"
	"testing"
)

func TestTruncateKeepsCharactersAndPlaceholdersWhole(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		n          int
		want       string
	}{
		{"short enough", "/a?b", 4, "/a?b"},
		{"letters", "/abcdef", 4, "/abc"},
		{"inside a character", "/\u4f60\u597d", 5, "/\u4f60"},
		{"inside a placeholder", "/a?t=REDACTED.jwt.0123456789abcdef&x=1", 20, "/a?t="},
		{"behind a placeholder", "/a?t=REDACTED.jwt.0123456789abcdef&x=1", 36, "/a?t=REDACTED.jwt.0123456789abcdef&x"},
		{"a forged placeholder", "REDACTED." + strings.Repeat("a", 100), 80, "REDACTED." + strings.Repeat("a", 71)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Truncate(tc.text, tc.n); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
