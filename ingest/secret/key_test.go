package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

func sampleKey(t testing.TB) Key {
	t.Helper()
	h := sha256.Sum256([]byte("a key for tests"))
	k, err := ParseKey([]byte(keyPrefix + base64.RawURLEncoding.EncodeToString(h[:])))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestParseKey(t *testing.T) {
	key, text, err := NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseKey([]byte(" " + text + "\r\n"))
	if err != nil || got.ID() != key.ID() || *got.secret.Get() != *key.secret.Get() {
		t.Fatalf("a new key does not parse: %v", err)
	}
	for name, bad := range map[string]string{
		"empty": "", "short": "x", "one more": text + "A", "one less": text[:len(text)-1], "without the prefix": strings.TrimPrefix(text, keyPrefix),
		"two": text + "\n" + text, "zero": keyPrefix + strings.Repeat("A", 43), "another prefix": strings.Replace(text, "_", "-", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseKey([]byte(bad)); err == nil {
				t.Errorf("a bad key of %d bytes parses", len(bad))
			} else if len(bad) > 8 && strings.Contains(err.Error(), bad[5:]) {
				t.Error("the error quotes the key")
			}
		})
	}
	if _, _, err := NewKey(strings.NewReader("short")); err == nil {
		t.Error("a short read makes a key")
	}
}

// TestFingerprint pins the fingerprint: a change would break every stored profile.
func TestFingerprint(t *testing.T) {
	p := NewFingerprinter(sampleKey(t))
	if got, want := p.KeyID().String(), "9a79beed"; got != want {
		t.Errorf("key id %s, want %s", got, want)
	}
	if got, want := p.Fingerprint(NewToken([]byte("correct horse"))).String(), "c6f318575e7c1d62f6972e9977808fc9"; got != want {
		t.Errorf("fingerprint %s, want %s", got, want)
	}
}

// TestForeign holds that an identity of another system shares its fingerprint with no token, no family and no other system.
func TestForeign(t *testing.T) {
	f := NewFingerprinter(sampleKey(t))
	text := []byte("0a1b2c3d")
	seen := map[tokenwarden.Fingerprint]string{f.Fingerprint(NewToken(text)): "token", f.Family(text, text, text): "family"}
	for _, of := range []struct{ system, value string }{
		{"kong", "0a1b2c3d"}, {"kong0", "a1b2c3d"}, {"kon", "g0a1b2c3d"}, {"aws", "0a1b2c3d"}, {"kong", "0a1b2c3"},
		{"", "\x040a1b2c3d"}, {"", "0a1b2c3d"},
	} {
		fp := f.Foreign(of.system, []byte(of.value))
		if other, taken := seen[fp]; taken {
			t.Errorf("%s of %s has the fingerprint of %s", of.value, of.system, other)
		}
		if seen[fp] = of.system + " " + of.value; fp != f.Foreign(of.system, []byte(of.value)) {
			t.Errorf("%s of %s has two fingerprints", of.value, of.system)
		}
	}
}
