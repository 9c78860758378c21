package credential

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/jwt"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

func addSeeds(f *testing.F, add func(text string, kind uint8)) {
	for i, p := range ownPlacements {
		s := newSynth(uint64(i))
		text, _ := p.fill(f, s.of(alnum, 24))
		field, _ := p.field()
		add(text, uint8(field))
		text, _ = p.fill(f, s.jwt(map[string]any{"sub": "1"}))
		add(text, uint8(field))
	}
	for _, text := range []string{"", "%", "%%25%2525", `{"a":{"token":"x`, `{\"token\":\"abcdefgh12345678\"}`, "a=b;c=d&e=f;;&&==", "https://u:p@h:1/;x=1?#", "Basic ", "Bearer Bearer x", "eyJ.eyJ.", "=====", `\x22\u0000\ud83d\ude00`, "REDACTED.token.0123456789abcdef"} {
		add(text, 1)
	}
}

// FuzzFind holds Find and FindText against what they promise for any text in any field.
func FuzzFind(f *testing.F) {
	addSeeds(f, func(text string, kind uint8) { f.Add([]byte(text), kind, uint8(0), "x-token") })
	finder := newTestFinder(f)
	f.Fuzz(func(t *testing.T, text []byte, kind, escape uint8, name string) {
		if len(text) > 4096 {
			return
		}
		rec := &record.Record{Line: text, Fields: []record.Field{{Kind: fieldKinds[int(kind)%len(fieldKinds)], Escape: record.Escape(escape % 3), End: len(text), Name: []byte(name)}}}
		before := bytes.Clone(text)
		fs := finder.Find(rec, nil)
		checkFindings(t, text, fs)
		checkFindings(t, text, finder.FindText(text, nil))
		if !bytes.Equal(before, text) {
			t.Fatal("the line was written to")
		}
		checkClean(t, finder.in.Get(), text)
	})
}

// FuzzRedact plants a token behind any text and holds redaction against its properties.
func FuzzRedact(f *testing.F) {
	for i := range ownPlacements {
		f.Add("/x?a=1", "&b=2", uint64(i), uint8(i), uint8(i))
	}
	finder := newTestFinder(f)
	encodings := []string{"pct", "pct2", "pct3", "pct_all", "pct_all_lower", "pct_first", "b64url"}
	f.Fuzz(func(t *testing.T, before, after string, seed uint64, which, encoding uint8) {
		if len(before)+len(after) > 2048 || !utf8.ValidString(before) {
			return
		}
		s := newSynth(seed)
		names := []string{"token", "api_key", "client_secret", "sessionId", "X-Auth-Token"}
		token := s.of(alnum, 32)
		planted := "/q?" + names[int(which)%len(names)] + "=" + encode(t, token, encodings[int(encoding)%len(encodings)])
		// What is around it must not take the query apart: a fragment, or a quote that opens JSON.
		around := strings.NewReplacer("?", "", "#", "", "\"", "", "{", "", "[", "", "=", "", "'", "", "%", "", "\\", "", " ", "", "@", "", ":", "", "/", "").Replace
		text := planted + "&" + around(after) + "&x=" + around(before)
		line := []byte(text)
		rec := &record.Record{Line: line, Fields: []record.Field{{Kind: record.KindTarget, End: len(line)}}}
		fs := finder.Find(rec, nil)
		checkFindings(t, line, fs)
		out := AppendRedacted(nil, line, fs)
		if holds(out, token) {
			t.Fatalf("the token stays in %q", text)
		}
		again := AppendRedacted(nil, out, finder.Find(&record.Record{Line: out, Fields: []record.Field{{Kind: record.KindTarget, End: len(out)}}}, nil))
		if !bytes.Equal(again, out) {
			t.Fatalf("%q changes to %q", out, again)
		}
	})
}

// FuzzTwice wants redacting twice to change nothing, for any text in any field.
func FuzzTwice(f *testing.F) {
	addSeeds(f, func(text string, kind uint8) { f.Add(text, kind, "x-token") })
	finder := newTestFinder(f)
	f.Fuzz(func(t *testing.T, text string, kind uint8, name string) {
		if len(text) > 2048 {
			return
		}
		k := fieldKinds[int(kind)%len(fieldKinds)]
		once, fs := redactField(finder, k, name, text)
		if twice, more := redactField(finder, k, name, once); twice != once {
			t.Fatalf("kind %d: %q\nbecame %q (%s)\nthen %q (%s)", k, text, once, fs[0].Reason, twice, more[0].Reason)
		}
		value, err := json.Marshal(text)
		if err != nil {
			return
		}
		line := append([]byte(`{"x":`), append(value, '}')...)
		rec := &record.Record{Line: line, Fields: []record.Field{{Kind: k, Escape: record.EscapeJSON, Start: 6, End: len(line) - 2, Name: []byte(name)}}}
		if out := AppendRedacted(nil, line, finder.Find(rec, nil)); !json.Valid(out) {
			t.Fatalf("%q is no JSON any more: %q", line, out)
		}
	})
}

// FuzzGuard wants no panic and spans within the line.
func FuzzGuard(f *testing.F) {
	addSeeds(f, func(text string, kind uint8) { f.Add([]byte(text)) })
	g := guard.New(guard.Options{})
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) > 4096 {
			return
		}
		for _, x := range g.Check(line, nil) {
			if x.Start < 0 || x.Start >= x.End || x.End > len(line) || x.Reason == "" {
				t.Fatalf("span %d:%d in %d bytes", x.Start, x.End, len(line))
			}
		}
	})
}

// FuzzClaims reads any header and claims.
func FuzzClaims(f *testing.F) {
	f.Add(`{"alg":"HS256"}`, `{"iss":"a","sub":"b","exp":1,"scope":"x y","amr":["pwd"],"n":{"a":[1,{"b":"c"}]}}`)
	f.Add(`{"alg":"none","kid":"\"`, `{"scp":["a","b"`)
	finder := newTestFinder(f)
	f.Fuzz(func(t *testing.T, header, claims string) {
		if len(header)+len(claims) > 8192 {
			return
		}
		_, fs := redactField(finder, record.KindTarget, "", "/x?token="+b64(header)+"."+b64(claims)+"."+b64("signature"))
		for i := range fs {
			said := fs[i].JWT
			if said == nil {
				continue
			}
			if len(said.Claims.Issuer) > jwt.MaxClaim || len(fs[i].Owner) > jwt.MaxClaim || len(said.Scopes) > jwt.MaxScopes || said.Claims.Expires < 0 {
				t.Fatal("claims out of bounds")
			}
		}
	})
}
