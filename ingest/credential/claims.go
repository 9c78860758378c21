package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

const (
	maxClaim  = 256 // bytes kept of one claim
	maxScopes = 64
)

// claims fills the finding from the claims of a JWT (RFC 7519 section 4.1, OpenID Connect Core section 2, RFC 8693
// section 4.2, RFC 9068). They are read, never verified.
func (f *finder) claims(b []byte, p *jwtParts, out *Finding) {
	out.Claims = tokenwarden.Claims{JWT: true, Alg: p.alg}
	if p.enc || p.n < 2 {
		return
	}
	if p.n == 3 {
		empty := p.part[2][0] == p.part[2][1]
		out.Claims.Unsigned = empty || bytes.EqualFold([]byte(p.alg), []byte("none"))
	}
	f.json = ascii.AppendBase64(f.json[:0], b[p.part[1][0]:p.part[1][1]], maxPayload)
	c := claimReader{f: f, out: out}
	s := scanner{b: f.json}
	for s.member() {
		c.read(&s)
	}
	if len(c.client) == 0 {
		c.client = c.clientID
	}
	out.Claims.ClientID = f.text.keep(c.client, maxClaim)
	if len(c.iss) > 0 && len(c.sub) > 0 {
		out.Family = f.prints.Family(c.iss, c.sub, c.client)
	}
}

type claimReader struct {
	f                *finder
	out              *Finding
	iss, sub         []byte
	client, clientID []byte
}

func (c *claimReader) read(s *scanner) {
	out := c.out
	keep := func(b []byte) string { return c.f.text.keep(b, maxClaim) }
	switch string(s.key) {
	case "iss":
		c.iss = c.own(s.value)
		out.Claims.Issuer = keep(s.value)
	case "sub":
		c.sub = c.own(s.value)
		out.Owner = keep(s.value)
	case "azp":
		c.client = c.own(s.value)
	case "client_id", "cid", "appid":
		c.clientID = c.own(s.value)
	case "iat":
		out.Claims.IssuedAt = unixSeconds(s.value)
	case "nbf":
		out.Claims.NotBefore = unixSeconds(s.value)
	case "exp":
		out.Claims.Expires = unixSeconds(s.value)
	case "auth_time":
		out.Claims.AuthTime = unixSeconds(s.value)
	case "acr":
		out.Claims.ACR = keep(s.value)
	case "amr":
		out.Claims.AMR = c.f.text.list(nil, s, maxScopes)
	case "scope", "scp", "roles", "role", "permissions":
		out.Claims.HasScopes = true
		out.Scopes = c.f.text.list(out.Scopes, s, maxScopes)
	}
}

// own bounds a claim that goes into a family. It points into f.json, which holds until the claims are read.
func (c *claimReader) own(b []byte) []byte { return b[:min(len(b), 4*maxClaim)] }

// unixSeconds reads a NumericDate (RFC 7519 section 2): digits, perhaps with a fraction. 0 if it is none.
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

// texts is the memory that the strings of findings live in, emptied once per line. Only claims and names come here,
// never a token, and what a string points to is not written again before the next line.
type texts struct {
	b     []byte
	lists []string
}

func (t *texts) reset() {
	t.b = t.b[:0]
	clear(t.lists)
	t.lists = t.lists[:0]
}

// keep copies b, at most limit bytes of it.
func (t *texts) keep(b []byte, limit int) string {
	b = b[:min(len(b), limit)]
	if len(b) == 0 {
		return ""
	}
	n := len(t.b)
	t.b = append(t.b, b...)
	return record.String(t.b[n:])
}

// keepLower copies b in lower case.
func (t *texts) keepLower(b []byte, limit int) []byte {
	n := len(t.b)
	for _, c := range b[:min(len(b), limit)] {
		t.b = append(t.b, ascii.ToLower(c))
	}
	m := len(t.b)
	return t.b[n:m:m]
}

// list appends to have what a claim lists: an array of strings, or words in one string.
func (t *texts) list(have []string, s *scanner, limit int) []string {
	from := len(t.lists) - len(have)
	if from < 0 || len(have) > 0 && &t.lists[from] != &have[0] {
		from = len(t.lists)
		t.lists = append(t.lists, have...)
	}
	add := func(w []byte) {
		if len(w) > 0 && len(t.lists)-from < limit {
			t.lists = append(t.lists, t.keep(w, maxClaim))
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
	n := len(t.lists)
	return t.lists[from:n:n]
}
