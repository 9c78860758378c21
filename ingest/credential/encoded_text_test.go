package credential

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// encodedPassword is a password in texts that are encoded.
const encodedPassword = "Kr4ftwerk-Blau!9x"

// textsBeyondASCII hold encodedPassword beside a byte outside of printable ASCII near their start.
var textsBeyondASCII = []struct{ name, text string }{
	{"UTF-8 form", "name=Jörg&password=" + encodedPassword},
	{"UTF-8 JSON", `{"m": "Jörg", "password": "` + encodedPassword + `"}`},
	{"UTF-8 name first", `{"prénom":"Zoé","password":"` + encodedPassword + `"}`},
	{"UTF-8 prose", "Grüße, password: " + encodedPassword},
	{"UTF-8 at once", "ö=1&password=" + encodedPassword},
	{"Cyrillic", `{"имя":"Иван Петрович Сидоров","password":"` + encodedPassword + `"}`},
	{"Chinese", `{"名前":"山田太郎","password":"` + encodedPassword + `"}`},
	{"emoji", "🎉 password=" + encodedPassword},
	{"byte order mark", "\xef\xbb\xbf" + `{"user":"amy","password":"` + encodedPassword + `"}`},
	{"Latin-1 JSON", "{\"m\": \"J\xf6rg\", \"password\": \"" + encodedPassword + `"}`},
	{"Latin-1 form", "name=J\xf6rg&password=" + encodedPassword},
	{"coloured line", "\x1b[32mINFO\x1b[0m 192.0.2.1 GET /x?password=" + encodedPassword},
	{"coloured JSON", "\x1b[1;31m" + `{"user":"amy","password":"` + encodedPassword + `"}` + "\x1b[0m"},
	{"NUL between", "user=amy\x00&password=" + encodedPassword + "\x00"},
	{"NUL for a separator", "user=amy\x00password=" + encodedPassword + "\x00host=db"},
	{"control at the start", "\x01{\"user\":\"amy\",\"password\":\"" + encodedPassword + `"}`},
	{"control within", "{\"user\":\"a\x01my\",\"password\":\"" + encodedPassword + `"}`},
}

// TestEncodedBeyondASCII masks a password in base64 or hexadecimal of text that is not all printable ASCII.
func TestEncodedBeyondASCII(t *testing.T) {
	f := newTestFinder(t)
	for _, c := range textsBeyondASCII {
		encodings := map[string]string{
			"base64":     base64.StdEncoding.EncodeToString([]byte(c.text)),
			"base64url":  base64.RawURLEncoding.EncodeToString([]byte(c.text)),
			"hex":        hex.EncodeToString([]byte(c.text)),
			"hex, upper": strings.ToUpper(hex.EncodeToString([]byte(c.text))),
		}
		for encoding, text := range encodings {
			escaped := strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(text)
			places := map[string]struct {
				kind record.Kind
				text string
			}{
				"parameter": {record.KindTarget, "/in?d=" + escaped},
				"body":      {record.KindText, text},
				"JSON":      {record.KindText, `{"d":"` + text + `"}`},
			}
			for place, p := range places {
				t.Run(c.name+"/"+encoding+"/"+place, func(t *testing.T) {
					if out, found := redactField(f, p.kind, "body", p.text); len(found) == 0 || strings.Contains(out, text[12:]) {
						t.Errorf("left: %s", out)
					}
				})
			}
		}
	}
}

// TestHexOfTokens masks tokens of all formats in hexadecimal, which no name announces, under the token's fingerprint.
func TestHexOfTokens(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(11)
	tokens := synthetic.Providers(s)
	tokens["JWT"] = synthetic.JWT(s, map[string]string{"alg": "HS256"}, map[string]any{"sub": "amy", "exp": 1}, 32)
	for kind, token := range tokens {
		_, plain := redactField(f, record.KindTarget, "", "/in?d="+credentialtest.Percent(token))
		if len(plain) == 0 {
			continue
		}
		for _, text := range []string{hex.EncodeToString([]byte(token)), strings.ToUpper(hex.EncodeToString([]byte(token)))} {
			t.Run(kind, func(t *testing.T) {
				for _, p := range []struct {
					kind record.Kind
					text string
				}{{record.KindTarget, "/in?d=" + text}, {record.KindText, text}, {record.KindText, `{"d":"` + text + `"}`}} {
					if out, found := redactField(f, p.kind, "body", p.text); len(found) == 0 || strings.Contains(out, text[12:]) {
						t.Errorf("left in %d bytes", len(out))
					} else if found[0].Fingerprint != plain[0].Fingerprint {
						t.Error("another fingerprint than that of the token")
					}
				}
			})
		}
	}
}

// TestEncodedOrdinary leaves encoded texts and random data without a credential as they are.
func TestEncodedOrdinary(t *testing.T) {
	f := newTestFinder(t)
	digest := sha256.Sum256([]byte("page"))
	for _, c := range []struct{ name, value string }{
		{"UTF-8 words", base64.RawURLEncoding.EncodeToString([]byte("Grüße aus München, schöne Tage"))},
		{"Latin-1 words", base64.RawURLEncoding.EncodeToString([]byte("Sch\xf6ne Tage an der See, sagt Anna"))},
		{"coloured words", base64.RawURLEncoding.EncodeToString([]byte("\x1b[32mINFO\x1b[0m server started"))},
		{"UTF-8 form", base64.RawURLEncoding.EncodeToString([]byte("name=Jörg&page=2&city=Köln"))},
		{"UTF-8 JSON", base64.RawURLEncoding.EncodeToString([]byte(`{"m":"Jörg","city":"Köln","n":[1,2]}`))},
		{"hexadecimal of UTF-8 words", hex.EncodeToString([]byte("Grüße aus München, schöne Tage"))},
		{"hexadecimal of a form", hex.EncodeToString([]byte("name=Jörg&page=2&city=Köln"))},
		{"SHA-256", hex.EncodeToString(digest[:])},
		{"SHA-1", hex.EncodeToString(digest[:20])},
		{"trace id", hex.EncodeToString(digest[:16])},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, p := range []struct {
				kind record.Kind
				text string
			}{{record.KindTarget, "/in?d=" + c.value}, {record.KindText, `{"d":"` + c.value + `"}`}} {
				if out, found := redactField(f, p.kind, "body", p.text); len(found) > 0 {
					t.Errorf("changed to %s", out)
				}
			}
		})
	}
}
