package ascii

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestMostlyText counts the random bytes that pass for text: of 1e6, seeded.
func TestMostlyText(t *testing.T) {
	for _, c := range []struct{ size, most int }{{12, 200}, {16, 160}, {20, 10}, {24, 10}, {32, 2}} {
		t.Run(fmt.Sprint(c.size), func(t *testing.T) {
			r := rand.NewChaCha8([32]byte{byte(c.size)})
			b := make([]byte, c.size)
			text := make([]byte, base64.RawStdEncoding.EncodedLen(c.size))
			n := 0
			for range 1_000_000 {
				_, _ = r.Read(b)
				base64.RawStdEncoding.Encode(text, b)
				if IsMostlyText(text) {
					n++
				}
			}
			if t.Logf("%d of 1e6", n); n > c.most {
				t.Errorf("%d of 1e6 random stretches of %d bytes are text, more than %d", n, c.size, c.most)
			}
		})
	}
}
