package shape

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// IsStandIn reports whether all of b is a template or another program's mask. A value with further text is no stand-in.
func IsStandIn(b []byte) bool { return len(b) == 0 || standsIn[b[0]] && (IsTemplate(b) || IsMask(b)) }

// standsIn marks the first bytes of stand-ins.
var standsIn = ascii.Set("{<[($%*_-#.xX\xe2Rr")

// maxStandIn is the length of the longest stand-in, in bytes.
const maxStandIn = 64

// IsTemplate reports whether all of b is a template: {name}, {{name}}, <name>, ${NAME}, %NAME% or a format (%s, %(token)s).
// A name in single braces or angle brackets must describe its value ({token}, <your-api-key>): {hunter} is a chosen
// password, as are $ecret, :hunter and *hunter*.
func IsTemplate(b []byte) bool {
	n := len(b)
	if n < 2 || n > maxStandIn {
		return false
	}
	switch {
	case b[0] == '$' && b[1] == '{' && b[n-1] == '}':
		return isName(b[2:n-1]) && Of(b[2:n-1]) < Hex
	case b[0] == '{' && b[1] == '{' && bytes.HasSuffix(b, []byte("}}")) && n > 4:
		return isName(bytes.Trim(b[2:n-2], " ")) && Of(b[2:n-2]) < Hex
	case b[0] == '%' && b[n-1] == '%' && n > 2:
		return isName(b[1:n-1]) && isUpperName(b[1:n-1])
	case b[0] == '%' && (n == 2 || b[1] == '(' && b[n-2] == ')'):
		return ascii.IsAlpha(b[n-1])
	case b[0] == '{' && b[n-1] == '}', b[0] == '<' && b[n-1] == '>':
		return isName(b[1:n-1]) && saysWhat(b[1:n-1])
	}
	return false
}

// isName reports whether b is an identifier, its words joined by - _ . or spaces.
func isName(b []byte) bool {
	for i, c := range b {
		if !ascii.IsAlpha(c) && (i == 0 || !ascii.IsDigit(c)) && c != '_' && c != '-' && c != '.' && c != ' ' {
			return false
		}
	}
	return len(b) > 0
}

func isUpperName(b []byte) bool {
	for _, c := range b {
		if ascii.IsLower(c) {
			return false
		}
	}
	return true
}

// templateWords describe a value in a template. Chosen by hand, 2026-11-30.
var templateWords = [...]string{
	"token", "secret", "password", "passwd", "pwd", "pass", "key", "code", "auth", "session", "cookie", "jwt", "bearer",
	"credential", "hash", "signature", "otp", "pin", "user", "name", "id", "value", "string", "insert", "placeholder", "your", "env",
	"hidden", "redacted", "masked", "filtered", "removed",
}

// saysWhat reports whether b holds one of templateWords.
func saysWhat(b []byte) bool {
	var buf [maxStandIn]byte
	low := buf[:copy(buf[:], b)]
	for i, c := range low {
		low[i] = ascii.ToLower(c)
	}
	for _, w := range templateWords {
		if bytes.Contains(low, []byte(w)) {
			return true
		}
	}
	return false
}

// noCredentials are values in the place of a credential that grant nothing, beside stand-ins. Chosen by hand, 2026-11-30. The last
// begins the SHA-256 of nothing: Caddy's filter writes it where it hashes a parameter (Caddy, "log", query filter, hash; 2026-12-01).
var noCredentials = ascii.Words(`true false null none undefined 0 1 - : e3b0c442`)

// IsNoCredential reports whether b is one of noCredentials or a stand-in. The list is closed.
func IsNoCredential(b []byte) bool {
	return isOneOf(b, noCredentials) || IsStandIn(b)
}

// states are what programs write under the name of a credential about it (?password=changed, token=missing) and documents in
// its place (YOUR_API_KEY). Chosen by hand from texts without a credential, 2026-12-01. The list is closed.
var states = ascii.Words(`yes no on off nil nan required optional enabled disabled missing empty valid invalid expired incorrect wrong
	deleted set unset ok error sent resend reset changed forgot forgotten lost active inactive no_data ?
	your_api_key your-api-key your_token your-token your_access_token access_token api_key`)

