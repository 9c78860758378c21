package record

import (
	"bytes"
	"testing"
)

func TestUnescape(t *testing.T) {
	check := func(t *testing.T, e Escape, raw, want string) {
		t.Helper()
		if got := string(Unescape([]byte("x"), []byte(raw), e)); got != "x"+want {
			t.Errorf("Unescape(%q, %d) = %q, want %q", raw, e, got, "x"+want)
		}
	}
	for _, c := range []struct {
		name      string
		e         Escape
		raw, want string
	}{
		{"no escapes", EscapeNone, `a\x41`, `a\x41`},
		{"hex", EscapeBackslash, `a\x41\x7A`, "aAz"},
		{"C letters", EscapeBackslash, `\"\\\n\t\r\b\v`, "\"\\\n\t\r\b\v"},
		{"short hex", EscapeBackslash, `\x4`, `\x4`},
		{"invalid hex and a last backslash", EscapeBackslash, `\xZZ\`, `\xZZ\`},
		{"backslash ignores unicode", EscapeBackslash, `\u2041`, `\u2041`},
		{"a byte of Tomcat", EscapeBackslash, `\u00e9`, "é"},
		{"unicode", EscapeJSON, `\u0041\/\u00e9`, "A/é"},
		{"surrogate pair", EscapeJSON, `\ud83d\ude00`, "😀"},
		{"lone surrogate", EscapeJSON, `\ud83dx`, "\uFFFDx"},
		{"short unicode", EscapeJSON, `\u00`, `\u00`},
		{"hex in JSON", EscapeJSON, `\x22`, `"`},
		{"backslash in JSON", EscapeJSONBackslash, `\\x41\"\\\"`, `A""`},
		{"JSON in JSON", EscapeJSONJSON, `say \\\"hi\\\" \\u0041`, `say "hi" A`},
		{"empty", EscapeJSON, "", ""},
		{"hash of HAProxy", EscapeHash, `a#7Cb#22c#d1#zz#2`, `a|b"c#d1#zz#2`},
		{"hash in JSON", EscapeJSONHash, `a#7C"b`, `a|"b`},
		{"doubled quotes", EscapeDoubled, `say ""hi"" \\x "y`, `say "hi" \x "y`},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.e, c.raw, c.want) })
	}
}

// TestViewSpans maps every stretch of an unescaped text back and unescapes it again.
func TestViewSpans(t *testing.T) {
	for _, tc := range []struct{ name, raw string }{
		{"plain", `plain`}, {"empty", ``}, {"quote and backslash", `a\"b\\c`}, {"unicode", `\u0041\u0042`},
		{"surrogate pair", `\ud83d\ude00x`}, {"hex", `\x41`}, {"hash", `a#7C#22b`}, {"doubled", `a""b"c`}, {"a last backslash", `\`}, {"unknown escape", `a\qb`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			checkSpans(t, []byte(tc.raw), EscapeJSON)
			checkSpans(t, []byte(tc.raw), EscapeBackslash)
			checkSpans(t, []byte(tc.raw), EscapeHash)
			checkSpans(t, []byte(tc.raw), EscapeDoubled)
		})
	}
}

func checkSpans(t *testing.T, raw []byte, e Escape) {
	t.Helper()
	line := append([]byte("head"), raw...)
	var v View
	v.Load(line, 4, len(line), e)
	if want := UnescapeLevel(nil, raw, e); !bytes.Equal(v.text, want) {
		t.Fatalf("view of %q is %q, want %q", raw, v.text, want)
	}
	for i := range v.text {
		for j := i + 1; j <= len(v.text); j++ {
			start, end, plain := v.span(i, j)
			if start < 4 || end > len(line) || start >= end {
				t.Fatalf("span of %q[%d:%d] is [%d:%d]", v.text, i, j, start, end)
			}
			back := UnescapeLevel(nil, line[start:end], e)
			if !bytes.Contains(back, v.text[i:j]) {
				t.Fatalf("span of %q[%d:%d] unescapes to %q", v.text, i, j, back)
			}
			if plain && !bytes.Equal(line[start:end], v.text[i:j]) {
				t.Fatalf("span of %q[%d:%d] is %q and said to be plain", v.text, i, j, line[start:end])
			}
		}
	}
}

func FuzzUnescape(f *testing.F) {
	f.Add([]byte(`a\"b\\c\u0041\ud83d\ude00\x41\`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 64 {
			raw = raw[:64]
		}
		checkSpans(t, raw, EscapeJSON)
		checkSpans(t, raw, EscapeBackslash)
		checkSpans(t, raw, EscapeHash)
		checkSpans(t, raw, EscapeDoubled)
		for e := EscapeNone; e <= MaxWraps*EscapeJSON+EscapeDoubled; e++ {
			if got := Unescape(nil, raw, e); len(got) > len(raw) {
				t.Fatalf("Unescape(%q, %d) grew to %d bytes", raw, e, len(got))
			}
		}
	})
}
