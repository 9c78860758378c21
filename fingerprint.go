package tokenwarden

import (
	"encoding/hex"
	"errors"
	"fmt"
)

// Fingerprint is HMAC-SHA-256 of a token under a secret key, cut to 128 bits. It is comparable and printable, and
// without the key it can be neither reversed nor guessed. The zero value means "none".
type Fingerprint [16]byte

// IsZero reports whether f is "none".
func (f Fingerprint) IsZero() bool { return f == Fingerprint{} }

// String returns 32 lower-case hexadecimal characters.
func (f Fingerprint) String() string { return hex.EncodeToString(f[:]) }

// AppendText appends the text of String.
func (f Fingerprint) AppendText(dst []byte) ([]byte, error) { return hex.AppendEncode(dst, f[:]), nil }

// MarshalText returns the text of String; none is the empty text.
func (f Fingerprint) MarshalText() ([]byte, error) {
	if f.IsZero() {
		return []byte{}, nil
	}
	return f.AppendText(nil)
}

// UnmarshalText reads the text of MarshalText.
func (f *Fingerprint) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*f = Fingerprint{}
		return nil
	}
	got, err := ParseFingerprint(string(text))
	if err != nil {
		return err
	}
	*f = got
	return nil
}

var errFingerprint = errors.New("fingerprint: want 32 hexadecimal characters")

// ParseFingerprint reads 32 hexadecimal characters. The error never quotes its input: people paste tokens here.
func ParseFingerprint(s string) (Fingerprint, error) {
	var f Fingerprint
	if len(s) != 2*len(f) {
		return f, errFingerprint
	}
	if _, err := hex.Decode(f[:], []byte(s)); err != nil {
		return Fingerprint{}, errFingerprint
	}
	return f, nil
}

// KeyID names the key that made a fingerprint without telling anything about it: the first four bytes of
// HMAC-SHA-256(key, "tokenwarden key id"). The zero value means "none".
type KeyID [4]byte

// String returns eight lower-case hexadecimal characters.
func (k KeyID) String() string { return hex.EncodeToString(k[:]) }

// MarshalText returns the text of String.
func (k KeyID) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads eight hexadecimal characters.
func (k *KeyID) UnmarshalText(text []byte) error {
	if len(text) != 2*len(k) {
		return fmt.Errorf("key id: want %d hexadecimal characters", 2*len(k))
	}
	if _, err := hex.Decode(k[:], text); err != nil {
		return fmt.Errorf("key id: want %d hexadecimal characters", 2*len(k))
	}
	return nil
}
