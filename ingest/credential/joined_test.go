package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// sameTokens checks that the field of a line, with the value that a server made of the tokens, has findings with their fingerprints.
func sameTokens(t *testing.T, fld record.Field, value string, tokens ...string) {
	t.Helper()
	f := newTestFinder(t)
	line := []byte(value)
	fld.End = len(line)
	found := f.Find(&record.Record{Line: line, Fields: []record.Field{fld}}, nil)
	if len(found) != len(tokens) {
		t.Fatalf("%d findings in %q: %+v", len(found), value, found)
	}
	prints := f.Fingerprinter()
	for i, token := range tokens {
		if want := prints.OfCanonical(secret.Canonical(nil, []byte(token))); found[i].Fingerprint != want {
			t.Errorf("%q has another fingerprint: %q", value, line[found[i].Start:found[i].End])
		}
	}
}

// TestServersWriteTheSameToken reads one token in the ways in which servers write it.
func TestServersWriteTheSameToken(t *testing.T) {
	s := synthetic.New(12, 8)
	key, other := s.Text(synthetic.Alnum, 32), s.Text(synthetic.Alnum, 32)
	header := record.Field{Kind: record.KindHeader, Name: []byte("X-Api-Key")}
	escaped := func(e record.Escape) record.Field {
		fld := header
		fld.Escape = e
		return fld
	}
	auth := record.Field{Kind: record.KindHeader, Name: []byte("authorization"), Escape: record.EscapeHash}
	doubled := auth
	doubled.Escape = record.EscapeDoubled
	special := "p\"" + key + "\\é€"
	text := record.Field{Kind: record.KindText}
	for _, c := range []struct {
		name   string
		field  record.Field
		value  string
		tokens []string
	}{
		{"twice, joined by a comma", header, key + ", " + other, []string{key, other}},
		{"twice, without a blank", header, key + "," + other, []string{key, other}},
		{"twice, in brackets", header, "[" + key + "], [" + other + "]", []string{key, other}},
		{"a comma in a password", record.Field{Kind: record.KindParam, Name: []byte("password")}, "a," + key, []string{"a," + key}},
		{"HAProxy", escaped(record.EscapeHash), "x#7C" + strings.ReplaceAll(key, "a", "#61"), []string{"x|" + key}},
		{"HAProxy in JSON", escaped(record.EscapeJSONHash), "x#7C" + key + "\\\\1", []string{"x|" + key + "\\1"}},
		{"parameters of HAProxy", auth, "Token token=#22" + key + "#22", []string{key}},
		{"quotes doubled", doubled, `Token token=""` + key + `""`, []string{key}},
		{"bytes read as Latin-1", header, latin1(special), []string{special}},
		{"bytes of Tomcat", escaped(record.EscapeBackslash), `p\"` + key + `\\\u00c3\u00a9\u00e2\u0082\u00ac`, []string{special}},
		{"an encoded & in a text", text, "HTTP GET /a?x=1&password=b%26" + key + "%21&n=2 done", []string{"b&" + key + "!"}},
	} {
		t.Run(c.name, func(t *testing.T) { sameTokens(t, c.field, c.value, c.tokens...) })
	}
}

// latin1 returns s as a server writes it that reads bytes as Latin-1 and writes UTF-8.
func latin1(s string) string {
	var out strings.Builder
	for i := range len(s) {
		out.WriteRune(rune(s[i]))
	}
	return out.String()
}
