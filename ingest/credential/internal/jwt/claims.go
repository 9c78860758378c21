package jwt

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/strbuf"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Bounds of the claims kept of a token.
const (
	MaxClaim  = 256 // bytes kept of one claim
	MaxScopes = 64
)

// Claims are the claims of a JWT. Its strings are in the memory of a strbuf.Buffer, its bytes in the memory of the Reader.
type Claims struct {
	Standard                tokenwarden.Claims
	Owner                   string // sub
	Scopes                  []string
	Issuer, Subject, Client []byte // bounded, for the family of the token
	clientID                []byte // where there is no azp
}

// Claims reads the claims of the token b with the parts p (RFC 7519 section 4.1, OpenID Connect Core section 2, RFC 8693
// section 4.2, RFC 9068). They are never verified.
func (r *Reader) Claims(b []byte, p *Parts, t *strbuf.Buffer) (c Claims) {
	c.Standard = tokenwarden.Claims{JWT: true, Alg: t.Keep(p.alg, MaxClaim)}
	if p.Encrypted || p.n < 2 {
		return c
	}
	if p.n == 3 {
		empty := p.part[2][0] == p.part[2][1]
		c.Standard.Unsigned = empty || bytes.EqualFold(p.alg, []byte("none"))
	}
	if p.text != nil {
		b = p.text
	}
	r.json = ascii.AppendBase64(r.json[:0], b[p.part[1][0]:p.part[1][1]], maxPayload)
	s := scanner{b: r.json}
	for s.member() {
		c.read(&s, t)
	}
	if len(c.Client) == 0 {
		c.Client = c.clientID
	}
	c.Standard.ClientID = t.Keep(c.Client, MaxClaim)
	return c
}

// Forget overwrites the remains of the last token.
func (r *Reader) Forget() {
	clear(r.json[:cap(r.json)])
	clear(r.flat[:cap(r.flat)])
}

// read copies one claim.
func (c *Claims) read(s *scanner, t *strbuf.Buffer) {
	switch string(s.key) {
	case "iss":
		c.Issuer = bounded(s.value)
		c.Standard.Issuer = t.Keep(s.value, MaxClaim)
	case "sub":
		c.Subject = bounded(s.value)
		c.Owner = t.Keep(s.value, MaxClaim)
	case "azp":
		c.Client = bounded(s.value)
	case "client_id", "cid", "appid":
		c.clientID = bounded(s.value)
	case "iat":
		c.Standard.IssuedAt = unixSeconds(s.value)
	case "nbf":
		c.Standard.NotBefore = unixSeconds(s.value)
	case "exp":
		c.Standard.Expires = unixSeconds(s.value)
	case "auth_time":
		c.Standard.AuthTime = unixSeconds(s.value)
	case "acr":
		c.Standard.ACR = t.Keep(s.value, MaxClaim)
	case "amr":
		c.Standard.AMR = appendList(t, nil, s)
	case "scope", "scp", "roles", "role", "permissions":
		c.Standard.HasScopes = true
		c.Scopes = appendList(t, c.Scopes, s)
	}
}

// bounded cuts a claim of a family.
func bounded(b []byte) []byte { return b[:min(len(b), 4*MaxClaim)] }

// appendList appends to have the entries of a claim, an array of strings or words in one string, up to maxScopes.
func appendList(t *strbuf.Buffer, have []string, s *scanner) []string {
	from := t.OpenList(have)
	add := func(w []byte) {
		if len(w) > 0 && len(t.Lists)-from < MaxScopes {
			t.Lists = append(t.Lists, t.Keep(w, MaxClaim))
		}
	}
	if s.kind == '[' {
		for e := (scanner{b: s.value}); e.element(); {
			if e.kind == '"' {
				add(e.value)
			}
		}
	} else if s.kind == '"' {
		for rest := s.value; len(rest) > 0; {
			var w []byte
			w, rest, _ = bytes.Cut(rest, []byte{' '})
			add(w)
		}
	}
	n := len(t.Lists)
	return t.Lists[from:n:n]
}

// unixSeconds reads a NumericDate (RFC 7519 section 2): digits, perhaps with a fraction; 0 for anything else.
func unixSeconds(b []byte) int64 {
	var n int64
	for i, c := range b {
		if !ascii.IsDigit(c) {
			if i > 0 && (c == '.' || c == 'e' || c == 'E') {
				break
			}
			return 0
		}
		if n = n*10 + int64(c-'0'); n > 1<<53 {
			return 0
		}
	}
	return n
}
