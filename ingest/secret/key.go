package secret

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/tokenwarden/tokenwarden"
)

// KeySize is the length of a key in random bytes: the most that HMAC-SHA-256 can use (RFC 2104 section 3).
const KeySize = 32

// keyPrefix begins the text of a key, for people and secret scanners.
const keyPrefix = "twk1_"

var keyEncoding = base64.RawURLEncoding.Strict()

var errKey = errors.New("key: want one line, twk1_ and 43 base64url characters: make one with `tokenwarden key new`")

// Key is the secret under which fingerprints are made. Its bytes are Opaque and every printed form is its ID. The zero Key
// is unusable.
type Key struct {
	secret *Opaque[[KeySize]byte]
	id     tokenwarden.KeyID
}

// ParseKey reads the content of a key file: one line, "twk1_" and 32 bytes in base64url without padding. White space around
// the line is ignored. Errors never quote the content.
func ParseKey(text []byte) (Key, error) {
	text = bytes.TrimSpace(text)
	rest, ok := bytes.CutPrefix(text, []byte(keyPrefix))
	if !ok || len(rest) != keyEncoding.EncodedLen(KeySize) {
		return Key{}, errKey
	}
	var secret [KeySize]byte
	if _, err := keyEncoding.Decode(secret[:], rest); err != nil {
		return Key{}, errKey
	}
	if secret == [KeySize]byte{} {
		return Key{}, errKey
	}
	return newKey(&secret), nil
}

// NewKey makes a key from rand (crypto/rand.Reader outside of tests) and returns the key and its text for ParseKey.
func NewKey(rand io.Reader) (Key, string, error) {
	var secret [KeySize]byte
	if _, err := io.ReadFull(rand, secret[:]); err != nil {
		return Key{}, "", fmt.Errorf("read randomness for a key: %w", err)
	}
	return newKey(&secret), keyPrefix + keyEncoding.EncodeToString(secret[:]), nil
}

func newKey(secret *[KeySize]byte) Key {
	mac := hmac.New(sha256.New, secret[:])
	_, _ = mac.Write([]byte("tokenwarden key id"))
	k := Key{secret: Hide(secret)}
	copy(k.id[:], mac.Sum(nil))
	return k
}

// ID returns the key's public name.
func (k Key) ID() tokenwarden.KeyID { return k.id }

// IsZero reports whether k holds no key.
func (k Key) IsZero() bool { return k.secret == nil }

// String returns "[key ID]".
func (k Key) String() string { return "[key " + k.id.String() + "]" }

// GoString returns the ID.
func (k Key) GoString() string { return k.String() }

// Format prints the ID for every verb.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// LogValue logs the ID.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText returns the ID: a key leaves the process only through NewKey.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
