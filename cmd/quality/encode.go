package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// pct is encodeURIComponent.
func pct(s string) string {
	return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(url.QueryEscape(s))
}

func pctAll(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

// jsonText is s as it stands between the quotes of a JSON string.
func jsonText(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	out := strings.TrimSpace(b.String())
	return out[1 : len(out)-1]
}

// cut is what is left of an encoded token when a line breaks off: two thirds, not in the middle of an escape.
func cut(s string) string {
	s = s[:len(s)*2/3]
	if i := strings.LastIndexByte(s, '%'); i >= 0 && i > len(s)-3 {
		s = s[:i]
	}
	return s
}

var encoders = map[string]func(string) string{
	"raw":           func(s string) string { return s },
	"pct":           pct,
	"pct2":          func(s string) string { return pct(pct(s)) },
	"pct3":          func(s string) string { return pct(pct(pct(s))) },
	"json":          jsonText,
	"pct2json":      func(s string) string { return pct(jsonText(s)) },
	"pct_all":       func(s string) string { return pctAll(s, "%%%02X") },
	"pct_all_lower": func(s string) string { return pctAll(s, "%%%02x") },
	"pct_first":     func(s string) string { n := min(4, len(s)); return pctAll(s[:n], "%%%02X") + pct(s[n:]) },
	"b64":           func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"b64url":        func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"b64_basic":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte("svc:" + s)) },
	"b64_user":      func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s + ":")) },
	"cut":           func(s string) string { return cut(pct(s)) }, // the line ends here
	"cut_field":     func(s string) string { return cut(pct(s)) }, // the writer of the log cut the field, not the line
}

// marker stands in a template where the credential will be.
const marker = "QZMARKERZQ"

// fill returns the template with marker in the credential's place, and what is to stand there for t.
func (p placement) fill(t token) (text, encoded string, err error) {
	encode := encoders[p.Encoding]
	if encode == nil {
		return "", "", fmt.Errorf("placement %q: unknown encoding %q", p.Kind, p.Encoding)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	for slot, value := range map[string]func() string{
		"{TOKEN}":    func() string { return encode(t.text) },
		"{B64JSON}":  func() string { return b64([]byte(`{"user":"bob","token":"` + jsonText(t.text) + `"}`)) },
		"{B64QUERY}": func() string { return b64([]byte("user=bob&token=" + pct(t.text))) },
	} {
		if strings.Contains(p.Template, slot) {
			return strings.Replace(p.Template, slot, marker, 1), value(), nil
		}
	}
	return "", "", fmt.Errorf("placement %q: no place for the token", p.Kind)
}

// forms are the ways in which text could still be read from a line.
func forms(text string) []string {
	once := pct(text)
	twice := pct(once)
	out := []string{text, once, twice, pct(twice), jsonText(text), pctAll(text, "%%%02X"), pctAll(text, "%%%02x"), pctAll(text, `\x%02X`)}
	out = append(out, base64.RawStdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)))
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

// leaks tells whether t, which stands in the line as encoded, can still be read from out.
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

// partRun is how many characters of a token in a row count as a part of it that was left.
const partRun = 16

// leaksPart tells whether a stretch of the credential is left in out.
func leaksPart(out, encoded string) bool {
	for i := 0; i+partRun <= len(encoded); i++ {
		if strings.Contains(out, encoded[i:i+partRun]) {
			return true
		}
	}
	return false
}
