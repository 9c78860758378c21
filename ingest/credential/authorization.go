package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// searchAuthorization searches an Authorization header (RFC 9110 section 11.6.2). Any value behind a scheme is a credential,
// except those of shape.IsNoCredential.
func (f *finder) searchAuthorization(v offset.View, pl context) {
	v = v.Trim().Unquote()
	if len(v.Text) == 0 || authscheme.IsName(v.Text) {
		return
	}
	pl.header = true
	grade := names.Always
	if isAuthorization(pl.name) { // no header, but a parameter or member of its name
		grade = names.Certain
	}
	pl.name = names.Name{Grade: grade, Kind: "authorization"}
	if d, ok := f.arena.Percent(v); ok && bytes.IndexByte(v.Text, ' ') < 0 {
		v = d
	}
	if s, n := authscheme.At(v.Text); s != nil {
		f.schemeCredentials(v.From(n), s, pl)
		return
	}
	rest := v
	if i := bytes.IndexByte(v.Text, ' '); i > 0 && i < authscheme.MaxName && isTokenWordBytes(v.Text[:i]) {
		rest = v.From(i + 1)
	}
	if bytes.IndexByte(rest.Text, '=') >= 0 && bytes.ContainsAny(rest.Text, ", \"") && f.authParams(rest, pl) {
		return
	}
	eq := bytes.LastIndexByte(bytes.TrimRight(rest.Text, "="), '=')
	if eq > 0 && eq <= 2*names.MaxWordSize && len(rest.Text)-eq > shape.MinRandom {
		rest = rest.From(eq + 1) // key=TOKEN, root@pam!ci=TOKEN
	}
	f.searchValue(rest, pl)
}

// isAuthorization reports whether n is the name of a header with a scheme and credentials.
func isAuthorization(n names.Name) bool { return n.Grade == names.Certain && n.Kind == "auth" }

func isTokenWordBytes(b []byte) bool {
	for _, c := range b {
		if ascii.Class[c]&ascii.Run == 0 {
			return false
		}
	}
	return true
}

// schemeCredentials searches the credentials of scheme s.
func (f *finder) schemeCredentials(v offset.View, s *authscheme.Scheme, pl context) bool {
	for inner, n := authscheme.At(v.Text); inner != nil; inner, n = authscheme.At(v.Text) { // "Bearer Bearer ..."
		v, s = v.From(n), inner
	}
	grade := max(names.Strong, pl.name.Grade)
	if i := bytes.Index(v.Text, []byte(", ")); i > 0 && s.Form != authscheme.Params { // another scheme follows
		if pl.depth++; pl.depth <= maxNesting && pl.header {
			f.searchAuthorization(v.From(i+2), pl)
			v = v.Cut(0, i)
		} else if !pl.header {
			v = v.Cut(0, i)
		}
	}
	v = v.Unquote()
	if s.Form == authscheme.Basic {
		return f.basic(v, pl)
	}
	hasParams := bytes.IndexByte(v.Text, '=') > 0 && len(bytes.TrimRight(v.Text, "=")) > bytes.IndexByte(v.Text, '=')
	if (s.Form == authscheme.Params || hasParams && !looksB64(v.Text)) && f.authParams(v, pl) {
		return true
	}
	pl.name = names.Name{Grade: grade, Kind: s.Kind}
	if i := bytes.IndexByte(v.Text, ':'); i > 0 && s.Form == authscheme.Pair {
		return f.namedValue(v.From(i+1), pl, tokenwarden.ConfidenceHigh)
	}
	return f.namedValue(v, pl, tokenwarden.ConfidenceHigh)
}

// looksB64 reports whether b is one piece of base64.
func looksB64(b []byte) bool {
	b = bytes.TrimRight(b, "=")
	for _, c := range b {
		if ascii.Base64Value[c] > 63 && c != '.' {
			return false
		}
	}
	return true
}

// basic searches the credentials of HTTP Basic (RFC 7617): the password is the credential, its span all of the base64, and
// its user the owner.
func (f *finder) basic(v offset.View, pl context) bool {
	if d, ok := f.arena.Percent(v); ok {
		v = d
	}
	d, ok := f.arena.Base64Bytes(v)
	if ok && bytes.IndexByte(d.Text, ':') >= 0 {
		if f.userPassword(d, pl) {
			return true
		}
		if len(d.Text) == 1 { // neither user nor password
			return false
		}
	} else if i := bytes.IndexByte(v.Text, ':'); i >= 0 {
		if f.userPassword(v, pl) {
			return true
		}
	}
	pl.name, pl.param = names.Name{Grade: max(names.Strong, pl.name.Grade), Kind: "basic"}, passwordName
	return f.namedValue(v, pl, tokenwarden.ConfidenceMedium)
}

// authParams searches name=value parameters separated by commas or spaces.
func (f *finder) authParams(v offset.View, pl context) bool {
	found := false
	b := v.Text
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
		n := authParamName(f.names.Classify(b[i:eq]), b[i:eq])
		p := pl.withName(n, b[i:eq])
		if isPlaceholder(bytes.Trim(b[eq+1:end], `"`)) {
			found = true
		} else if n.IsSensitive() {
			found = f.searchValue(v.Cut(eq+1, end), p) || found
		} else if end-eq > shape.MinRandom {
			found = f.scanRuns(v.Cut(eq+1, end), p) || found
		}
		i = end
	}
	return found
}

// paramEnd returns the end of the value at b[i]: of a quoted string, or the next comma or space.
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

// authParamName grades the parameters of an Authorization header: the proof is the credential, other parameters are names
// and options.
func authParamName(n names.Name, raw []byte) names.Name {
	switch string(bytes.ToLower(raw)) {
	case "response", "signature", "sig", "mac", "oauth_signature", "oauth_token", "proof", "p", "t", "k":
		return names.Name{Grade: names.Strong, Kind: "signature"}
	case "nonce", "cnonce", "opaque", "credential", "keyid", "id", "ts", "qop", "nc", "realm", "username", "uri",
		"algorithm", "headers", "signedheaders", "oauth_consumer_key", "oauth_nonce":
		return names.Name{}
	}
	return n
}
