package clickhouse

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/internal/printable"
)

// The literals in the SQL of alerts hold the text of a log with control characters escaped: the engine has to read the same text.
func TestEscapedLiteralsHaveTheSameValue(t *testing.T) {
	c := mustNew(t, Options{Addr: []string{server(t)}, Database: "system"})
	for _, tc := range []struct{ name, text string }{
		{"plain", "/v1/items/{id}"},
		{"quotes and backslashes", `a'b\c\'d\\`},
		{"escape, bell, line feed, tab", "\x1b[201~\x07\r\n\t"},
		{"NUL and DEL", "\x00a\x7f"},
		{"a digit behind an escape", "\x1b41\x01F"},
		{"a backslash before an escape", "\\\x1b\\x1b"},
		{"C1, overrides and separators", "\u009b5m\u202e\u2066\u2028"},
		{"bytes that are not UTF-8", "\x9b\xff\xc3"},
		{"letters", "caf\u00e9 \u4f60\u597d"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			literal := printable.SQL(tc.text)
			if printable.Text(literal) != literal {
				t.Errorf("the literal holds control characters: %q", literal)
			}
			expect(t, c, "SELECT hex("+literal+")", strings.ToUpper(hex.EncodeToString([]byte(tc.text))))
		})
	}
}
