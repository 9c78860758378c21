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

// KeySize is how many bytes of randomness a key holds: as much as HMAC-SHA-256 can use (RFC 2104 section 3).
const KeySize = 32

// keyPrefix begins the text of a key, so that people and secret scanners recognise it.
const keyPrefix = "twk1_"

var keyEncoding = base64.RawURLEncoding.Strict()

var errKey = errors.New("key: want one line, twk1_ and 43 base64url characters: make one with `tokenwarden key new`")

// Key is the secret under which fingerprints are made. Its bytes are behind a veil and it prints as its ID only.
// The zero Key holds nothing and cannot be used.
type Key struct {
	secret *Opaque[[KeySize]byte]
	id     tokenwarden.KeyID
}

// ParseKey reads the content of a key file: one line, "twk1_" and 32 bytes in base64url without padding; white space
// around it is ignored. Its errors never quote the content.
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

// NewKey makes a key from rand, which is crypto/rand.Reader outside of tests, and returns it with the text that
// ParseKey reads.
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

// ID names the key without telling anything about it.
func (k Key) ID() tokenwarden.KeyID { return k.id }

// IsZero reports whether k holds no key.
func (k Key) IsZero() bool { return k.secret == nil }

// String returns "[key ID]".
func (k Key) String() string { return "[key " + k.id.String() + "]" }

// GoString returns what String returns.
func (k Key) GoString() string { return k.String() }

// Format prints what String returns, whatever the verb.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// LogValue logs what String returns.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText returns what String returns: a key leaves the process only through NewKey.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
