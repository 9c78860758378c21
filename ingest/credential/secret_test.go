package credential

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// keyBytes returns the bytes of a key that NewKey wrote as text.
func keyBytes(t testing.TB, text string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, "twk1_"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestNothingPrints holds keys, tokens and finders against every way in which Go prints a value.
func TestNothingPrints(t *testing.T) {
	key, text, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw := newSynth(1).of(alnum, 40)
	f, err := New(Options{Keys: []secret.Key{key}})
	if err != nil {
		t.Fatal(err)
	}
	redactField(f, 1, "", "/x?token="+raw)
	secrets := []string{raw, strings.TrimPrefix(text, "twk1_"), fmt.Sprint([]byte(raw))[1:40], fmt.Sprintf("%x", raw), fmt.Sprint(keyBytes(t, text))[1:40]}
	type holder struct {
		key    secret.Key
		token  secret.Token
		finder *Finder
		prints secret.Fingerprinter
	}
	token := secret.NewToken([]byte(raw))
	values := []any{key, &key, token, &token, f, *f, f.Fingerprinter(), holder{key, token, f, f.Fingerprinter()}, &holder{key, token, f, f.Fingerprinter()}, []secret.Token{token}, map[string]secret.Key{"k": key}}
	for _, v := range values {
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb, v)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v)
		_ = json.NewEncoder(&out).Encode(v)
		for i, s := range secrets {
			if k := strings.Index(out.String(), s); k >= 0 {
				t.Errorf("%T printed secret %d: %s", v, i, out.String()[max(0, k-200):k+60])
			}
		}
	}
}

// TestFingerprintLine wants a token in hand to give what the logs give.
func TestFingerprintLine(t *testing.T) {
	f := newTestFinder(t)
	p := f.Fingerprinter()
	s := newSynth(3)
	for kind, token := range s.plain() {
		want := p.Fingerprint(secret.NewToken([]byte(token)))
		for form, line := range map[string]string{
			"bare": token, "with white space": "  " + token + "\r\n", "in quotes": `"` + token + `"`, "with a scheme": "Bearer " + token,
			"a header": "Authorization: Bearer " + token, "percent": credentialtest.Percent(token), "percent twice": credentialtest.Percent(credentialtest.Percent(token)),
			"all percent": encode(t, token, "pct_all"), "basic": "Basic " + encode(t, token, "b64_basic"),
		} {
			t.Run(kind+"/"+form, func(t *testing.T) {
				if got, ok := p.Line([]byte(line)); !ok || got != want {
					t.Errorf("another fingerprint from a line of %d bytes", len(line))
				}
			})
		}
	}
	if _, ok := p.Line([]byte(" \t ")); ok {
		t.Error("an empty line has a fingerprint")
	}
}

func TestRotation(t *testing.T) {
	old := testKey(t)
	fresh, _, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f, err := New(Options{Keys: []secret.Key{fresh, old}})
	if err != nil {
		t.Fatal(err)
	}
	token := newSynth(2).of(alnum, 32)
	_, fs := redactField(f, 1, "", "/x?token="+token)
	if len(fs) != 1 || fs[0].KeyID != fresh.ID() {
		t.Fatalf("findings %d", len(fs))
	}
	before := secret.NewFingerprinter(old).Fingerprint(secret.NewToken([]byte(token)))
	all := f.Fingerprinter().All(nil, secret.NewToken([]byte(token)))
	if len(all) != 2 || all[0].Fingerprint != fs[0].Fingerprint || all[1] != (secret.Keyed{KeyID: old.ID(), Fingerprint: before}) {
		t.Error("All does not give both")
	}
}

func TestOptions(t *testing.T) {
	key := testKey(t)
	for name, o := range map[string]Options{
		"no key": {}, "zero key": {Keys: []secret.Key{{}}}, "the same key twice": {Keys: []secret.Key{key, key}}, "empty name": {Keys: []secret.Key{key}, Names: []string{"--"}},
		"relative path": {Keys: []secret.Key{key}, Exceptions: Exceptions{Paths: []string{"x"}}}, "kind": {Keys: []secret.Key{key}, Patterns: []Pattern{{"Bad Kind", "x"}}},
		"pattern": {Keys: []secret.Key{key}, Patterns: []Pattern{{"k", "("}}}, "pattern of nothing": {Keys: []secret.Key{key}, Patterns: []Pattern{{"k", "x*"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(o); err == nil {
				t.Error("no error")
			}
		})
	}
}
