package accesslog

import (
	"bytes"
	"net/netip"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// assigner turns values into a record. Formats embed it; it lives as long as its source.
type assigner struct {
	clock clock
	view  record.View   // one value without its escapes
	inner record.Record // what was made of it

	ranks     [roleMessage + 1]uint8 // of what the record holds: rank+1
	malformed bool                   // there was a request line, but no usable one
	notAccess bool                   // another logger than that of the access log wrote the line
	forwarded record.Field           // X-Forwarded-For
	day       int64                  // Unix seconds of roleDate, plus one
	timeOfDay time.Duration          // of roleTimeOfDay, plus one
}

// begin forgets the last line.
func (a *assigner) begin() {
	a.ranks = [roleMessage + 1]uint8{}
	a.malformed, a.notAccess, a.forwarded = false, false, record.Field{}
	a.day, a.timeOfDay = 0, 0
}

// finish derives what several values say together.
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

// outranks tells whether a value of d replaces what the record has, and notes that it does.
func (a *assigner) outranks(d *def) bool {
	if a.ranks[d.role] > d.rank {
		return false
	}
	a.ranks[d.role] = d.rank + 1
	return true
}

// set records the value at line[start:end]. It returns false if the value is not of its type; it is a text field then.
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

// setAbsent records that the log has a place for a value and says that there is none: a request without TLS, a
// connection without a request.
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

// setTyped records a value of a fixed type. False means that it is not of that type.
func (a *assigner) setTyped(r *record.Record, d *def, value []byte) bool {
	switch d.role {
	case roleNumber:
		return isNumeric(value)
	case roleClient, rolePeer, roleAddress:
		return a.setAddress(r, d, value)
	case roleStatus:
		if string(value) == "-1" { // HAProxy, of a request that got no answer
			return true
		}
		status, ok := parseStatus(value)
		if ok && a.outranks(d) {
			r.Status = status
		}
		return ok
	case roleBytes:
		if value[0] == '+' { // HAProxy, of what was logged before it was over
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

// isOtherLogger tells whether a logger of Caddy is another than the access log's: its error log has the same requests
// again, its handlers and its admin interface those of their own.
func isOtherLogger(name []byte) bool {
	return (bytes.HasPrefix(name, []byte("http.")) && !bytes.HasPrefix(name, []byte("http.log.access"))) || bytes.HasPrefix(name, []byte("admin."))
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

// setNamed records a field that a record has a name for. Methods, protocols, schemes and TLS versions are no fields
// unless they are unlike any.
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

// protocolAsScheme is what some call protocol.
var protocolAsScheme = def{role: roleScheme}

func isScheme(b []byte) bool {
	return len(b) >= 4 && len(b) <= 5 && (bytes.EqualFold(b, []byte("https")) || bytes.EqualFold(b, []byte("http")))
}

// isPlainWord tells whether b is so short and plain that it can only be a method, a protocol, a scheme or a version.
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
