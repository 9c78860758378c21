package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// url looks into a URL or a part of one (RFC 3986): absolute-form, origin-form, authority-form, host:port/?query, or a
// path. It reports whether a credential was there.
func (f *finder) url(v view, pl place) bool {
	if pl.depth > maxNesting || !f.spend(v) {
		return false
	}
	found := false
	if i := bytes.IndexByte(v.b, '#'); i >= 0 {
		found = f.fragment(v.from(i+1), pl.at(tokenwarden.LocationFragment))
		v = v.cut(0, i)
	}
	if i := bytes.IndexByte(v.b, '?'); i >= 0 {
		q := pl.at(tokenwarden.LocationQuery)
		q.action = f.isAction(v.b[:i])
		found = f.query(v.from(i+1), q) || found
		v = v.cut(0, i)
	}
	if len(v.b) == 0 {
		return found
	}
	if i := authorityStart(v.b); i >= 0 {
		end := i
		for end < len(v.b) && v.b[end] != '/' && v.b[end] != '\\' {
			end++
		}
		if v.b[0] == '/' && !bytes.ContainsAny(v.b[i:end], ".:@%") { // a path with an empty segment: no host has such a name
			end = 0
		} else {
			found = f.userinfo(v.cut(i, end), pl) || found
		}
		v = v.from(end)
	}
	return f.path(v, pl.at(tokenwarden.LocationPath)) || found
}

// authorityStart is where the authority of a URL starts, -1 if it has none. Only the start of b is looked at: an
// http:// further on belongs to a path.
func authorityStart(b []byte) int {
	if b[0] == '/' {
		if len(b) > 1 && b[1] == '/' {
			return 2
		}
		return -1
	}
	for i, c := range b {
		switch c {
		case ':':
			if i > 0 && ascii.HasAt(b, i, "://") {
				return i + 3
			}
			return 0 // host:port, user:password@host
		case '@':
			return 0
		case '/', '=', '%', ' ', ';':
			return -1
		}
	}
	return -1
}

// userinfo looks into an authority: user:password@host:port. A password is one whatever it looks like; a user without
// a password is a credential if it looks like one (https://TOKEN@host/).
func (f *finder) userinfo(v view, pl place) bool {
	at := bytes.LastIndexByte(v.b, '@')
	if at <= 0 {
		return len(v.b) >= minRandom && f.runs(v, pl.at(tokenwarden.LocationUserinfo))
	}
	return f.userPassword(v.cut(0, at), pl.at(tokenwarden.LocationUserinfo))
}

// userPassword looks into user:password, of a URL or of HTTP Basic.
func (f *finder) userPassword(v view, pl place) bool {
	colon := bytes.IndexByte(v.b, ':')
	if colon < 0 {
		return f.user(v, pl)
	}
	user, pass := v.cut(0, colon), v.from(colon+1)
	if authscheme.IsStandIn(pass.b) {
		return f.user(user, pl)
	}
	pl.owner = user.b
	if f.runs(user, pl.unnamed()) { // TOKEN:password
		pl.owner = nil
	}
	pl.name, pl.param = name{gradePassword, "password"}, passwordName
	return f.named(pass, pl, tokenwarden.ConfidenceHigh)
}

var passwordName = []byte("password")

// user looks at a user without a password.
func (f *finder) user(v view, pl place) bool {
	if d, ok := f.arena.percent(v); ok {
		v = d
	}
	if len(v.b) < 8 {
		return false
	}
	if f.runs(v, pl.unnamed()) {
		return true
	}
	switch shapeOf(v.b) {
	case shapeRandom, shapeHex, shapeUUID:
		return f.emit(v, pl, evidence{kind: "token", confidence: tokenwarden.ConfidenceMedium, reason: "user that looks like a token"})
	}
	return false
}

const minUser = 20

// randomUser takes a log's user for a token that nobody would choose for a name: many APIs want the key as the user of
// HTTP Basic (RFC 7617). Digests and UUIDs are names of accounts there.
func (f *finder) randomUser(v view, pl place) bool {
	return len(v.b) >= minUser && shapeOf(v.b) == shapeRandom && !isPrefixedID(v.b) &&
		f.emit(v, pl, evidence{kind: "token", confidence: tokenwarden.ConfidenceLow, reason: "user that looks like a token", random: true})
}

// fragment looks into what follows the #: parameters of an OAuth response, a route with its own query, or a path.
func (f *finder) fragment(v view, pl place) bool {
	pl.fixed = true
	switch {
	case len(v.b) == 0:
		return false
	case v.b[0] == '!' || v.b[0] == '/':
		return f.url(v, pl.unnamed())
	case bytes.IndexByte(v.b, '?') >= 0:
		return f.url(v, pl.unnamed())
	case bytes.IndexByte(v.b, '=') >= 0:
		return f.query(v, pl)
	}
	return f.value(v, pl.unnamed())
}
