package credential

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
)

// TestNothingPrints holds keys, tokens and finders against every way in which Go prints a value.
func TestNothingPrints(t *testing.T) {
	key, text, err := NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw := newSynth(1).of(alnum, 40)
	f, err := New(Options{Keys: []Key{key}})
	if err != nil {
		t.Fatal(err)
	}
	redactField(f, 1, "", "/x?token="+raw)
	secrets := []string{raw, strings.TrimPrefix(text, keyPrefix), fmt.Sprint([]byte(raw))[1:40], fmt.Sprintf("%x", raw), fmt.Sprint(key.secret.p[:])[1:40]}
	type holder struct {
		key    Key
		token  Token
		finder *Finder
		prints Fingerprinter
	}
	token := NewToken([]byte(raw))
	values := []any{key, &key, token, &token, f, *f, f.Fingerprinter(), holder{key, token, f, f.Fingerprinter()}, &holder{key, token, f, f.Fingerprinter()}, []Token{token}, map[string]Key{"k": key}}
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

func TestParseKey(t *testing.T) {
	key, text, err := NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseKey([]byte(" " + text + "\r\n"))
	if err != nil || got.ID() != key.ID() || *got.secret.p != *key.secret.p {
		t.Fatalf("a new key does not parse: %v", err)
	}
	for _, bad := range []string{"", "x", text + "A", text[:len(text)-1], strings.TrimPrefix(text, keyPrefix), text + "\n" + text, keyPrefix + strings.Repeat("A", 43), strings.Replace(text, "_", "-", 1)} {
		if _, err := ParseKey([]byte(bad)); err == nil {
			t.Errorf("a bad key of %d bytes parses", len(bad))
		} else if len(bad) > 8 && strings.Contains(err.Error(), bad[5:]) {
			t.Error("the error quotes the key")
		}
	}
	if _, _, err := NewKey(strings.NewReader("short")); err == nil {
		t.Error("a short read makes a key")
	}
}

// TestFingerprint pins the fingerprint: a change would break every stored profile.
func TestFingerprint(t *testing.T) {
	p := NewFingerprinter(testKey(t))
	if got, want := p.KeyID().String(), "9a79beed"; got != want {
		t.Errorf("key id %s, want %s", got, want)
	}
	if got, want := p.Fingerprint(NewToken([]byte("correct horse"))).String(), "d4fc7693ca322fc7630b8c2d9be89b04"; got != want {
		t.Errorf("fingerprint %s, want %s", got, want)
	}
}

// TestFingerprintLine wants a token in hand to give what the logs give.
func TestFingerprintLine(t *testing.T) {
	f := newTestFinder(t)
	p := f.Fingerprinter()
	s := newSynth(3)
	for kind, token := range s.plain() {
		want := p.Fingerprint(NewToken([]byte(token)))
		for _, line := range []string{token, "  " + token + "\r\n", `"` + token + `"`, "Bearer " + token, "Authorization: Bearer " + token, credentialtest.Percent(token), credentialtest.Percent(credentialtest.Percent(token)), encode(t, token, "pct_all"), "Basic " + encode(t, token, "b64_basic")} {
			got, ok := p.Line([]byte(line))
			if !ok || got != want {
				t.Errorf("%s: another fingerprint from a line of %d bytes", kind, len(line))
			}
		}
	}
	if _, ok := p.Line([]byte(" \t ")); ok {
		t.Error("an empty line has a fingerprint")
	}
}

func TestRotation(t *testing.T) {
	old := testKey(t)
	fresh, _, err := NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f, err := New(Options{Keys: []Key{fresh, old}})
	if err != nil {
		t.Fatal(err)
	}
	token := newSynth(2).of(alnum, 32)
	_, fs := redactField(f, 1, "", "/x?token="+token)
	if len(fs) != 1 || fs[0].KeyID != fresh.ID() || len(fs[0].Older) != 1 {
		t.Fatalf("findings %d", len(fs))
	}
	before := NewFingerprinter(old).Fingerprint(NewToken([]byte(token)))
	if fs[0].Older[0] != before {
		t.Error("the older fingerprint is not that of the older key")
	}
	all := f.Fingerprinter().All(nil, NewToken([]byte(token)))
	if len(all) != 2 || all[0].Fingerprint != fs[0].Fingerprint || all[1] != (Keyed{old.ID(), before}) {
		t.Error("All does not give both")
	}
}

func TestOptions(t *testing.T) {
	key := testKey(t)
	for _, o := range []Options{
		{}, {Keys: []Key{{}}}, {Keys: []Key{key, key}}, {Keys: []Key{key}, Names: []string{"--"}},
		{Keys: []Key{key}, Exceptions: Exceptions{Paths: []string{"x"}}}, {Keys: []Key{key}, Patterns: []Pattern{{"Bad Kind", "x"}}},
		{Keys: []Key{key}, Patterns: []Pattern{{"k", "("}}}, {Keys: []Key{key}, Patterns: []Pattern{{"k", "x*"}}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%d keys, %d names, %d patterns: no error", len(o.Keys), len(o.Names), len(o.Patterns))
		}
	}
}
