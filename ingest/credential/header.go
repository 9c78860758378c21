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

// searchHeader searches a request header.
func (f *finder) searchHeader(v offset.View, raw []byte) {
	pl := context{loc: tokenwarden.LocationHeader, fixed: true, param: raw}
	switch kind := headerKind(raw); kind {
	case "authorization":
		f.searchAuthorization(v, pl)
	case "cookie":
		f.searchCookies(v, context{loc: tokenwarden.LocationCookie, fixed: true})
	case "websocket":
		f.subprotocols(v, pl)
	default:
		pl.name = f.classifyName(raw)
		if bytes.IndexByte(v.Text, '@') > 0 {
			f.addressUserinfo(v, raw)
		}
		if len(v.Text) > 0 && v.Text[0] == '<' { // Link (RFC 8288)
			for i := bytes.IndexByte(v.Text, '>'); i > 0; i = bytes.IndexByte(v.Text, '>') {
				f.searchURL(v.Cut(bytes.LastIndexByte(v.Text[:i], '<')+1, i), pl)
				v = v.From(i + 1)
			}
		}
		f.searchFieldValue(v, pl)
	}
}

// headerKind returns the syntax of a header with a special one. Logs spell names as in HTTP, or as a variable
// (http_authorization).
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

// searchCookies searches a Cookie header (RFC 6265 section 4.2): a=1; b=2.
func (f *finder) searchCookies(v offset.View, pl context) {
	b := v.Text
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
			f.searchCookie(v.Cut(i+eq+1, end), b[i:i+eq])
		} else if end-i >= shape.MinRandom {
			f.searchValue(v.Cut(i, end), pl.withName(names.Name{Grade: names.Weak, Kind: "session"}, nil))
		}
		i = end + 1
	}
}

// searchCookie searches one cookie.
func (f *finder) searchCookie(v offset.View, raw []byte) {
	pl := context{loc: tokenwarden.LocationCookie, fixed: true}
	n, param := f.paramName(raw)
	if names.IsTracker(param) {
		pl.param = param
		f.scanRuns(v, pl)
		return
	}
	if !f.names.IsExcepted(param) {
		n = f.names.Cookie(n, param)
	}
	if n.Grade <= names.Weak && f.frameworkSession(v, pl.withName(n, param)) {
		return
	}
	f.searchValue(v, pl.withName(n, param))
}

// frameworkSession judges the value of a cookie by the form in which web frameworks write sessions.
func (f *finder) frameworkSession(v offset.View, pl context) bool {
	if !shape.MayBeSession(v.Text) {
		return false
	}
	if d, ok := f.arena.Percent(v); ok {
		v = d
	}
	if f.steps += len(v.Text); !shape.IsSession(v.Text) || f.names.IsExcepted(pl.param) {
		return false
	}
	return f.wholeValue(v, pl) || f.report(v, pl, evidence{
		kind: "session", confidence: tokenwarden.ConfidenceMedium, reason: "form in which web frameworks write sessions", random: true,
	})
}

// headerName returns the length of the name with which b starts if b may be a header as a whole: "X-Api-Key: a"; 0 if not.
func headerName(b []byte) int {
	if len(b) == 0 || !ascii.IsAlpha(b[0]) {
		return 0
	}
	i := 1
	for i < len(b) && i < names.MaxNameSize && (ascii.IsAlnum(b[i]) || b[i] == '-' || b[i] == '_') {
		i++
	}
	if i < 3 || i+2 >= len(b) || b[i] != ':' || b[i+1] != ' ' && b[i+1] != '\t' {
		return 0
	}
	return i
}

// searchHeaderLine searches a text that is a header as a whole, its name n bytes long. Sentences such as "password: how long
// should it be" are none.
func (f *finder) searchHeaderLine(v offset.View, n int) bool {
	name := v.Text[:n]
	if headerKind(name) == "" && (!f.names.Classify(name).IsSensitive() ||
		isProse(v.Text, n+1) && bytes.IndexByte(v.From(n+1).Trim().Text, ' ') > 0) {
		return false
	}
	f.steps += len(v.Text)
	before := len(f.found)
	f.searchHeader(v.From(n+1).Trim(), name)
	return len(f.found) > before
}

// cookieName returns the length of the cookie's name in value if name is that of a header with cookies: Set-Cookie=sid=x.
func cookieName(name, value []byte) int {
	eq := bytes.IndexByte(value[:min(len(value), names.MaxNameSize)], '=')
	if eq <= 0 || headerKind(name) != "cookie" {
		return 0
	}
	return eq
}

// headerCookie judges the cookie v with a name of eq bytes by this name, or else as the header that pl is about.
func (f *finder) headerCookie(v offset.View, eq int, pl context) bool {
	n := len(f.found)
	value := v.From(eq + 1)
	f.searchCookie(value, v.Text[:eq])
	return len(f.found) > n || f.searchValue(value, pl)
}
