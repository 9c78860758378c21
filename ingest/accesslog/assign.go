package accesslog

import (
	"bytes"
	"net/netip"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// assigner sets the parts of a record from values of known roles. Formats embed it. It lives as long as its source.
type assigner struct {
	clock clock
	view  record.View   // one value without its escapes
	inner record.Record // the parts set from view

	ranks     [roleMessage + 1]uint8 // by role, rank+1 of the value that the record holds
	malformed bool                   // the line has a request line, but no usable one
	notAccess bool                   // the line was written by a logger other than the access log's
	forwarded record.Field           // X-Forwarded-For
	day       int64                  // Unix seconds of roleDate, plus one
	timeOfDay time.Duration          // of roleTimeOfDay, plus one
}

// begin resets the state of the last line.
func (a *assigner) begin() {
	a.ranks = [roleMessage + 1]uint8{}
	a.malformed, a.notAccess, a.forwarded = false, false, record.Field{}
	a.day, a.timeOfDay = 0, 0
}

// finish sets the parts of r that depend on several values, and returns ErrNotAccess, ErrRequest or nil.
func (a *assigner) finish(r *record.Record) error {
	if !r.ClientIP.IsValid() && a.forwarded.Present() {
		r.ClientIP, _ = forwardedClient(r.Raw(a.forwarded))
	}
	if r.Time.IsZero() && a.day > 0 {
		r.Time = time.Unix(a.day-1, 0).Add(max(a.timeOfDay-1, 0)).UTC()
	}
	if !r.Target.Present() && r.Path.Present() && !r.Query.Present() {
		r.Target = r.Path
		r.Target.Kind = record.KindTarget
	}
	if a.notAccess {
		return ErrNotAccess
	}
	if a.malformed && !r.Target.Present() {
		return ErrRequest
	}
	return nil
}

// outranks reports whether a value of d replaces the value that the record has of that role, and records d's rank.
func (a *assigner) outranks(d *def) bool {
	if a.ranks[d.role] > d.rank {
		return false
	}
	a.ranks[d.role] = d.rank + 1
	return true
}

// set records the value at line[start:end]. It returns false for a value that is not of the type of its role. Such a value
// becomes a KindText field.
func (a *assigner) set(r *record.Record, d *def, start, end int, e record.Escape) bool {
	value := r.Line[start:end]
	if isAbsent(value) {
		a.setAbsent(r, d, start)
		return true
	}
	if e == record.EscapeJSON {
		if bytes.IndexByte(value, '\\') < 0 {
			e = record.EscapeNone
		} else if d.role.isStructured() {
			return a.setEscaped(r, d, start, end)
		}
	}
	if d.role.isTyped() && a.setTyped(r, d, value) {
		return true
	}
	f := record.Field{Escape: e, Start: start, End: end, Name: d.name}
	switch d.role {
	case roleText:
		if value[0] == '/' || schemeEnd(value) > 0 {
			f.Kind = record.KindURL
		}
		r.Add(f)
	case roleField, roleMessage:
		f.Kind = d.kind
		r.Add(f)
	case roleRequest, roleTarget:
		if d.role == roleRequest && isLoneTarget(value) {
			a.setPath(r, d, f)
		} else {
			a.setTarget(r, d, f)
		}
	case rolePath:
		a.setPath(r, d, f)
	case roleQuery:
		a.setQuery(r, d, f)
	case roleGuess:
		setExtraColumn(r, start, end, e)
	case roleLogger:
		a.notAccess = a.notAccess || isOtherLogger(value)
		r.Add(f)
	case roleForwarded:
		f.Kind, f.Name = record.KindHeader, nameForwarded
		a.forwarded = r.Add(f)
	case roleUser, roleReferer, roleAgent, roleHost, roleMethod, roleProtocol, roleScheme, roleTLS:
		a.setNamed(r, d, f)
	default: // not of its type
		r.Add(f)
		return false
	}
	return true
}

// setAbsent records an empty value where that has a meaning: a request without TLS, a connection without a request.
func (a *assigner) setAbsent(r *record.Record, d *def, start int) {
	switch d.role {
	case roleRequest:
		a.malformed = true
	case roleTLS:
		if start > 0 && a.outranks(d) {
			r.TLSVersion = record.Field{Start: start, End: start}
		}
	}
}

// setTyped records a value of a fixed type. It returns false for a value of another type.
func (a *assigner) setTyped(r *record.Record, d *def, value []byte) bool {
	switch d.role {
	case roleNumber:
		return isNumeric(value)
	case roleClient, rolePeer, roleAddress:
		return a.setAddress(r, d, value)
	case roleStatus:
		if string(value) == "-1" { // HAProxy: the request got no answer
			return true
		}
		status, ok := parseStatus(value)
		if ok && a.outranks(d) {
			r.Status = status
		}
		return ok
	case roleBytes:
		if value[0] == '+' { // HAProxy: logged before the response was complete
			value = value[1:]
		}
		size, ok := parseNumber(value)
		if ok && a.outranks(d) {
			r.Bytes = size
		}
		return ok
	case roleTime:
		t, ok := a.clock.parse(value)
		if ok && a.outranks(d) {
			r.Time = t
		}
		return ok || a.setDate(value) || a.setTimeOfDay(value)
	case roleDate:
		return a.setDate(value)
	case roleTimeOfDay:
		return a.setTimeOfDay(value)
	}
	return false
}

func (a *assigner) setDate(value []byte) bool {
	t, ok := a.clock.parseDate(value)
	if ok {
		a.day = t + 1
	}
	return ok
}

func (a *assigner) setTimeOfDay(value []byte) bool {
	t, ok := parseTimeOfDay(value)
	if ok {
		a.timeOfDay = t + 1
	}
	return ok
}

// loggers maps the beginnings of logger names to whether that logger writes the access log. The longest beginning comes
// first. Caddy's error log has the requests of the access log once more, its handlers and its admin interface have requests
// of their own (Caddy documentation, "How Logging Works", 2026-11).
var loggers = [...]struct {
	prefix string
	access bool
}{
	{"http.log.access", true}, {"http.", false}, {"admin.", false},
}

// isOtherLogger reports whether a known logger other than the access log's has that name.
func isOtherLogger(name []byte) bool {
	for i := range loggers {
		if l := &loggers[i]; len(name) >= len(l.prefix) && string(name[:len(l.prefix)]) == l.prefix {
			return !l.access
		}
	}
	return false
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

// setNamed records a value for which Record has a named field. A method, protocol, scheme or TLS version becomes one of
// Record.Fields only if it does not look like one.
func (a *assigner) setNamed(r *record.Record, d *def, f record.Field) {
	f.Name = nil
	var named *record.Field
	switch d.role {
	case roleUser:
		f.Kind, named = record.KindUser, &r.User
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

// protocolAsScheme is the definition of a value that the log calls protocol and that is a scheme.
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
