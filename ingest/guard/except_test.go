package guard

import (
	"strings"
	"testing"
)

// TestExceptedPathsAreNarrow: an exception lets values leave in the URL that starts with it, and nowhere else.
func TestExceptedPathsAreNarrow(t *testing.T) {
	secret := strings.Repeat("a1B", 10)
	g := New(Options{ExceptPaths: []string{"/public/"}})
	for _, c := range []struct {
		name, line string
		stays      bool
	}{
		{"in the URL", "GET /public/x?api_token=" + secret + " HTTP/1.1", true},
		{"encoded once", "GET /public/x?q=api_token%3D" + secret + " HTTP/1.1", true},
		{"with a host", `"https://a.example/public/x?api_token=` + secret + `"`, true},
		{"two in one URL", "GET /public/x?api_token=" + secret + "&b_token=" + secret, true},
		{"beside the URL", "GET /public/x HTTP/1.1 api_token=" + secret, false},
		{"in the next column", `"GET /public/x" "sid_token=` + secret + `"`, false},
		{"path as a parameter", "GET /x?r=/public/&api_token=" + secret, false},
		{"dots", "GET /public/../x?api_token=" + secret, false},
		{"encoded dots", "GET /public/%2e%2e/x?api_token=" + secret, false},
		{"twice encoded dots", "GET /public/%252e%252E/x?api_token=" + secret, false},
		{"as the host", "GET http://public/x?api_token=" + secret, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if n := len(g.Check([]byte(c.line), nil)); (n == 0) != c.stays {
				t.Errorf("%d spans, want none %v", n, c.stays)
			}
		})
	}
}
