package detect

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

func TestEvidenceNeverCutsAPlaceholder(t *testing.T) {
	const placeholder = "REDACTED.jwt.0123456789abcdef"
	for pad := maxTarget - len(placeholder) - 10; pad <= maxTarget; pad++ {
		target := "/" + strings.Repeat("a", pad) + "?t=" + placeholder + "&x=1"
		got := evidence(&tokenwarden.Event{Method: "GET", Target: target})
		if strings.Contains(got, "REDACTED") && !strings.Contains(got, placeholder) {
			t.Fatalf("the placeholder is cut: %s", got)
		}
	}
}
