package shape

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestIsSession wants the forms in which web frameworks write sessions, and nothing like them.
func TestIsSession(t *testing.T) {
	b43 := "xK3mZb5Qw7RtY1uIoP4aSdFgHjKlQ2ZcVbN6mX8wEr0"
	b27 := b43[:27]
	hex40 := "9aa3d95b3bc440fa88ea12eaa44561619aa3d95b"
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"Express", "s:" + b43[:32] + "." + b43, true},
		{"Rails, signed", strings.Repeat(b43, 2) + "--" + hex40, true},
		{"Rails, encrypted", strings.Repeat(b43, 2) + "--" + b43[:16] + "--" + b43[:22] + "==", true},
		{"itsdangerous", ".eJ" + b43 + ".aB3dE5." + b27, true},
		{"Django", "eyJ1Ijo3fQ:1abcDE:" + b27, true},
		{"Django, SHA-256", "eyJ1Ijo3fQ:1abcDE:" + b43, true},
		{"ASP.NET Core", "CfDJ8" + strings.Repeat(b43, 2), true},
		{"gorilla", base64.URLEncoding.EncodeToString([]byte("1767603598|" + b43 + b43)), true},
		{"hapi", "Fe26.2**" + hex40 + "*" + b43 + "*" + b43 + "**" + hex40 + "*" + b43, true},
		{"Phoenix", "SFMyNTY." + b43 + "." + b43, true},
		{"Tomcat", strings.ToUpper(hex40[:32]) + ".node1", true},
		{"Jetty", "node0" + "zkhymniz2j0br37mrfo1092mmuq" + ".node0", true},
		{"Tornado", "2|1:0|10:1767603598|4:user|12:Ym9iYm9iYm8=|" + hex40 + hex40[:24], true},
		{"PHP", "2can6rn9ib09r60tk5v9n03nug", true},

		{"a digest", hex40, false},
		{"a word and a number", "summer-2026-catalogue-00126", false},
		{"26 letters", "abcdefghijklmnopqrstuvabcd", false},
		{"a moment", "20260105T085958Z.1767603598", false},
		{"a slug", "a-page--with--two-dashes-and-more-words-than-one-can-read", false},
		{"base64 of a number", base64.URLEncoding.EncodeToString([]byte("1767603598" + b43 + b43)), false},
		{"an id of Baidu", strings.ToUpper(hex40[:32]) + ":FG=1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := IsSession([]byte(c.text)); got != c.want {
				t.Errorf("IsSession: %v", got)
			}
			if encoded := strings.NewReplacer(":", "%3A", "|", "%7C", "=", "%3D").Replace(c.text); c.want && !MayBeSession([]byte(encoded)) {
				t.Errorf("MayBeSession refuses %s", encoded)
			}
		})
	}
}
