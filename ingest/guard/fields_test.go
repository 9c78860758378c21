package guard

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// A field between blanks or quotes of a line in which Check finds nothing need not be checked again.
func TestFieldsOfCleanLine(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	chars := func(alphabet string, n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(alphabet[rnd.IntN(len(alphabet))])
		}
		return b.String()
	}
	const alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	piece := func() string {
		switch rnd.IntN(6) {
		case 0:
			return chars(alnum, 1+rnd.IntN(30))
		case 1:
			return prefixes[rnd.IntN(len(prefixes))]
		case 2:
			return chars(` "'\%/?&=:;,.-_@[]{}`, 1+rnd.IntN(3))
		case 3:
			return []string{"%22", "%20", `\"`, `\\`, `\x22`, `\u0020`, "%5c%22", "%2522", "://"}[rnd.IntN(9)]
		case 4:
			return sensitiveEndings[rnd.IntN(len(sensitiveEndings))] + []string{"=", ":", `":"`, "%3d", " "}[rnd.IntN(5)]
		default:
			return []string{"Bearer ", "Basic ", "REDACTED.token.0123456789abcdef", "eyJhbGci", "ya29.", " ", `"`, `" "`}[rnd.IntN(8)]
		}
	}
	g, clean := New(Options{}), 0
	for range 30_000 {
		var b strings.Builder
		for range 2 + rnd.IntN(8) {
			b.WriteString(piece())
		}
		line := b.String()
		if len(g.Check([]byte(line), nil)) > 0 {
			continue
		}
		clean++
		ends := []int{0}
		for i := range len(line) {
			if line[i] == ' ' || line[i] == '"' {
				ends = append(ends, i, i+1)
			}
		}
		for i, start := range append(ends, len(line)) {
			for _, end := range append(ends[i:], len(line)) {
				start := start
				if start > 0 && start < len(line) && line[start-1] != ' ' && line[start-1] != '"' || end < start {
					continue
				}
				if got := g.Check([]byte(line[start:end]), nil); len(got) > 0 && !strings.Contains(line[start:end], `\`) {
					t.Fatalf("%q is clean, %q of it is not: %v", line, line[start:end], got)
				}
			}
		}
	}
	if clean < 3000 {
		t.Errorf("only %d lines are clean", clean)
	}
}