// IsState reports whether b is one of states.
func IsState(b []byte) bool {
	if i := bytes.IndexByte(b, ';'); i > 0 { // X-GitHub-OTP: required; app
		b = b[:i]
	}
	return isOneOf(b, states)
}

// IsVisitor reports whether b is what sites write in the session cookie of visitors without an account.
func IsVisitor(b []byte) bool { return string(b) == "guest" || string(b) == "anonymous" }

// maxWord is the length of the longest of noCredentials and states, in bytes.
const maxWord = len("your_access_token")

// isOneOf reports whether b, in lower case, is one of words.
func isOneOf(b []byte, words map[string]bool) bool {
	if len(b) > maxWord {
		return false
	}
	var buf [maxWord]byte
	for i, c := range b {
		buf[i] = ascii.ToLower(c)
	}
	return words[string(buf[:len(b)])]
}

// IsMask reports whether all of b is a program's mask of a secret: ***, XXXX, [Filtered], __REDACTED__.
func IsMask(b []byte) bool { return isRepeatedMask(b) || isMaskWord(b) }

// isRepeatedMask reports whether b is one mask character, repeated. A bullet takes three bytes.
func isRepeatedMask(b []byte) bool {
	if len(b) < 3 {
		return false
	}
	size := 1
	switch b[0] {
	case '*', 'x', 'X', '#', '.', '-', '_', '?':
	case 0xe2: // the bullets and blocks of U+2022, U+25CF and U+2588
		size = 3
	default:
		return false
	}
	for i := size; i < len(b); i++ {
		if b[i] != b[i-size] {
			return false
		}
	}
	return len(b)%size == 0
}

// maskWords are masks of programs. Source: the replacement texts of the programs in names_defaults_test.go; 2026-11-30.
var maskWords = ascii.Words(`redacted redact filtered masked hidden removed sanitized sanitised scrubbed obfuscated censored omitted
	suppressed secret password token protected redacted.guard`)

// isMaskWord reports whether b is a word of masks, alone or within brackets, stars or underscores.
func isMaskWord(b []byte) bool {
	word := bytes.Trim(b, "[]<>(){}*_-# ")
	var buf [16]byte
	if len(word) == 0 || len(word) > len(buf) {
		return false
	}
	for i, c := range word {
		buf[i] = ascii.ToLower(c)
	}
	return maskWords[string(buf[:len(word)])] && (len(word) < len(b) || buf[0] == 'r')
}

// noPasswords are states and options in the place of a password. Chosen by hand, 2026-11-23.
var noPasswords = ascii.Words(`true false null none nil undefined nan yes no on off required optional enabled disabled reset
	forgot forgotten lost change changed new old show hide hidden visible strict basic weak medium strong default empty
	set unset valid invalid expired incorrect wrong missing ok error password passwd redacted masked filtered secret
	removed sanitized string text value`)

// IsNoPassword reports whether b, the value of a password's name, is no password.
func IsNoPassword(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if b[0] == '/' && len(b) > 1 && ascii.IsAlpha(b[1]) && isOrdinary(b, Count(b)) { // pwd=/home/bob
		return true
	}
	if len(b) <= 2 || len(b) == 3 && ascii.IsDigit(b[0]) && ascii.IsDigit(b[1]) && ascii.IsDigit(b[2]) || IsTemplate(b) || IsMask(b) {
		return true
	}
	if len(b) <= 12 {
		var buf [12]byte
		for i, c := range b {
			buf[i] = ascii.ToLower(c)
		}
		return noPasswords[string(buf[:len(b)])]
	}
	return false
}

// keyedDigests begin the digests that a program makes of credentials under a key of its own, to name them in its log without
// showing them: HashiCorp Vault, "Audit devices", "Sensitive information"; 2026-12-01.
var keyedDigests = [...]string{"hmac-sha256:", "hmac-sha512:"}

// IsKeyedDigest reports whether all of b is a keyed digest: its algorithm and hexadecimal digits.
func IsKeyedDigest(b []byte) bool {
	if len(b) == 0 || b[0] != 'h' {
		return false
	}
	for _, start := range keyedDigests {
		if digest, ok := bytes.CutPrefix(b, []byte(start)); ok {
			return (len(digest) == 64 || len(digest) == 128) && Of(digest) == Hex
		}
	}
	return false
}
