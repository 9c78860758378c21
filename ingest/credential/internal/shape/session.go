package shape

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// sessionForm is how a web framework writes a session into a cookie: a fixed start, and how long the value is at least, in bytes.
type sessionForm struct {
	start string
	least int
}

// sessionForms start with what nothing else starts with. Source: the documentation or the source of the framework beside each;
// 2026-12-01.
var sessionForms = [...]sessionForm{
	{"s:", 60},        // Express: cookie-signature, s:ID.SIGNATURE
	{"Fe26.2*", 120},  // hapi: iron
	{"SFMyNTY.", 60},  // Phoenix: Plug.Crypto, the base64 of HS256
	{"CfDJ8", 80},     // ASP.NET Core: data protection
	{"2|1:0|10:", 90}, // Tornado: signed values, version 2
	{"node0", 30},     // Jetty: node0ID.node0
}

const (
	phpSession    = 26 // characters of 0-9 and a-v: session.sid_bits_per_character 5, PHP manual
	tomcatSession = 32 // capital hexadecimal digits before the route: Tomcat, "jvmRoute"
	hmacSHA1      = 27 // characters of base64 without padding: itsdangerous, django.core.signing
	hmacSHA256    = 43
	railsSHA1     = 40 // hexadecimal digits: ActiveSupport::MessageVerifier
	railsTag      = 24 // characters of base64: ActiveSupport::MessageEncryptor, AES-256-GCM
	goSession     = 64 // base64 of MOMENT|VALUE|MAC: gorilla/securecookie
)

// MayBeSession is a fast test for the value of a cookie, perhaps percent-encoded, that IsSession accepts when it is decoded.
func MayBeSession(b []byte) bool {
	return len(b) >= phpSession && (bytes.IndexByte(b, '%') < 0 || bytes.Contains(b, []byte("--")) || ascii.HasAt(b, 0, "s%3A") ||
		ascii.HasAt(b, 0, "2%7C1") || ascii.HasAt(b, 0, "Fe26.2") || ascii.HasAt(b, 0, "MT") ||
		hasColonBefore(b, hmacSHA1) || hasColonBefore(b, hmacSHA256))
}

// hasColonBefore reports whether an encoded colon stands before the last n bytes of b.
func hasColonBefore(b []byte, n int) bool {
	i := len(b) - n - len("%3A")
	return i > 0 && ascii.HasAt(b, i, "%3A")
}

// IsSession reports whether b, the decoded value of a cookie, has a form in which web frameworks write sessions, whatever the cookie is
// called.
func IsSession(b []byte) bool {
	if len(b) < phpSession {
		return false
	}
	if c := b[0]; c == 's' || c == 'F' || c == 'S' || c == 'C' || c == '2' || c == 'n' { // the first bytes of the forms
		for i := range sessionForms {
			if ascii.HasAt(b, 0, sessionForms[i].start) {
				return len(b) >= sessionForms[i].least && Count(b).Digit > 0
			}
		}
	}
	return isPHPSession(b) || isTomcatSession(b) || isSignedBy(b, '.', hmacSHA1) || isSignedBy(b, ':', hmacSHA1) ||
		isSignedBy(b, ':', hmacSHA256) || isRailsMessage(b) || isSecureCookie(b)
}

func isPHPSession(b []byte) bool {
	if len(b) != phpSession {
		return false
	}
	digits := 0
	for _, c := range b {
		if c > 'v' || !ascii.IsDigit(c) && !ascii.IsLower(c) {
			return false
		}
		if ascii.IsDigit(c) {
			digits++
		}
	}
	return digits >= 3 && digits < phpSession-6 && IsScrambled(b)
}

func isTomcatSession(b []byte) bool {
	if len(b) < tomcatSession+2 || b[tomcatSession] != '.' {
		return false
	}
	for _, c := range b[:tomcatSession] {
		if !ascii.IsDigit(c) && (c < 'A' || c > 'F') {
			return false
		}
	}
	return Of(b[:tomcatSession]) == Hex
}

// isSignedBy reports whether b is VALUE, a moment in base62 or base64 and a signature of size characters, separated by joint.
func isSignedBy(b []byte, joint byte, size int) bool {
	i := len(b) - size - 1
	if i < 16 || b[i] != joint {
		return false
	}
	k := bytes.LastIndexByte(b[:i], joint)
	return k > 0 && i-k-1 >= 5 && i-k-1 <= 7 && Of(b[i+1:]) == Random
}

// isRailsMessage reports whether b is VALUE--HMAC or VALUE--NONCE--TAG.
func isRailsMessage(b []byte) bool {
	if i := len(b) - railsSHA1; i > 20 && b[i-1] == '-' && b[i-2] == '-' {
		return Of(b[i:]) == Hex
	}
	i := len(b) - railsTag
	return i > 40 && b[i-1] == '-' && b[i-2] == '-' && bytes.HasSuffix(b, []byte("==")) && bytes.Contains(b[:i-2], []byte("--"))
}

// isSecureCookie reports whether b is base64 of a moment since 2001 and a vertical bar.
func isSecureCookie(b []byte) bool {
	if len(b) < goSession || b[0] != 'M' || b[1] != 'T' {
		return false
	}
	var text [12]byte
	for i := range 4 { // four characters hold three bytes
		var word uint32
		for _, c := range b[4*i : 4*i+4] {
			word = word<<6 | base64Value(c)
		}
		text[3*i], text[3*i+1], text[3*i+2] = byte(word>>16), byte(word>>8), byte(word)
	}
	for _, c := range text[:10] {
		if !ascii.IsDigit(c) {
			return false
		}
	}
	return text[10] == '|'
}

// base64Value returns the six bits of a character of base64, 0 for another one.
func base64Value(c byte) uint32 {
	switch {
	case ascii.IsUpper(c):
		return uint32(c - 'A')
	case ascii.IsLower(c):
		return uint32(c-'a') + 26
	case ascii.IsDigit(c):
		return uint32(c-'0') + 52
	case c == '+' || c == '-':
		return 62
	case c == '/' || c == '_':
		return 63
	}
	return 0
}
