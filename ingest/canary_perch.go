package ingest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// placement is a text for a field with {} where the token goes. Nothing in it needs an escape in any format.
type placement struct {
	name string
	text string
	any  bool // the place calls for a secret; else only what speaks for itself is one there
}

// encodings are how a token is written at its place.
const (
	encodingRaw     = "raw"
	encodingPercent = "percent" // every byte
	encodingTwice   = "percent_twice"
	encodingBase64  = "base64"
)

var queryPlacements = []placement{
	{"query", "page=2&access_token={}&sort=asc", true},
	{"query_camel", "clientSecret={}", true},
	{"nested", "next=%2Fcanary%3Fpage%3D2%26api_key%3D{}", true},
	{"json", "variables=%7B%22password%22%3A%22{}%22%7D", true},
	{"base64_json", "state={}", true},
	{"query_any", "q={}", false},
}

var pathPlacements = []placement{
	{"path", "/canary/reset-password/{}", true},
	{"webhook", "/api/webhooks/4711/{}", true},
	{"segment", "/canary/{}/edit", false},
}

// placementsIn are the places in the kinds of field.
var placementsIn = func() (t [len(fieldKinds)][]placement) {
	query := behind("/canary?", queryPlacements)
	target := append(append([]placement{{"matrix", "/canary;jsessionid={}?page=2", true}}, query...), pathPlacements...)
	url := append(behind("https://canary.example", target),
		placement{"userinfo", "https://canary:{}@canary.example/", true}, placement{"fragment", "https://canary.example/#id_token={}", true})
	t[record.KindTarget], t[record.KindPath], t[record.KindQuery] = target, pathPlacements, queryPlacements
	t[record.KindURL], t[record.KindReferer] = url, url
	t[record.KindCookies] = []placement{{"cookie", "session={}", true}, {"cookie_any", "theme={}", false}}
	bare := []placement{{"value", "{}", false}}
	t[record.KindHeader] = append(bare, placement{"bearer", "Bearer {}", true})
	t[record.KindCookie], t[record.KindParam], t[record.KindUser] = bare, bare, bare
	t[record.KindUserAgent], t[record.KindText] = bare, bare
	return t
}()

func behind(prefix string, list []placement) []placement {
	out := make([]placement, len(list))
	for i, x := range list {
		out[i] = placement{x.name, prefix + x.text, x.any}
	}
	return out
}

// perch is one canary: what token stands where, and how. It says nothing of the token.
type perch struct {
	placement
	field, kind, encoding string
	token, secret         string // the token, and it without the type prefix that the policy may keep
	needles               [][]byte
}

// draw makes a token for a place.
func (c *canary) draw(at placement) perch {
	x := perch{placement: at, encoding: encodingRaw}
	x.kind, x.token, x.secret = c.mint(at.any)
	switch {
	case at.name == "base64_json":
		x.encoding = encodingBase64
	case at.name == "nested":
		x.encoding = []string{encodingRaw, encodingTwice}[c.random.IntN(2)]
	case strings.HasPrefix(at.name, "query"), at.name == "path", at.name == "matrix", at.name == "userinfo":
		x.encoding = []string{encodingRaw, encodingPercent}[c.random.IntN(2)]
	}
	for _, form := range []string{x.secret, encoded(x.secret, encodingPercent), encoded(x.secret, encodingTwice), x.base64(), encoded(x.secret, encodingBase64)} {
		x.needles = append(x.needles, []byte(form[:len(form)/2]), []byte(form[len(form)/2:]))
	}
	return x
}

// text is the content of a field: the placement, with what separates scheme and token in raw.
func (x *perch) text(raw []byte) string {
	token := encoded(x.token, x.encoding)
	if x.encoding == encodingBase64 {
		token = x.base64()
	}
	text := strings.Replace(x.placement.text, "{}", token, 1)
	if x.name == "bearer" && bytes.IndexByte(raw, ' ') < 0 { // W3C logs write a space as a plus
		text = strings.Replace(text, " ", "+", 1)
	}
	return text
}

func (x *perch) base64() string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"page":2,"access_token":"` + x.token + `"}`))
}

// stands tells whether half of the token or more stands in out, in any of the encodings.
func (x *perch) stands(out []byte) bool {
	for _, needle := range x.needles {
		if bytes.Contains(out, needle) {
			return true
		}
	}
	return false
}

func encoded(s, encoding string) string {
	switch encoding {
	case encodingPercent, encodingTwice:
		format := "%%%02X"
		if encoding == encodingTwice {
			format = "%%25%02X"
		}
		var b strings.Builder
		for i := range len(s) {
			_, _ = fmt.Fprintf(&b, format, s[i])
		}
		return b.String()
	case encodingBase64:
		return base64.RawURLEncoding.EncodeToString([]byte(s))
	}
	return s
}

const (
	lowerHex = "0123456789abcdef"
	alnum    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// mint makes a token of a drawn kind: of no format, where the place calls for a secret, or of one. A canary tests the way
// of a line, not the limits of telling chance from words: none of them can pass for words by accident, as one in 1,750
// alphanumeric tokens of 32 characters does in a path.
func (c *canary) mint(any bool) (kind, token, secret string) {
	n := 5
	if any {
		n += 3
	}
	prefix := ""
	switch c.random.IntN(n) {
	case 0:
		kind, prefix, secret = "jwt", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))+".",
			base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"`+c.of(lowerHex, 12)+`"}`))+"."+c.of(alnum, 43)
	case 1:
		kind, prefix, secret = "gitlab_pat", "gl"+"pat-", c.of(alnum, 20)
	case 2:
		kind, prefix, secret = "stripe_key", "sk_"+"live_", c.of(alnum, 24)
	case 3:
		kind, prefix, secret = "slack_token", "xox"+"b-", c.of("123456789", 12)+"-"+c.of("123456789", 12)+"-"+c.of(alnum, 24)
	case 4:
		kind, prefix, secret = "aws_access_key_id", "AK"+"IA", c.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 15)+"7"
	case 5:
		kind, secret = "hex", c.of(lowerHex, 40)
	case 6:
		kind = "alphanumeric"
		for range 8 {
			secret += c.of(alnum, 3) + c.of("0123456789", 1)
		}
	default:
		kind, secret = "base64url", c.of(alnum+"-_", 43)
	}
	return kind, prefix + secret, secret
}

func (c *canary) of(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[c.random.IntN(len(alphabet))]
	}
	return string(b)
}
