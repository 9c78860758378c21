// Package credentialtest writes tokens as clients and logs write them, for tests and for the measuring of quality.
package credentialtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Percent is encodeURIComponent of ECMAScript.
func Percent(s string) string {
	return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(url.QueryEscape(s))
}

// PercentAll writes every byte in the format, one of fmt with one verb: "%%%02X" is percent-encoding.
func PercentAll(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

// JSONText is s as it stands between the quotes of a JSON string.
func JSONText(s string) string {
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

// Encoders are the ways in which a client or a log writes a token, by the names that placements use.
var Encoders = map[string]func(string) string{
	"raw":           func(s string) string { return s },
	"pct":           Percent,
	"pct2":          func(s string) string { return Percent(Percent(s)) },
	"pct3":          func(s string) string { return Percent(Percent(Percent(s))) },
	"json":          JSONText,
	"pct2json":      func(s string) string { return Percent(JSONText(s)) },
	"pct_all":       func(s string) string { return PercentAll(s, "%%%02X") },
	"pct_all_lower": func(s string) string { return PercentAll(s, "%%%02x") },
	"pct_first":     func(s string) string { n := min(4, len(s)); return PercentAll(s[:n], "%%%02X") + Percent(s[n:]) },
	"b64":           func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"b64url":        func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"b64_basic":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte("svc:" + s)) },
	"b64_user":      func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s + ":")) },
	"cut":           func(s string) string { return cut(Percent(s)) }, // the line ends here
	"cut_field":     func(s string) string { return cut(Percent(s)) }, // the writer of the log cut the field, not the line
}
