package secret

import (
	"fmt"
	"io"
	"log/slog"
)

const maskedToken = "[token]"

// Token is a raw credential on its way to its fingerprint. Printing, logging or encoding a Token, or a struct around one,
// shows no byte. The bytes belong to the caller of NewToken.
type Token struct{ b *Opaque[[]byte] }

// NewToken wraps b, which must not change during the use of the Token.
func NewToken(b []byte) Token { return Token{Hide(&b)} }

func (t Token) bytes() []byte {
	if t.b == nil {
		return nil
	}
	return *t.b.Get()
}

// String returns "[token]".
func (t Token) String() string { return maskedToken }

// GoString returns "[token]".
func (t Token) GoString() string { return maskedToken }

// Format prints "[token]" for every verb.
func (t Token) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, maskedToken) }

// LogValue logs "[token]".
func (t Token) LogValue() slog.Value { return slog.StringValue(maskedToken) }

// MarshalText returns "[token]".
func (t Token) MarshalText() ([]byte, error) { return []byte(maskedToken), nil }
