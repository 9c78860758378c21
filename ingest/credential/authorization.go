package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
)

// scheme is an authentication scheme and how its credentials are written (IANA HTTP Authentication Scheme Registry,
// and what providers use besides).
type scheme struct {
	name string
	kind string
	how  schemeForm
}

type schemeForm uint8

const (
	formToken  schemeForm = iota // one token
	formBasic                    // base64 of user:password (RFC 7617)
	formPair                     // id:proof
	formParams                   // name=value, name="value" (RFC 9110 section 11.2)
)

var schemes = []scheme{
	{"bearer", "bearer", formToken}, {"basic", "password", formBasic}, {"digest", "digest", formParams},
	{"token", "token", formToken}, {"apikey", "api_key", formToken}, {"api-key", "api_key", formToken},
	{"key", "api_key", formToken}, {"dpop", "bearer", formToken}, {"jwt", "jwt", formToken},
	{"negotiate", "negotiate", formToken}, {"ntlm", "negotiate", formToken}, {"kerberos", "negotiate", formToken},
	{"aws4-hmac-sha256", "signature", formParams}, {"aws4-ecdsa-p256-sha256", "signature", formParams},
	{"aws", "signature", formPair}, {"signature", "signature", formParams}, {"oauth", "oauth", formParams},
	{"hawk", "signature", formParams}, {"mac", "signature", formParams}, {"hmac", "signature", formParams},
	{"sharedkey", "signature", formPair}, {"sharedkeylite", "signature", formPair},
	{"sharedaccesssignature", "signature", formParams}, {"splunk", "token", formToken}, {"geniekey", "api_key", formToken},
	{"ssws", "token", formToken}, {"bot", "token", formToken}, {"gnap", "token", formToken},
	{"privatetoken", "token", formToken}, {"googlelogin", "token", formParams}, {"vapid", "jwt", formParams},
	{"scram-sha-256", "scram", formParams}, {"scram-sha-1", "scram", formParams}, {"hoba", "signature", formParams},
	{"x-api-key", "api_key", formToken}, {"klaviyo-api-key", "api_key", formToken}, {"discogs", "token", formParams},
	{"goog1", "signature", formPair}, {"oss", "signature", formPair}, {"cos", "signature", formPair}, {"sso-key", "api_key", formPair},
	{"deepl-auth-key", "api_key", formToken}, {"authkey", "api_key", formToken}, {"accesskey", "api_key", formToken},
}

const maxScheme = 24

// schemeAt returns the scheme that b starts with and where what follows it starts, 0 if b starts with none.
func schemeAt(b []byte) (*scheme, int) {
	n := 0
	for n < len(b) && n < maxScheme && (isAlnum(b[n]) || b[n] == '-') {
		n++
	}
	if n < 3 || n >= len(b) || b[n] != ' ' && b[n] != '+' && b[n] != '\t' && (b[n] != ':' || n+1 >= len(b) || b[n+1] != ' ') {
		return nil, 0
	}
	for i := range schemes {
		if s := &schemes[i]; len(s.name) == n && bytes.EqualFold(b[:n], []byte(s.name)) {
			n++
			for n < len(b) && (b[n] == ' ' || b[n] == '\t') {
				n++
			}
			return s, n
		}
	}
	return nil, 0
}

// schemeLen is how many bytes of b are a scheme and the space after it.
func schemeLen(b []byte) int {
	_, n := schemeAt(b)
	return n
}

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
	if s, n := schemeAt(v.b); s != nil {
		return f.schemed(v.from(n), s, pl)
	}
	rest := v
	if i := bytes.IndexByte(v.b, ' '); i > 0 && i < maxScheme && allToken(v.b[:i]) {
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
		if class[c]&cRun == 0 {
			return false
		}
	}
	return true
}

// schemed looks into the credentials of scheme s.
func (f *finder) schemed(v view, s *scheme, pl place) bool {
	if inner, n := schemeAt(v.b); inner != nil { // "Bearer Bearer ..."
		return f.schemed(v.from(n), inner, pl)
	}
	if i := bytes.Index(v.b, []byte(", ")); i > 0 && s.how != formParams { // another scheme follows
		v = v.cut(0, i)
	}
	v = v.unquote()
	if s.how == formBasic {
		return f.basic(v, pl)
	}
	hasParams := bytes.IndexByte(v.b, '=') > 0 && len(bytes.TrimRight(v.b, "=")) > bytes.IndexByte(v.b, '=')
	if (s.how == formParams || hasParams && !looksB64(v.b)) && f.authParams(v, pl) {
		return true
	}
	pl.name = name{gradeHard, s.kind}
	if i := bytes.IndexByte(v.b, ':'); i > 0 && s.how == formPair {
		return f.named(v.from(i+1), pl, tokenwarden.ConfidenceHigh)
	}
	return f.named(v, pl, tokenwarden.ConfidenceHigh)
}

// looksB64 tells whether b is one piece of base64.
func looksB64(b []byte) bool {
	b = bytes.TrimRight(b, "=")
	for _, c := range b {
		if base64Value[c] > 63 && c != '.' {
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
		for eq < len(b) && class[b[eq]]&cRun != 0 {
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
