package accesslog

import (
	"bytes"
	"testing"
)

func TestUnescape(t *testing.T) {
	f := func(e Escape, raw, want string) {
		t.Helper()
		if got := string(Unescape([]byte("x"), []byte(raw), e)); got != "x"+want {
			t.Errorf("Unescape(%q, %d) = %q, want %q", raw, e, got, "x"+want)
		}
	}
	f(EscapeNone, `a\x41`, `a\x41`)
	f(EscapeBackslash, `a\x41\x7A`, "aAz")
	f(EscapeBackslash, `\"\\\n\t\r\b\v`, "\"\\\n\t\r\b\v")
	f(EscapeBackslash, `\x4`, `\x4`)
	f(EscapeBackslash, `\xZZ\`, `\xZZ\`)
	f(EscapeBackslash, `\u0041`, `\u0041`)
	f(EscapeJSON, `\u0041\/\u00e9`, "A/é")
	f(EscapeJSON, `\ud83d\ude00`, "😀")
	f(EscapeJSON, `\ud83dx`, "\uFFFDx")
	f(EscapeJSON, `\u00`, `\u00`)
	f(EscapeJSON, `\x22`, `"`)
	f(EscapeJSONBackslash, `\\x41\"\\\"`, `A""`)
	f(EscapeJSONJSON, `say \\\"hi\\\" \\u0041`, `say "hi" A`)
	f(EscapeJSON, "", "")
}

// TestViewSpans maps every stretch of an unescaped text back and unescapes it again.
func TestViewSpans(t *testing.T) {
	for _, raw := range []string{`a\"b\\c`, `\u0041\u0042`, `\ud83d\ude00x`, `plain`, `\x41`, ``, `\`, `a\qb`} {
		checkSpans(t, []byte(raw), EscapeJSON)
		checkSpans(t, []byte(raw), EscapeBackslash)
	}
}

func checkSpans(t *testing.T, raw []byte, e Escape) {
	t.Helper()
	line := append([]byte("head"), raw...)
	var v view
	v.load(line, 4, len(line), e)
	if want := unescape(nil, raw, e); !bytes.Equal(v.buf, want) {
		t.Fatalf("view of %q is %q, want %q", raw, v.buf, want)
	}
	for i := range v.buf {
		for j := i + 1; j <= len(v.buf); j++ {
			start, end, plain := v.span(i, j)
			if start < 4 || end > len(line) || start >= end {
				t.Fatalf("span of %q[%d:%d] is [%d:%d]", v.buf, i, j, start, end)
			}
			back := unescape(nil, line[start:end], e)
			if !bytes.Contains(back, v.buf[i:j]) {
				t.Fatalf("span of %q[%d:%d] unescapes to %q", v.buf, i, j, back)
			}
			if plain && !bytes.Equal(line[start:end], v.buf[i:j]) {
				t.Fatalf("span of %q[%d:%d] is %q and said to be plain", v.buf, i, j, line[start:end])
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
		for e := EscapeNone; e <= 2*maxWraps+EscapeJSONBackslash; e++ {
			if got := Unescape(nil, raw, e); len(got) > len(raw) {
				t.Fatalf("Unescape(%q, %d) grew to %d bytes", raw, e, len(got))
			}
		}
	})
}
