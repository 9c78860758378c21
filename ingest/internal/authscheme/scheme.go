// Package authscheme knows the schemes of the Authorization header (RFC 9110 section 11) and how their credentials are
// written.
package authscheme

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Scheme is an authentication scheme and how its credentials are written (IANA HTTP Authentication Scheme Registry,
// and what providers use besides).
type Scheme struct {
	Name string
	Kind string
	Form Form
}

// Form is the notation of a scheme's credentials.
type Form uint8

// The forms.
const (
	Token  Form = iota // one token
	Basic              // base64 of user:password (RFC 7617)
	Pair               // id:proof
	Params             // name=value, name="value" (RFC 9110 section 11.2)
)

var table = []Scheme{
	{"bearer", "bearer", Token}, {"basic", "password", Basic}, {"digest", "digest", Params},
	{"token", "token", Token}, {"apikey", "api_key", Token}, {"api-key", "api_key", Token},
	{"key", "api_key", Token}, {"dpop", "bearer", Token}, {"jwt", "jwt", Token},
	{"negotiate", "negotiate", Token}, {"ntlm", "negotiate", Token}, {"kerberos", "negotiate", Token},
	{"aws4-hmac-sha256", "signature", Params}, {"aws4-ecdsa-p256-sha256", "signature", Params},
	{"aws", "signature", Pair}, {"signature", "signature", Params}, {"oauth", "oauth", Params},
	{"hawk", "signature", Params}, {"mac", "signature", Params}, {"hmac", "signature", Params},
	{"sharedkey", "signature", Pair}, {"sharedkeylite", "signature", Pair},
	{"sharedaccesssignature", "signature", Params}, {"splunk", "token", Token}, {"geniekey", "api_key", Token},
	{"ssws", "token", Token}, {"bot", "token", Token}, {"gnap", "token", Token},
	{"privatetoken", "token", Token}, {"googlelogin", "token", Params}, {"vapid", "jwt", Params},
	{"scram-sha-256", "scram", Params}, {"scram-sha-1", "scram", Params}, {"hoba", "signature", Params},
	{"x-api-key", "api_key", Token}, {"klaviyo-api-key", "api_key", Token}, {"discogs", "token", Params},
	{"goog1", "signature", Pair}, {"oss", "signature", Pair}, {"cos", "signature", Pair}, {"sso-key", "api_key", Pair},
	{"deepl-auth-key", "api_key", Token}, {"authkey", "api_key", Token}, {"accesskey", "api_key", Token},
}

// MaxName bounds the length of a scheme's name.
const MaxName = 24

// At returns the scheme that b starts with and where what follows it starts, 0 if b starts with none.
func At(b []byte) (*Scheme, int) {
	n := 0
	for n < len(b) && n < MaxName && (ascii.IsAlnum(b[n]) || b[n] == '-') {
		n++
	}
	if n < 3 || n >= len(b) || b[n] != ' ' && b[n] != '+' && b[n] != '\t' && (b[n] != ':' || n+1 >= len(b) || b[n+1] != ' ') {
		return nil, 0
	}
	for i := range table {
		if s := &table[i]; len(s.Name) == n && bytes.EqualFold(b[:n], []byte(s.Name)) {
			n++
			for n < len(b) && (b[n] == ' ' || b[n] == '\t') {
				n++
			}
			return s, n
		}
	}
	return nil, 0
}

// IsName reports whether b is the name of a scheme without credentials.
func IsName(b []byte) bool {
	if len(b) > MaxName {
		return false
	}
	for i := range table {
		if bytes.EqualFold(b, []byte(table[i].Name)) {
			return true
		}
	}
	return false
}

// StartsHeader reports whether b, a value whose name is unknown, starts like an Authorization header (RFC 9110 section
// 11.6.2). Schemes that are also words or names of products ("Key", "Bot", "Mac") do not count.
func StartsHeader(b []byte) bool {
	if len(b) < 6 || b[5] != ' ' && (len(b) < 7 || b[6] != ' ') && (len(b) < 10 || b[9] != ' ') { // as long as one of the names below
		return false
	}
	s, _ := At(b)
	if s == nil || b[len(s.Name)] != ' ' {
		return false
	}
	switch s.Name {
	case "bearer", "basic", "token", "digest", "negotiate", "apikey":
		return true
	}
	return false
}

// Len returns how many bytes of b are a scheme and the space after it.
func Len(b []byte) int {
	_, n := At(b)
	return n
}

// IsHeader reports whether name is that of a header with a scheme and credentials.
func IsHeader(name []byte) bool {
	return bytes.EqualFold(name, []byte("authorization")) || bytes.EqualFold(name, []byte("proxy-authorization"))
}

// IsStandIn reports whether a password says that the user is the credential: empty, x, x-oauth-basic (GitHub), api_token
// (Toggl), X (Freshdesk).
func IsStandIn(b []byte) bool {
	switch string(b) {
	case "", "x", "X", "x-oauth-basic", "api_token", "unused":
		return true
	}
	return false
}
