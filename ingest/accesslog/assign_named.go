package accesslog

import (
	"bytes"
	"net/netip"

	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// setNamed records a value with a named field in Record. A method, protocol, scheme or TLS version becomes one of
// Record.Fields only if it does not look like one.
func (a *assigner) setNamed(r *record.Record, d *def, f record.Field) {
	f.Name = nil
	var named *record.Field
	switch d.role {
	case roleUser:
		if f = userField(r, f, d.kind == record.KindHeader); f.Kind == record.KindHeader {
			r.Add(f)
			return
		}
		named = &r.User
	case roleReferer:
		f.Kind, named = record.KindReferer, &r.Referer
	case roleAgent:
		f.Kind, named = record.KindUserAgent, &r.UserAgent
	case roleHost:
		f.Kind, named = record.KindHost, &r.Host
	case roleMethod:
		named = &r.Method
	case roleProtocol:
		if named = &r.Protocol; isScheme(r.Raw(f)) {
			d, named = &protocolAsScheme, &r.Scheme
		}
	case roleScheme:
		named = &r.Scheme
	default:
		named = &r.TLSVersion
	}
	if a.outranks(d) {
		*named = f
	}
	if f.Kind != record.KindText || !isPlainWord(r.Raw(f)) {
		r.Add(f)
	}
}

// userField returns f as the record's user, or as an Authorization header if its value is one. isAuth: the key names the
// header as often as the user.
func userField(r *record.Record, f record.Field, isAuth bool) record.Field {
	f.Kind = record.KindUser
	if value := r.Raw(f); isAuth && authscheme.IsInAuth(value) || authscheme.IsInUser(value) {
		f.Kind, f.Name = record.KindHeader, nameAuthorization
	}
	return f
}

// setUser records the user in a column of its own.
func setUser(r *record.Record, start, end int) {
	f := r.Add(userField(r, record.Field{Escape: record.EscapeBackslash, Start: start, End: end}, false))
	if f.Kind == record.KindUser {
		r.User = f
	}
}

// protocolAsScheme is the definition of a scheme logged as the protocol.
var protocolAsScheme = def{role: roleScheme}

func isScheme(b []byte) bool {
	return len(b) >= 4 && len(b) <= 5 && (bytes.EqualFold(b, []byte("https")) || bytes.EqualFold(b, []byte("http")))
}

// isPlainWord reports whether b is too short and too plain to be anything but a method, a protocol, a scheme or a version.
func isPlainWord(b []byte) bool {
	if len(b) > 10 && !isCapitals(b) {
		return false
	}
	for _, c := range b {
		if !methodByte(c) && !isDigit(c) && c != '.' && c != '/' {
			return false
		}
	}
	return true
}

func (a *assigner) setAddress(r *record.Record, d *def, value []byte) bool {
	if d.role == roleAddress && isNumeric(value) {
		return true
	}
	var addr netip.Addr
	var ok bool
	if d.role == rolePeer {
		addr, ok = parsePeer(value)
	}
	if !ok {
		addr, ok = parseAddrPort(value)
	}
	if d.role == roleAddress {
		return ok
	}
	if !ok {
		addr, ok = forwardedClient(value)
	}
	if ok && (d.rank >= a.ranks[roleClient]) {
		a.ranks[roleClient] = d.rank + 1
		r.ClientIP = addr
	}
	return ok
}

// loggers maps the beginnings of logger names to whether the logger writes the access log, the longest beginning first.
// Caddy's error log repeats the requests of the access log, its handlers and its admin interface have requests of their own
// (Caddy documentation, "How Logging Works", 2026-11).
var loggers = [...]struct {
	prefix string
	access bool
}{
	{"http.log.access", true}, {"http.", false}, {"admin.", false},
}

// isOtherLogger reports whether a known logger outside of the access log has this name.
func isOtherLogger(name []byte) bool {
	for i := range loggers {
		if l := &loggers[i]; len(name) >= len(l.prefix) && string(name[:len(l.prefix)]) == l.prefix {
			return !l.access
		}
	}
	return false
}
