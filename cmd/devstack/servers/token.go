package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
)

const (
	digits    = "0123456789"
	hexDigits = digits + "abcdef"
	letters   = digits + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	urlSafe   = letters + "-_"
)

// mint makes synthetic credentials. The same seed gives the same ones.
type mint struct{ rand *rand.Rand }

func newMint() mint { return mint{rand.New(rand.NewPCG(1, 2026))} }

// text returns n characters of the alphabet. It begins and ends with a letter or digit.
func (m mint) text(n int, alphabet string) string {
	for {
		var b strings.Builder
		for range n {
			b.WriteByte(alphabet[m.rand.IntN(len(alphabet))])
		}
		if s := b.String(); s == strings.Trim(s, "-_") {
			return s
		}
	}
}

// uuid returns a UUID of version 4.
func (m mint) uuid() string {
	s := m.text(18, hexDigits)
	return s[:8] + "-" + s[8:12] + "-4" + s[12:15] + "-a" + s[15:18] + "-" + m.text(12, hexDigits)
}

// jwt returns a token of three parts, signed with a key that nobody keeps.
func (m mint) jwt(subject string) string {
	body := base64url(`{"alg":"HS256","typ":"JWT"}`) + "." +
		base64url(fmt.Sprintf(`{"sub":%q,"iat":1790000000,"exp":1990000000,"jti":%q}`, subject, m.text(20, letters)))
	sum := hmac.New(sha256.New, []byte(m.text(32, letters)))
	sum.Write([]byte(body))
	return body + "." + base64url(string(sum.Sum(nil)))
}

// standard64 returns n random bytes in base64 with characters that URLs escape.
func (m mint) standard64(n int) string {
	for {
		raw := make([]byte, n)
		for i := range raw {
			raw[i] = byte(m.rand.IntN(256))
		}
		s := base64.StdEncoding.EncodeToString(raw)
		if strings.Contains(s, "+") && strings.Contains(s[1:], "/") && s[0] != '/' {
			return s
		}
	}
}

func base64url(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// basic returns what HTTP Basic sends for a user and a password.
func basic(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}
