package credential

import (
	"strings"
	"testing"
)

// TestRedirectLoops keeps loops of redirects, whatever their length and their escapes, and finds the credential in them.
func TestRedirectLoops(t *testing.T) {
	token := newSynth(73).of(alnum, 32)
	for _, n := range []int{2, 8, 60} {
		plain := strings.Repeat("/signin?return=", n)
		testExact(t, token, targets(plain+"/home", plain+"/home?access_token={S}", plain+"/reset/{S}", plain+"https://bob:{S}@h.example/",
			"/a?page=2&to="+plain+"/home&access_token={S}", "/a?"+plain+"/x?code_verifier={S}", plain+"/x?a?b?c=?token={S}"))
	}
	for n := range 8 {
		encoded, absolute := "/home?token={S}", "https://h.example/home?token%3D{S}"
		for level := range n {
			percent := "%" + strings.Repeat("25", n-1-level)
			encoded = "/signin" + percent + "3Freturn" + percent + "3D" + encoded
			absolute = "https://h.example/signin?return%" + strings.Repeat("25", level+1) + "3D" + absolute
		}
		testExact(t, token, targets("/in?next="+encoded, "/in?next="+absolute))
	}
}
