package secret

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Input is a credential as a person or a scanner's report hands it over: a Token that owns its bytes and may have a
// scheme, quotes or encoding around it. It reads itself from JSON and from text.
type Input struct{ Token }

// InputFrom takes a copy of text.
func InputFrom(text []byte) Input { return Input{NewToken(bytes.Clone(text))} }

// UnmarshalJSON reads a text; null, and what is no text, is an empty Input.
func (p *Input) UnmarshalJSON(text []byte) error {
	var s string
	_ = json.Unmarshal(text, &s) // its error may quote the text
	*p = Input{NewToken([]byte(s))}
	return nil
}

// IsEmpty reports whether there is nothing but white space.
func (p Input) IsEmpty() bool { return len(bytes.TrimSpace(p.bytes())) == 0 }

// After returns what stands behind first in p, without the separators between the two: trufflehog writes an id and its
// secret as one. It is empty if p does not begin with first.
func (p Input) After(first Input) Input {
	rest, ok := bytes.CutPrefix(p.bytes(), first.bytes())
	if !ok || first.IsEmpty() {
		return Input{}
	}
	return InputFrom(bytes.TrimLeft(rest, ":;,| \t"))
}

// startOfToken is how many characters of a credential are told apart from a text by chance.
const startOfToken = 12

// StandsIn reports whether text holds the credential, its first 12 characters or more, as it is or percent-encoded.
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

// IsMasked reports whether the credential was taken out or cut before: "REDACTED", "AKIA****", "ghp_ab...". What is left
// has another fingerprint than the credential.
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

// AllOfInput appends to dst the fingerprints of p under every key, as AllOfLine would; of a URL with a password in it
// those of the password as well, which is what logs show.
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
