package secret

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Input is a credential from a person or a scanner's report: a Token that owns its bytes, perhaps with a scheme, quotes or
// encoding around.
type Input struct{ Token }

// InputFrom takes a copy of text.
func InputFrom(text []byte) Input { return Input{NewToken(bytes.Clone(text))} }

// UnmarshalJSON reads a JSON string. Any other value gives an empty Input.
func (p *Input) UnmarshalJSON(text []byte) error {
	var s string
	_ = json.Unmarshal(text, &s) // its error may quote the text
	*p = Input{NewToken([]byte(s))}
	return nil
}

// IsEmpty reports whether p is white space only.
func (p Input) IsEmpty() bool { return len(bytes.TrimSpace(p.bytes())) == 0 }

// After returns the rest of p behind first and the separators that follow: trufflehog joins an id and its secret. It is
// empty if p does not begin with first.
func (p Input) After(first Input) Input {
	rest, ok := bytes.CutPrefix(p.bytes(), first.bytes())
	if !ok || first.IsEmpty() {
		return Input{}
	}
	return InputFrom(bytes.TrimLeft(rest, ":;,| \t"))
}

// startOfToken is a length in characters that texts share with a credential only by copying.
const startOfToken = 12

// StandsIn reports whether text holds the credential or its first 12 characters, raw or percent-encoded.
func (p Input) StandsIn(text string) bool {
	token := Canonical(nil, stripWrapping(p.bytes()))
	plain := Canonical(nil, []byte(text))
	for _, t := range [...][]byte{token, bytes.TrimSpace(p.bytes())} {
		start := t[:min(len(t), startOfToken)]
		if len(t) > 0 && (bytes.Contains(plain, start) || strings.Contains(text, string(start))) {
			return true
		}
	}
	return false
}

// IsMasked reports whether the credential was masked or truncated before: "REDACTED", "AKIA****", "ghp_ab...". The rest has
// another fingerprint than the credential.
func (p Input) IsMasked() bool {
	b := bytes.TrimSpace(p.bytes())
	if bytes.Contains(bytes.ToUpper(b), []byte("REDACT")) || bytes.HasSuffix(b, []byte("...")) || bytes.Contains(b, []byte("…")) {
		return true
	}
	run, longest, last := 0, 0, rune(0)
	for _, r := range string(b) {
		if r != last {
			run = 0
		}
		if last = r; strings.ContainsRune("*•●█xX#", r) {
			run++
		}
		longest = max(longest, run)
	}
	return longest >= 4 && 2*longest >= utf8.RuneCount(b) || bytes.Contains(b, []byte("****")) || bytes.ContainsAny(b, "•●█")
}

// AllOfInput appends to dst the fingerprints of p under every key, like AllOfLine. A URL with a password adds those of the
// password, because logs show the password.
func (f Fingerprinter) AllOfInput(dst []Keyed, p Input) []Keyed {
	dst = f.AllOfLine(dst, p.bytes())
	if pass := userinfoPassword(p.bytes()); len(pass) > 0 {
		dst = f.AllOfLine(dst, pass)
	}
	return dst
}

// userinfoPassword returns the password of scheme://user:password@host.
func userinfoPassword(b []byte) []byte {
	_, rest, ok := bytes.Cut(b, []byte("://"))
	if !ok {
		return nil
	}
	if i := bytes.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	at := bytes.LastIndexByte(rest, '@')
	if at < 0 {
		return nil
	}
	_, pass, _ := bytes.Cut(rest[:at], []byte(":"))
	return pass
}
