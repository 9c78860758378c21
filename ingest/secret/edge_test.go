package secret

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

// TestEdgeKeyLayers computes a fingerprint from the standard library alone, as DESIGN.md defines it.
func TestEdgeKeyLayers(t *testing.T) {
	sum := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	key := sampleKey(t)
	edge := sum(key.secret.Get()[:], "tokenwarden edge 1")
	hash := sum(edge, "tcorrect horse")[:16]
	want := hex.EncodeToString(sum(key.secret.Get()[:], string(hash))[:16])
	if got := NewFingerprinter(key).Fingerprint(NewToken([]byte("correct%20horse"))).String(); got != want {
		t.Errorf("fingerprint %s, want %s", got, want)
	}
	text := EdgePrefix + key.ID().String() + ".token." + hex.EncodeToString(hash)
	form := text + "." + hex.EncodeToString(sum(edge, "m"+text)[:4])
	if got := string(NewEdge(key.Edge()).AppendForm(nil, "token", NewToken([]byte("correct horse")))); got != form {
		t.Errorf("form %s, want %s", got, form)
	}
}

func TestFromEdge(t *testing.T) {
	key, other := sampleKey(t), otherKey(t)
	token := NewToken([]byte(strings.Repeat("k3Zq9", 5)))
	form := string(NewEdge(key.Edge()).AppendForm(nil, "Api-Key", token))
	oldForm := string(NewEdge(other.Edge()).AppendForm(nil, "bearer", token))
	parts := strings.Split(form, ".")
	unsigned, hash := form[:len(form)-9], parts[3]
	flip := func(i int) string {
		b := []byte(form)
		if b[i]++; b[i] == ':' || b[i] == 'g' {
			b[i] = '0'
		}
		return string(b)
	}
	f := NewFingerprinter(key, other)
	want, wantOld := NewFingerprinter(key).Fingerprint(token), NewFingerprinter(other).Fingerprint(token)
	for _, c := range []struct {
		name, text string
		inText     EdgeResult
		inField    EdgeResult
		want       tokenwarden.Fingerprint
	}{
		{"form", form, EdgeOK, EdgeOK, want},
		{"form of the other key", oldForm, EdgeOK, EdgeOK, wantOld},
		{"without MAC", unsigned, EdgeNone, EdgeOK, want},
		{"hash alone", hash, EdgeNone, EdgeOK, want},
		{"hash in capitals", strings.ToUpper(hash), EdgeNone, EdgeOK, want},
		{"hash that was not cut", hash + hash, EdgeNone, EdgeOK, want},
		{"a MAC digit differs", flip(len(form) - 1), EdgeForged, EdgeForged, tokenwarden.Fingerprint{}},
		{"a hash digit differs", flip(len(unsigned) - 1), EdgeForged, EdgeForged, tokenwarden.Fingerprint{}},
		{"another kind", strings.Replace(form, "api_key", "api_kez", 1), EdgeForged, EdgeForged, tokenwarden.Fingerprint{}},
		{"unknown key", strings.Replace(form, parts[1], "00000000", 1), EdgeUnknownKey, EdgeUnknownKey, tokenwarden.Fingerprint{}},
		{"MAC cut", form[:len(form)-1], EdgeNone, EdgeNone, tokenwarden.Fingerprint{}},
		{"more behind", form + "0", EdgeNone, EdgeNone, tokenwarden.Fingerprint{}},
		{"capitals", strings.ToUpper(form), EdgeNone, EdgeNone, tokenwarden.Fingerprint{}},
		{"no hexadecimal MAC", form[:len(form)-1] + "x", EdgeNone, EdgeNone, tokenwarden.Fingerprint{}},
		{"kind too long", strings.Replace(form, "api_key", strings.Repeat("k", MaxEdgeKind+1), 1), EdgeNone, EdgeNone, tokenwarden.Fingerprint{}},
		{"no kind", strings.Replace(form, "api_key", "", 1), EdgeNone, EdgeNone, tokenwarden.Fingerprint{}},
		{"hash with another length", hash + "0", EdgeNone, EdgeNone, tokenwarden.Fingerprint{}},
		{"dash", "-", EdgeNone, EdgeNone, tokenwarden.Fingerprint{}},
		{"empty", "", EdgeNone, EdgeNone, tokenwarden.Fingerprint{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inText, got := f.FromEdge([]byte(c.text))
			inField, gotField := f.FromEdgeField([]byte(c.text))
			if got != c.inText || gotField != c.inField {
				t.Fatalf("results %d and %d in a named field, want %d and %d", got, gotField, c.inText, c.inField)
			}
			if inField.Fingerprint != c.want || got == EdgeOK && inText.Fingerprint != c.want {
				t.Errorf("fingerprint %v, in a named field %v, want %v", inText.Fingerprint, inField.Fingerprint, c.want)
			}
		})
	}
	got, _ := f.FromEdge([]byte(form))
	if string(got.Kind) != "api_key" || got.KeyID != key.ID() {
		t.Errorf("kind %q, key %v", got.Kind, got.KeyID)
	}
}

