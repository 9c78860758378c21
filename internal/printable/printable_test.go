package printable

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "GET /a?b=c 200", "GET /a?b=c 200"},
		{"letters of any script", "/caf\u00e9/\u4f60\u597d", "/caf\u00e9/\u4f60\u597d"},
		{"escape sequence", "\x1b[31mred", `\x1b[31mred`},
		{"line feed, carriage return, tab", "a\nb\rc\td", `a\nb\x0dc\td`},
		{"DEL", "a\x7fb", `a\x7fb`},
		{"C1 as a character", "a\u009b5m", `a\x9b5m`},
		{"C1 as a byte", "a\x9b5m", `a\x9b5m`},
		{"override", "a\u202ecod", `a\u202ecod`},
		{"isolates and marks", "\u2066a\u2069\u200f\u061c", `\u2066a\u2069\u200f\u061c`},
		{"separators", "a\u2028b\u2029", `a\u2028b\u2029`},
		{"NUL", "\x00", `\x00`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Text(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

type namedText string

func TestFprintfEscapesArguments(t *testing.T) {
	var b strings.Builder
	_, _ = Fprintf(&b, "%s|%s|%v|%v|%d\n", "a\x1b", namedText("b\n"), []string{"c\r"}, errors.New("d\u009b"), 5)
	if want := `a\x1b|b\n|[c\x0d]|d\x9b|5` + "\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestErrorKeepsTheLinesOfJoinedErrors(t *testing.T) {
	err := fmt.Errorf("load: %w", errors.Join(errors.New("one\nforged"), fmt.Errorf("two\x1b: %w", errors.New("three"))))
	if got, want := Error(err), `load: one\nforged`+"\n"+`two\x1b: three`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJSONKeepsItsValue(t *testing.T) {
	in := map[string]string{"a": "x\x7f\u009b\u202e\u2066\u2028 caf\u00e9 \U0001f600\x1b\n"}
	plain, _ := json.Marshal(in)
	got := AppendJSON(nil, plain)
	var back map[string]string
	if err := json.Unmarshal(got, &back); err != nil || back["a"] != in["a"] {
		t.Errorf("%v: %q", err, back["a"])
	}
	for _, r := range string(got) {
		if IsControl(r) {
			t.Errorf("%q stays in %q", r, got)
		}
	}
}

func TestSQLLiterals(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "/a b", `'/a b'`},
		{"quotes and backslashes", `a'\b`, `'a\'\\b'`},
		{"escape and line feed", "a\x1b[201~\n", `'a\x1B[201~\x0A'`},
		{"override", "\u202e", `'\xE2\x80\xAE'`},
		{"a byte that is no UTF-8", "\x9b", `'\x9B'`},
		{"a backslash before a control character", "\\\x07", `'\\\x07'`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := SQL(tc.in); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}
