// Package authscheme recognises the schemes of the Authorization header (RFC 9110 section 11) and the syntax of their
// credentials.
package authscheme

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Scheme is an authentication scheme, the kind of its credentials and their syntax.
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

// table lists the schemes in lower case. Source: as named at each group; 2026-11-23, sso-key 2026-11-25.
var table = []Scheme{
	// IANA HTTP Authentication Scheme Registry: RFC 6750, 7617, 7616, 9449, 4559, 5849, 9635, 9577, 8292, 7804, 7486.
	{"bearer", "bearer", Token}, {"basic", "password", Basic}, {"digest", "digest", Params}, {"dpop", "bearer", Token},
	{"negotiate", "negotiate", Token}, {"oauth", "oauth", Params}, {"gnap", "token", Token}, {"privatetoken", "token", Token},
	{"vapid", "jwt", Params}, {"scram-sha-256", "scram", Params}, {"scram-sha-1", "scram", Params}, {"hoba", "signature", Params},

	// Common names without a registration: GitHub (token), Elasticsearch (ApiKey), Atlassian Connect (JWT), Windows (NTLM, Kerberos).
	{"token", "token", Token}, {"apikey", "api_key", Token}, {"api-key", "api_key", Token}, {"x-api-key", "api_key", Token},
	{"key", "api_key", Token}, {"authkey", "api_key", Token}, {"accesskey", "api_key", Token}, {"jwt", "jwt", Token},
	{"ntlm", "negotiate", Token}, {"kerberos", "negotiate", Token},

	// Signed requests: AWS Signature Version 4, 4A and 2, with the storage of Google (GOOG1) and Alibaba Cloud (OSS) after the last;
	// HTTP Signatures (draft-cavage), Hawk, OAuth MAC (draft-ietf-oauth-v2-http-mac); Azure Storage and Service Bus.
	{"aws4-hmac-sha256", "signature", Params}, {"aws4-ecdsa-p256-sha256", "signature", Params}, {"aws", "signature", Pair},
	{"goog1", "signature", Pair}, {"oss", "signature", Pair}, {"cos", "signature", Pair}, {"signature", "signature", Params},
	{"hawk", "signature", Params}, {"mac", "signature", Params}, {"hmac", "signature", Params},
	{"sharedkey", "signature", Pair}, {"sharedkeylite", "signature", Pair}, {"sharedaccesssignature", "signature", Params},

	// Single products: Splunk HTTP Event Collector, Opsgenie, Okta, Discord bots, Google ClientLogin, Klaviyo, Discogs, GoDaddy,
	// DeepL.
	{"splunk", "token", Token}, {"geniekey", "api_key", Token}, {"ssws", "token", Token}, {"bot", "token", Token},
	{"googlelogin", "token", Params}, {"klaviyo-api-key", "api_key", Token}, {"discogs", "token", Params}, {"sso-key", "api_key", Pair},
	{"deepl-auth-key", "api_key", Token},
}

// MaxName bounds a scheme's name, in bytes.
const MaxName = 24

// At returns the scheme at the start of b and the offset of the credentials behind, nil and 0 without one.
func At(b []byte) (*Scheme, int) {
	n := 0
	for n < len(b) && n < MaxName && (ascii.IsAlnum(b[n]) || b[n] == '-') {
		n++
	}
	if n < 3 || n >= len(b) || b[n] != ' ' && b[n] != '+' && b[n] != '\t' && (b[n] != ':' || n+1 >= len(b) || b[n+1] != ' ') {
		return nil, 0
	}
	for i := range table {
		if s := &table[i]; len(s.Name) == n && s.Name[0] == b[0]|0x20 && bytes.EqualFold(b[:n], []byte(s.Name)) {
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

// StartsHeader reports whether b, a value without a known name, starts with one of unambiguousSchemes (RFC 9110 section
// 11.6.2).
func StartsHeader(b []byte) bool {
	if len(b) < 6 || b[5] != ' ' && (len(b) < 7 || b[6] != ' ') && (len(b) < 10 || b[9] != ' ') { // as long as one of the names below
		return false
	}
	switch b[0] | 0x20 {
	case 'a', 'b', 'd', 'n', 't':
	default:
		return false
	}
	s, _ := At(b)
	if s == nil || b[len(s.Name)] != ' ' {
		return false
	}
	return unambiguousSchemes[s.Name]
}

// unambiguousSchemes are neither words nor names of products, unlike "Key", "Bot" and "Mac"; 2026-11-23.
var unambiguousSchemes = ascii.Words(`bearer basic token digest negotiate apikey`)

// Len returns the length of the scheme at the start of b and the space behind.
func Len(b []byte) int {
	_, n := At(b)
	return n
}

// IsHeader reports whether a header of this name holds a scheme and credentials.
func IsHeader(name []byte) bool {
	return bytes.EqualFold(name, []byte("authorization")) || bytes.EqualFold(name, []byte("proxy-authorization"))
}

// IsStandIn reports whether a password stands in for none, so that the user is the credential.
func IsStandIn(b []byte) bool { return standIns[string(b)] }

// standIns are passwords beside a key as the user: "x" and "X" (Freshdesk), "x-oauth-basic" (GitHub), "api_token" (Toggl),
// "unused"; 2026-11-23.
var standIns = map[string]bool{"": true, "x": true, "X": true, "x-oauth-basic": true, "api_token": true, "unused": true}
