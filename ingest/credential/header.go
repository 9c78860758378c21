package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// header looks into a request header.
func (f *finder) header(v view, raw []byte) {
	pl := place{loc: tokenwarden.LocationHeader, fixed: true, param: raw}
	switch kind := headerKind(raw); kind {
	case "authorization":
		f.authorization(v, pl)
	case "cookie":
		f.cookies(v, place{loc: tokenwarden.LocationCookie, fixed: true})
	case "websocket":
		f.subprotocols(v, pl)
	default:
		pl.name = f.name(raw)
		if v.b[0] == '<' { // Link (RFC 8288)
			for i := bytes.IndexByte(v.b, '>'); i > 0; i = bytes.IndexByte(v.b, '>') {
				f.url(v.cut(bytes.LastIndexByte(v.b[:i], '<')+1, i), pl)
				v = v.from(i + 1)
			}
		}
		f.value(v, pl)
	}
}

// headerKind tells the headers that are read in ways of their own. Logs spell names as HTTP does, or as their variable
// is called (http_authorization).
func headerKind(raw []byte) string {
	raw = bytes.TrimPrefix(raw, []byte("http_"))
	switch {
	case len(raw) >= 13 && authscheme.IsHeader(raw), hasFoldSuffix(raw, "_authorization"), hasFoldSuffix(raw, "-authorization"):
		return "authorization"
	case len(raw) >= 6 && (hasFoldSuffix(raw, "cookie") || hasFoldSuffix(raw, "cookies")):
		return "cookie"
	case hasFoldSuffix(raw, "websocket-protocol"), hasFoldSuffix(raw, "websocket_protocol"):
		return "websocket"
	}
	return ""
}

func hasFoldSuffix(b []byte, s string) bool {
	return len(b) >= len(s) && bytes.EqualFold(b[len(b)-len(s):], []byte(s))
}

// cookies looks into a Cookie header (RFC 6265 section 4.2): a=1; b=2.
func (f *finder) cookies(v view, pl place) {
	b := v.b
	for i := 0; i < len(b); {
		for i < len(b) && (b[i] == ' ' || b[i] == ';') {
			i++
		}
		end := i
		for end < len(b) && b[end] != ';' {
			end++
		}
		eq := bytes.IndexByte(b[i:end], '=')
		if eq > 0 {
			f.cookie(v.cut(i+eq+1, end), b[i:i+eq])
		} else if end-i >= minRandom {
			f.value(v.cut(i, end), pl.under(name{gradeWeak, "session"}, nil))
		}
		i = end + 1
	}
}

// cookie looks into one cookie.
func (f *finder) cookie(v view, raw []byte) {
	pl := place{loc: tokenwarden.LocationCookie, fixed: true}
	n, param := f.paramName(raw)
	if isTracker(param) {
		pl.param = param
		f.runs(v, pl)
		return
	}
	f.value(v, pl.under(f.cookieName(n, param), param))
}

// isTracker tells the names of trackers' cookies.
func isTracker(raw []byte) bool {
	var buf [16]byte
	low := buf[:min(len(raw), len(buf))]
	for i := range low {
		low[i] = ascii.ToLower(raw[i])
	}
	for _, s := range trackerCookies {
		if ascii.HasAt(low, 0, s) {
			return !bytes.Contains(low, []byte("auth"))
		}
	}
	return false
}

// cookieName grades what a name says of a cookie: a session's name there is meant, and words that say little elsewhere
// (remember_me, keycloak_identity) speak of a login.
func (f *finder) cookieName(n name, raw []byte) name {
	switch {
	case n.grade == gradeWeak && n.kind == "session":
		return name{gradeHard, n.kind}
	case n.grade == gradeNone && f.lex.logins.of(raw, f.lex.isLogin):
		return name{gradeWeak, "session"}
	}
	return n
}

// subprotocols looks into Sec-WebSocket-Protocol, where browsers put tokens because they can set no other header: "bearer,
// TOKEN" or "base64url.bearer.authorization.k8s.io.TOKEN" (Kubernetes: pkg/util/wsstream).
func (f *finder) subprotocols(v view, pl place) {
	marked := false
	for i := 0; i < len(v.b); {
		end := i
		for end < len(v.b) && v.b[end] != ',' {
			end++
		}
		item := v.cut(i, end).trim()
		i = end + 1
		if k := bytes.Index(item.b, k8sBearer); k >= 0 {
			item, marked = item.from(k+len(k8sBearer)), true
		}
		p := pl
		if marked {
			p.name = name{gradeHard, "bearer"}
		}
		f.value(item, p)
		marked = isTokenWord(item.b)
	}
}

var k8sBearer = []byte("bearer.authorization.k8s.io.")

func isTokenWord(b []byte) bool {
	for _, w := range [...]string{"bearer", "token", "auth", "access_token", "jwt", "authorization", "authentication"} {
		if bytes.EqualFold(b, []byte(w)) {
			return true
		}
	}
	return false
}
