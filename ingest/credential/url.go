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

// searchURL searches a URL or a part of one (RFC 3986): absolute-form, origin-form, authority-form, host:port/?query, or a
// path. It reports whether it found a credential.
func (f *finder) searchURL(v offset.View, pl context) bool {
	if !f.spend(len(v.Text)) {
		return false
	}
	if pl.nested > maxNesting {
		return f.reportUnsearched(v, "too deeply nested to search")
	}
	cleanPath := pl.cleanPath
	pl.cleanPath = false
	if i := protocolAt(v.Text); i > 0 { // a request line: GET /x?a=1 HTTP/1.1
		found := f.searchFreeText(v.From(i), pl.withoutName())
		return f.searchURL(v.Cut(0, i), pl) || found
	}
	if d, ok := f.arena.Entities(v); ok && pl.depth < maxDecodings {
		inner := pl
		inner.depth++
		if f.searchURL(d, inner) {
			return true
		}
	}
	if bytes.IndexByte(v.Text, '@') > 0 {
		if found, ok := f.searchLoose(v, pl); ok {
			return found
		}
	}
	if isChain(v.Text) {
		return f.searchChain(v, pl)
	}
	found := false
	if i := bytes.IndexByte(v.Text, '#'); i >= 0 && !f.isInValue(v.Text, i) {
		found = f.searchFragment(v.From(i+1), pl.at(tokenwarden.LocationFragment))
		v = v.Cut(0, i)
	}
	if i := bytes.IndexByte(v.Text, '?'); i >= 0 {
		q := pl.at(tokenwarden.LocationQuery)
		q.action = f.hints.IsAction(v.Text[:i])
		found = f.searchQuery(v.From(i+1), q) || found
		v = v.Cut(0, i)
		if cleanPath {
			return found
		}
	}
	if len(v.Text) == 0 {
		return found
	}
	outer := f.host
	f.host = nil
	if i := authorityStart(v.Text); i >= 0 {
		end := i
		for end < len(v.Text) && v.Text[end] != '/' && v.Text[end] != '\\' {
			end++
		}
		if v.Text[0] == '/' && !bytes.ContainsAny(v.Text[i:end], ".:@%") { // a path with an empty segment: no host has such a name
			end = 0
		} else {
			found = f.searchUserinfo(v.Cut(i, end), pl) || found
			f.host = withoutPort(v.Text[min(i, end):end])
		}
		v = v.From(end)
	}
	found = f.searchPath(v, pl.at(tokenwarden.LocationPath)) || found
	f.host = outer
	return found
}

// withoutPort returns the host of an authority without userinfo.
func withoutPort(b []byte) []byte {
	if i := bytes.IndexByte(b, ':'); i >= 0 {
		return b[:i]
	}
	return b
}

