package authscheme

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Some logs write the Authorization header where others write the user. IsInUser and IsInAuth tell the two apart by the raw
// bytes of the value, with or without escapes.

// IsInUser reports whether b, the value of a column or key for a user, is the value of an Authorization header: a scheme with
// credentials behind it. "Token Ring" and "Basic User" are names.
func IsInUser(b []byte) bool {
	name, rest := split(b)
	switch {
	case len(rest) == 0:
		return false
	case !IsName(name):
		return bytes.Contains(rest, []byte(`="`)) || bytes.Contains(rest, []byte(`=\`)) ||
			len(rest) >= minProof && changes(rest) >= minChanges
	case !wordSchemes[string(bytes.ToLower(name))] || bytes.IndexByte(rest, '=') >= 0:
		return true
	case bytes.IndexByte(rest, ' ') >= 0 || bytes.IndexByte(rest, '@') >= 0:
		return false
	}
	return len(rest) >= minProof || len(rest) >= minProof/2 && changes(rest) > 0
}

// IsInAuth is IsInUser for a key that names the header as often as the user: any scheme with text behind it counts, and so
// does one word too random for a name, or with a sign that passwords have and names of users do not.
func IsInAuth(b []byte) bool {
	if name, rest := split(b); len(rest) > 0 && (IsName(name) || IsInUser(b)) {
		return true
	}
	if len(b) >= 4 && bytes.IndexByte(b, ' ') < 0 && bytes.ContainsAny(b, passwordSigns) {
		return true
	}
	return len(b) >= minProof+4 && changes(b) >= 2*minChanges
}

const passwordSigns = "!#^*?~&|;"

const (
	minProof   = 16 // length of a word that is longer than a name
	minChanges = 2  // changes between letters and digits in a word that no one chose
)

// wordSchemes are schemes that also are words or products, with which names of users begin.
var wordSchemes = ascii.Words(`key bot mac token basic signature digest splunk hawk kerberos aws oss cos oauth jwt gnap
	discogs hoba vapid hmac`)

// split returns the scheme's name at the start of b and the text behind the space, nothing without a space.
func split(b []byte) (name, rest []byte) {
	for _, quote := range [...]string{`"`, `'`, `\"`, `\x22`, `\u0022`, `%22`} {
		if bytes.HasPrefix(b, []byte(quote)) {
			b = b[len(quote):]
			break
		}
	}
	n := 0
	for n < len(b) && n <= MaxName && ascii.Class[b[n]]&ascii.Run != 0 {
		n++
	}
	if n < 2 || n > MaxName || n == len(b) {
		return nil, nil
	}
	for _, space := range [...]string{" ", "\t", "+", `\t`, `\x09`, `\u0009`, `\x20`, `\u0020`, "%20", "%09", ": "} {
		if bytes.HasPrefix(b[n:], []byte(space)) && (space != "+" || IsName(b[:n])) { // bob+shop@example.com
			return b[:n], bytes.TrimLeft(b[n+len(space):], " ")
		}
	}
	return nil, nil
}

// changes returns how often letters and digits change in b, 0 for several words, an address and a pair.
func changes(b []byte) int {
	n := 0
	for i, c := range b {
		switch {
		case c == ' ' || c == '@' || c == '=' && i+2 < len(b):
			return 0
		case i > 0 && (ascii.IsDigit(c) && ascii.IsAlpha(b[i-1]) || ascii.IsAlpha(c) && ascii.IsDigit(b[i-1])):
			n++
		}
	}
	return n
}
