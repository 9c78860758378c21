package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// authorization looks into an Authorization header (RFC 9110 section 11.6.2). Whatever its scheme, something in it is a
// credential.
func (f *finder) authorization(v view, pl place) bool {
	v = v.trim().unquote()
	if len(v.b) == 0 {
		return false
	}
	if d, ok := f.arena.percent(v); ok && bytes.IndexByte(v.b, ' ') < 0 {
		v = d
	}
	if s, n := authscheme.At(v.b); s != nil {
		return f.schemed(v.from(n), s, pl)
	}
	rest := v
	if i := bytes.IndexByte(v.b, ' '); i > 0 && i < authscheme.MaxName && allToken(v.b[:i]) {
		rest = v.from(i + 1)
	}
	if bytes.IndexByte(rest.b, '=') >= 0 && bytes.ContainsAny(rest.b, ", \"") && f.authParams(rest, pl) {
		return true
	}
	pl.name = name{gradeHard, "authorization"}
	if eq := bytes.LastIndexByte(bytes.TrimRight(rest.b, "="), '='); eq > 0 && eq <= 2*maxWordSize && len(rest.b)-eq > minRandom {
		rest = rest.from(eq + 1) // key=TOKEN, root@pam!ci=TOKEN
	}
	return f.value(rest, pl)
}

func allToken(b []byte) bool {
	for _, c := range b {
		if ascii.Class[c]&ascii.Run == 0 {
			return false
		}
	}
	return true
}

// schemed looks into the credentials of scheme s.
func (f *finder) schemed(v view, s *authscheme.Scheme, pl place) bool {
	if inner, n := authscheme.At(v.b); inner != nil { // "Bearer Bearer ..."
		return f.schemed(v.from(n), inner, pl)
	}
	if i := bytes.Index(v.b, []byte(", ")); i > 0 && s.Form != authscheme.Params { // another scheme follows
		v = v.cut(0, i)
	}
	v = v.unquote()
	if s.Form == authscheme.Basic {
		return f.basic(v, pl)
	}
	hasParams := bytes.IndexByte(v.b, '=') > 0 && len(bytes.TrimRight(v.b, "=")) > bytes.IndexByte(v.b, '=')
	if (s.Form == authscheme.Params || hasParams && !looksB64(v.b)) && f.authParams(v, pl) {
		return true
	}
	pl.name = name{gradeHard, s.Kind}
	if i := bytes.IndexByte(v.b, ':'); i > 0 && s.Form == authscheme.Pair {
		return f.named(v.from(i+1), pl, tokenwarden.ConfidenceHigh)
	}
	return f.named(v, pl, tokenwarden.ConfidenceHigh)
}

// looksB64 tells whether b is one piece of base64.
func looksB64(b []byte) bool {
	b = bytes.TrimRight(b, "=")
	for _, c := range b {
		if ascii.Base64Value[c] > 63 && c != '.' {
			return false
		}
	}
	return true
}

// basic looks into the credentials of HTTP Basic (RFC 7617): the password is the credential, all of the base64 stands for
// it, and its user is the owner.
func (f *finder) basic(v view, pl place) bool {
	if d, ok := f.arena.percent(v); ok {
		v = d
	}
	d, ok := f.arena.base64Bytes(v)
	if ok && bytes.IndexByte(d.b, ':') >= 0 {
		if f.userPassword(d, pl) {
			return true
		}
	} else if i := bytes.IndexByte(v.b, ':'); i >= 0 {
		if f.userPassword(v, pl) {
			return true
		}
	}
	pl.name, pl.param = name{gradeHard, "basic"}, passwordName
	return f.named(v, pl, tokenwarden.ConfidenceMedium)
}

// authParams looks into name=value parameters that commas or spaces separate.
func (f *finder) authParams(v view, pl place) bool {
	found := false
	b := v.b
	for i := 0; i < len(b); {
		for i < len(b) && (b[i] == ' ' || b[i] == ',' || b[i] == '\t' || b[i] == '&' || b[i] == ';') {
			i++
		}
		eq := i
		for eq < len(b) && ascii.Class[b[eq]]&ascii.Run != 0 {
			eq++
		}
		if eq >= len(b) || b[eq] != '=' || eq == i {
			for i < len(b) && b[i] != ',' && b[i] != ' ' {
				i++
			}
			continue
		}
		end := paramEnd(b, eq+1)
		n := authParamName(f.lex.of(b[i:eq]), b[i:eq])
		p := pl.under(n, b[i:eq])
		if n.known() {
			found = f.value(v.cut(eq+1, end), p) || found
		} else if end-eq > minRandom {
			found = f.runs(v.cut(eq+1, end), p) || found
		}
		i = end
	}
	return found
}

// paramEnd is where the value that starts at b[i] ends: a quoted string, or up to the next comma or space.
func paramEnd(b []byte, i int) int {
	if i < len(b) && b[i] == '"' {
		for i++; i < len(b); i++ {
			if b[i] == '\\' {
				i++
			} else if b[i] == '"' {
				return i + 1
			}
		}
		return len(b)
	}
	for i < len(b) && b[i] != ',' && b[i] != ' ' && b[i] != '&' {
		i++
	}
	return i
}

// authParamName grades the parameters of an Authorization header: the proof is the credential, the rest says who and
// how.
func authParamName(n name, raw []byte) name {
	switch string(bytes.ToLower(raw)) {
	case "response", "signature", "sig", "mac", "oauth_signature", "oauth_token", "proof", "p", "t", "k":
		return name{gradeHard, "signature"}
	case "nonce", "cnonce", "opaque", "credential", "keyid", "id", "ts", "qop", "nc", "realm", "username", "uri",
		"algorithm", "headers", "signedheaders", "oauth_consumer_key", "oauth_nonce":
		return name{}
	}
	return n
}
