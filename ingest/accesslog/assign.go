package accesslog

import (
	"bytes"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// assigner sets the parts of a record from values of known roles. Formats embed it. It lives as long as its source.
type assigner struct {
	clock clock
	view  record.View   // one value without its escapes
	inner record.Record // the parts set from view

	assigned
}

// assigned holds the values set by a line so far, besides the parts of the record.
type assigned struct {
	ranks     [roleMessage + 1]uint8 // by role, rank+1 of the value that the record holds
	malformed bool                   // the line has a request line, but no usable one
	notAccess bool                   // the line was written by a logger other than the access log's
	forwarded record.Field           // X-Forwarded-For
	day       int64                  // Unix seconds of roleDate, plus one
	timeOfDay time.Duration          // of roleTimeOfDay, plus one
}

// begin resets the state of the last line.
func (a *assigner) begin() { a.assigned = assigned{} }

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
	if a.malformed && !r.Target.Present() && !r.Path.Present() {
		return ErrRequest
	}
	return nil
}

// outranks reports whether a value of d replaces the record's value of its role, and records d's rank.
func (a *assigner) outranks(d *def) bool {
	if a.ranks[d.role] > d.rank {
		return false
	}
	a.ranks[d.role] = d.rank + 1
	return true
}

// badRequest stands in HAProxy's logs for each part of a request that it could not read.
const badRequest = "<BADREQ>"

// span is the place of a value in r.Line and its encoding.
type span struct {
	start, end int
	escape     record.Escape
}

// set records the value at s. It returns false for a value outside of the type of its role, which becomes a KindText field.
func (a *assigner) set(r *record.Record, d *def, s span) bool {
	value := r.Line[s.start:s.end]
	if isAbsent(value) {
		a.setAbsent(r, d, s.start)
		return true
	}
	if value[0] == '<' && string(value) == badRequest {
		a.malformed = true
		return true
	}
	if s.escape == record.EscapeJSON {
		if bytes.IndexByte(value, '\\') < 0 {
			s.escape = record.EscapeNone
		} else if d.role.isStructured() {
			return a.setEscaped(r, d, s)
		}
	}
	if d.escape != record.EscapeNone {
		if s.escape < record.EscapeJSON {
			s.escape = record.EscapeNone
		}
		s.escape += d.escape
	}
	if d.role.isTyped() && a.setTyped(r, d, value) {
		return true
	}
	f := record.Field{Escape: s.escape, Start: s.start, End: s.end, Name: d.name, Mark: d.mark}
	switch d.role {
	case roleText:
		if value[0] == '/' || schemeEnd(value) > 0 {
			f.Kind = record.KindURL
		}
		r.Add(f)
	case roleAction:
		if r.Add(f); a.outranks(d) {
			r.Action = f
		}
	case roleField, roleMessage:
		if f.Kind = d.kind; f.Kind == record.KindUser {
			f = userField(r, f, false)
		}
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
		setExtraColumn(r, s.start, s.end, s.escape)
	case roleLogger:
		a.notAccess = a.notAccess || isOtherLogger(value)
		r.Add(f)
	case roleForwarded:
		f.Kind, f.Name = record.KindHeader, nameForwarded
		if r.Add(f); !a.forwarded.Present() || rankLevel(d.rank) >= rankLevel(a.ranks[roleForwarded]) {
			a.forwarded, a.ranks[roleForwarded] = f, d.rank
		}
	case roleHeaders:
		setHeaderLines(a, r, s)
	case roleClientTarget:
		setClientTarget(r, f)
	case roleUser, roleReferer, roleAgent, roleHost, roleMethod, roleProtocol, roleScheme, roleTLS:
		a.setNamed(r, d, f)
	default: // not of its type
		r.Add(f)
		return false
	}
	return true
}

// setAbsent records a meaningful empty value: a request without TLS, a connection without a request.
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
		return ok || a.setDate(d, value) || a.setTimeOfDay(d, value)
	case roleDate:
		return a.setDate(d, value)
	case roleTimeOfDay:
		return a.setTimeOfDay(d, value)
	}
	return false
}

func (a *assigner) setDate(d *def, value []byte) bool {
	t, ok := a.clock.parseDate(value)
	if ok && (a.day == 0 || rankLevel(d.rank) >= rankLevel(a.ranks[roleDate])) {
		a.day, a.ranks[roleDate] = t+1, d.rank
	}
	return ok
}

func (a *assigner) setTimeOfDay(d *def, value []byte) bool {
	t, ok := parseTimeOfDay(value)
	if ok && (a.timeOfDay == 0 || rankLevel(d.rank) >= rankLevel(a.ranks[roleTimeOfDay])) {
		a.timeOfDay, a.ranks[roleTimeOfDay] = t+1, d.rank
	}
	return ok
}
