package main

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
)

// marker stands in a template where the credential will be.
const marker = "QZMARKERZQ"

// fill returns the template with marker in the credential's place, and the form of t to put there.
func (p placement) fill(t token) (text, encoded string, err error) {
	encode := credentialtest.Encoders[p.Encoding]
	if encode == nil {
		return "", "", fmt.Errorf("placement %q: unknown encoding %q", p.Kind, p.Encoding)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	for slot, value := range map[string]func() string{
		"{TOKEN}":    func() string { return encode(t.text) },
		"{B64JSON}":  func() string { return b64([]byte(`{"user":"bob","token":"` + credentialtest.JSONText(t.text) + `"}`)) },
		"{B64QUERY}": func() string { return b64([]byte("user=bob&token=" + credentialtest.Percent(t.text))) },
	} {
		if strings.Contains(p.Template, slot) {
			return strings.Replace(p.Template, slot, marker, 1), value(), nil
		}
	}
	return "", "", fmt.Errorf("placement %q: no place for the token", p.Kind)
}

// forms returns the encodings in which text could still be read from a line.
func forms(text string) []string {
	once := credentialtest.Percent(text)
	twice := credentialtest.Percent(once)
	out := []string{
		text, once, twice, credentialtest.Percent(twice), credentialtest.JSONText(text),
		credentialtest.PercentAll(text, "%%%02X"), credentialtest.PercentAll(text, "%%%02x"), credentialtest.PercentAll(text, `\x%02X`),
		base64.RawStdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)),
	}
	if len(text) < 12 {
		return out
	}
	// Inside a longer base64 text the token begins at one of three offsets; its first and last characters mix with
	// what stands around it.
	for shift := range 3 {
		b := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + text))
		core := b[4 : len(b)-4]
		out = append(out, core, strings.NewReplacer("+", "-", "/", "_").Replace(core))
	}
	return out
}

var escapes = regexp.MustCompile(`%[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}`)

// unescape undoes one layer of percent-encoding, of a log's \xHH and of JSON's \u00HH.
func unescape(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(e string) string {
		b, _ := strconv.ParseUint(e[len(e)-2:], 16, 8)
		return string([]byte{byte(b)})
	})
}

// leaks reports whether t can still be read from out. encoded is the form in which the line held it.
func leaks(out string, t token, encoded string) bool {
	if strings.Contains(out, encoded) {
		return true
	}
	for range 5 {
		for _, f := range t.forms {
			if strings.Contains(out, f) {
				return true
			}
		}
		next := unescape(out)
		if next == out {
			return false
		}
		out = next
	}
	return false
}

// partRun is the least length of a part of a token that counts as leaked.
const partRun = 16

// leaksPart reports whether out holds partRun characters of the credential in a row.
func leaksPart(out, encoded string) bool {
	for i := 0; i+partRun <= len(encoded); i++ {
		if strings.Contains(out, encoded[i:i+partRun]) {
			return true
		}
	}
	return false
}