func otherKey(t testing.TB) Key {
	t.Helper()
	k, _, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{7}, KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestEdgeAllocates(t *testing.T) {
	key := sampleKey(t)
	f, e := NewFingerprinter(key), NewEdge(key.Edge())
	token := NewToken([]byte(strings.Repeat("k3Zq9", 5)))
	form := e.AppendForm(make([]byte, 0, 256), "bearer", token)
	for name, call := range map[string]func(){
		"fingerprint": func() { _ = f.Fingerprint(token) },
		"read":        func() { _, _ = f.FromEdge(form) },
		"make":        func() { form = e.AppendForm(form[:0], "bearer", token) },
	} {
		t.Run(name, func(t *testing.T) {
			if n := testing.AllocsPerRun(100, call); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

func TestParseEdgeKey(t *testing.T) {
	want := sampleKey(t).Edge()
	got, err := ParseEdgeKey(" " + want.Text() + "\n")
	if err != nil || got.ID() != want.ID() || got.Hex() != want.Hex() {
		t.Fatalf("the text of an edge key does not parse: %v", err)
	}
	text := want.Text()
	for name, bad := range map[string]string{
		"empty": "", "no id": want.Hex(), "short": text[:len(text)-1], "long": text + "0", "no digits": text[:len(text)-2] + "zz", "id": "zzzzzzzz:" + want.Hex(),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseEdgeKey(bad); err == nil || len(bad) > 60 && strings.Contains(err.Error(), bad[10:50]) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestEdgeKeyPrintsNothing holds an edge key against every way in which Go prints a value.
func TestEdgeKeyPrintsNothing(t *testing.T) {
	k := sampleKey(t).Edge()
	holder := struct {
		K EdgeKey
		e Edge
	}{k, NewEdge(k)}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, holder)
		fmt.Fprintf(&out, verb, &k)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", k, "h", holder)
	_ = json.NewEncoder(&out).Encode(holder)
	for name, text := range map[string]string{"hex": k.Hex(), "base64": k.Base64(), "bytes": strings.Trim(fmt.Sprint(k.secret.Get()[:]), "[]")} {
		if strings.Contains(out.String(), text) {
			t.Errorf("the key is printed as %s", name)
		}
	}
}

func FuzzFromEdge(f *testing.F) {
	key := sampleKey(f)
	form := NewEdge(key.Edge()).AppendForm(nil, "bearer", NewToken([]byte("correct horse")))
	f.Add(form)
	f.Add(form[:len(form)-9])
	f.Add([]byte(EdgePrefix))
	prints := NewFingerprinter(key)
	f.Fuzz(func(t *testing.T, text []byte) {
		got, result := prints.FromEdge(text)
		if result == EdgeOK && !bytes.Equal(text, form) && string(got.Kind) == "bearer" && bytes.Equal(text[:len(form)-8], form[:len(form)-8]) {
			t.Errorf("a form with another MAC is read")
		}
		if (result == EdgeOK) == got.Fingerprint.IsZero() {
			t.Errorf("result %d with fingerprint %v", result, got.Fingerprint)
		}
		_, _ = prints.FromEdgeField(text)
	})
}