// authorityStart returns the start of a URL's authority, -1 without one. It reads the start of b alone: an http:// further
// on belongs to a path.
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
			if k := i + 1; isWebScheme(b[:i]) && k < len(b) && (b[k] == '/' || b[k] == '\\') { // browsers take these for two slashes
				for k < len(b) && k < i+3 && (b[k] == '/' || b[k] == '\\') {
					k++
				}
				return k
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

func isWebScheme(b []byte) bool {
	switch string(b) {
	case "http", "https", "ws", "wss", "ftp":
		return true
	}
	return false
}

// searchUserinfo searches an authority: user:password@host:port. Any password is a credential, a user without a password
// only if it looks like one (https://TOKEN@host/).
func (f *finder) searchUserinfo(v offset.View, pl context) bool {
	at := bytes.LastIndexByte(v.Text, '@')
	if at <= 0 {
		return len(v.Text) >= shape.MinRandom && f.scanRuns(v, pl.at(tokenwarden.LocationUserinfo))
	}
	return f.userPassword(v.Cut(0, at), pl.at(tokenwarden.LocationUserinfo))
}

// userPassword searches user:password, of a URL or of HTTP Basic.
func (f *finder) userPassword(v offset.View, pl context) bool {
	colon := bytes.IndexByte(v.Text, ':')
	if colon < 0 {
		return f.user(v, pl)
	}
	user, pass := v.Cut(0, colon), v.From(colon+1)
	if authscheme.IsStandIn(pass.Text) {
		return f.user(user, pl)
	}
	if found, random := f.tokenAsUser(user, pass, pl); found { // TOKEN:password
		if random && user.IsSealed() { // one placeholder covers both
			return true
		}
	} else {
		pl.owner = user.Text
	}
	pl.name, pl.param = names.Name{Grade: max(names.Certain, pl.name.Grade), Kind: "password"}, passwordName
	return f.namedValue(pass, pl, tokenwarden.ConfidenceHigh)
}

var passwordName = []byte("password")

// tokenAsUser judges the user before a password: many APIs expect the key as the user and accept any password. A random user
// beside an ordinary password is the credential. A UUID beside a random password is a client's id.
func (f *finder) tokenAsUser(user, pass offset.View, pl context) (found, random bool) {
	random = shape.Of(pass.Text) < shape.Hex
	if !random && shape.Of(user.Text) == shape.UUID {
		return false, false
	}
	return f.user(user, pl), random
}

// user judges a user by its looks.
func (f *finder) user(v offset.View, pl context) bool {
	if d, ok := f.arena.Percent(v); ok {
		v = d
	}
	if len(v.Text) < 8 {
		return false
	}
	if f.scanRuns(v, pl.withoutName()) {
		return true
	}
	switch shape.Of(v.Text) {
	case shape.Random, shape.Hex, shape.UUID:
		return f.report(v, pl, evidence{kind: "token", confidence: tokenwarden.ConfidenceMedium, reason: "user that looks like a token"})
	}
	return false
}

const minUser = 20

// randomUser reports a log's user as a token if it is too random for a name: many APIs expect the key as the user of HTTP
// Basic (RFC 7617). Digests and UUIDs are account names.
func (f *finder) randomUser(v offset.View, pl context) bool {
	return len(v.Text) >= minUser && shape.Of(v.Text) == shape.Random && !shape.IsPrefixedID(v.Text) &&
		f.report(v, pl, evidence{kind: "token", confidence: tokenwarden.ConfidenceLow, reason: "user that looks like a token", random: true})
}

// isInValue reports whether the # at b[i] is a part of the last value before it rather than the start of a fragment: the value
// stands under the name of a credential, which people choose, and what follows is no route and no pair.
func (f *finder) isInValue(b []byte, i int) bool {
	q := bytes.IndexByte(b[:i], '?')
	if q < 0 {
		return false
	}
	pair := b[max(q, bytes.LastIndexByte(b[:i], '&'))+1 : i]
	eq := bytes.IndexByte(pair, '=')
	rest := b[i+1:]
	if k := bytes.IndexByte(rest, '&'); k >= 0 {
		rest = rest[:k]
	}
	if eq <= 0 || len(rest) == 0 || rest[0] == '/' || rest[0] == '!' || bytes.IndexByte(rest, '=') >= 0 || bytes.IndexByte(rest, '?') >= 0 {
		return false
	}
	n, _ := f.paramName(pair[:eq])
	f.steps += stepsOfShape * len(pair)
	return n.Grade >= names.Chosen && (eq+1 < len(pair) || n.Kind == "password") && shape.Of(pair[eq+1:]) < shape.Hex
}

// searchFragment searches the text behind the #: parameters of an OAuth response, a route with a query, or a path.
func (f *finder) searchFragment(v offset.View, pl context) bool {
	pl.fixed = true
	switch {
	case len(v.Text) == 0:
		return false
	case v.Text[0] == '!' || v.Text[0] == '/':
		return f.searchURL(v, pl.withoutName())
	case bytes.IndexByte(v.Text, '?') >= 0:
		return f.searchURL(v, pl.withoutName())
	case bytes.IndexByte(v.Text, '=') >= 0:
		return f.searchQuery(v, pl)
	}
	return f.searchValue(v, pl.withoutName())
}
