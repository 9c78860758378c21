package accesslog

import (
	"sort"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// origin is the writer of an object: only the access log's own values set a record's parts.
type origin uint8

const (
	// originLog is the access log.
	originLog origin = iota
	// originEnvelope is a shipper or an application with an object around a whole log ({"data": {...}}) or anything else. It
	// counts as the log unless a log stands around it.
	originEnvelope
	// originClient is the client, for instance of a request's body. Its values set nothing.
	originClient
)

// originOf returns the origin of the object with the key at path.
func originOf(path string) origin {
	o, part, unknown := originLog, false, false
	for {
		first, rest, nested := strings.Cut(path, ".")
		if !nested {
			return o
		}
		switch first = withoutUnderscores(first); {
		case bodyKeys[first] || paramObjects[first] || cookieObjects[first]:
			return originClient
		case headerObjects[first]:
			if unknown || strings.Contains(rest, ".") {
				return originClient
			}
		case envelopeKeys[first]:
			if part {
				return originClient
			}
			o = originEnvelope
		case partKeys[first]:
			part = true
		case !groupKeys[first]:
			unknown = true
		}
		path = rest
	}
}

// setOrigin sets the parts that k may set. A whole path in the tables or the configuration is the log's own.
func (k *key) setOrigin(configured map[string]configuredKey) {
	k.origin, k.inner = originOf(k.path), originOf(k.path+".")
	if _, ok := configured[k.path]; ok {
		k.origin = originLog
		return
	}
	if holdsConfigured(k.path, configured) {
		k.inner = originLog
	}
	k.opensEnvelope = k.inner == originEnvelope && k.parent.inner == originLog
	if k.origin != originClient {
		if k.inner == originClient && k.def.role == roleMessage && strings.Contains(k.path, ".") && k.origin != originEnvelope {
			k.def = clientDef(k.def) // the text of a request's body, no line
		}
		return
	}
	if _, ok := jsonKeys[withoutUnderscores(k.path)]; !ok {
		k.def = clientDef(k.def)
	}
}

// holdsConfigured reports whether a path of the configuration lies below path.
func holdsConfigured(path string, configured map[string]configuredKey) bool {
	for p := range configured {
		if len(p) > len(path) && p[len(path)] == '.' && p[:len(path)] == path {
			return true
		}
	}
	return false
}

// clientDef returns d for a client's value: a field that sets no part of the record.
func clientDef(d def) def {
	switch d.role {
	case roleField:
		return def{role: roleField, kind: d.kind}
	case roleUser:
		return def{role: roleField, kind: record.KindUser}
	case roleReferer:
		return def{role: roleField, kind: record.KindReferer}
	case roleForwarded:
		return def{role: roleField, kind: record.KindHeader}
	case roleRequest, roleTarget, rolePath:
		return def{role: roleClientTarget}
	}
	return def{role: roleText}
}

// levelRank returns rank for a key at that depth, 1 for a key of the line's own object: a key outranks all that are deeper.
func levelRank(rank, depth uint8) uint8 {
	return (maxLevel-min(depth, maxLevel))*levelStep + rank
}

// A rank of the tables is below levelStep. Below maxLevel objects depth makes no difference.
const (
	levelStep = 4
	maxLevel  = 16
)

// rankLevel returns the part of a rank that levelRank made from the depth.
func rankLevel(rank uint8) uint8 { return rank / levelStep }

// envelopeState is what the objects of originEnvelope set, while it is not known whether they are the log.
type envelopeState struct {
	used         bool          // the line has such an object
	open         bool          // one is being read
	spans        []int         // the start and the end in the line of each
	rec          record.Record // without fields
	assigned     assigned      // while an envelope is read, what the log itself has set; so is jsonAssigned
	jsonAssigned jsonAssigned
}

// openEnvelope reports whether the value at line[i] is an envelope's: all of an object, or a value whose key names the path.
func (j *jsonLog) openEnvelope(i int, k *key) bool {
	return !j.envelope.open && (k.origin == originEnvelope || j.line[i] == '{' || j.line[i] == '[')
}

// valueInEnvelope reads the value at line[i] as an envelope's: what it sets goes into j.envelope, its fields into r.
func (j *jsonLog) valueInEnvelope(r *record.Record, i int, k *key) int {
	e := &j.envelope
	if !e.used {
		e.used, e.spans = true, e.spans[:0]
		e.rec = record.Record{Bytes: -1}
		e.assigned, e.jsonAssigned = assigned{}, jsonAssigned{}
	}
	start := i
	e.rec.Line, e.rec.Fields = r.Line, r.Fields
	e.swap(j)
	e.open = true
	if j.line[i] == '"' {
		i = j.stringValue(&e.rec, i+1, k)
	} else if j.line[i] == '{' || j.line[i] == '[' {
		i = j.container(&e.rec, i, k, false)
	} else {
		i = j.bareValue(&e.rec, i, k)
	}
	e.open = false
	e.swap(j)
	r.Fields, e.rec.Fields = e.rec.Fields, nil
	e.spans = append(e.spans, start, i)
	return i
}

// swap exchanges what the keys of j have set and what those of envelopes have.
func (e *envelopeState) swap(j *jsonLog) {
	j.assigned, e.assigned = e.assigned, j.assigned
	j.jsonAssigned, e.jsonAssigned = e.jsonAssigned, j.jsonAssigned
}

// mergeEnvelope adds what envelopes have set, unless the log itself has set a part of a request: then they are not the
// log, and a client may have written them. What both have set stays as the log has it, but for the path: a shipper's is
// that of the file.
func (j *jsonLog) mergeEnvelope(r *record.Record) {
	e := &j.envelope
	if isAccess(r) || r.Target.Present() || r.Status != 0 || r.ClientIP.IsValid() || j.forwarded.Present() {
		j.markEnvelope(r)
		j.dropClientList()
		return
	}
	if r.Time.IsZero() && j.day == 0 {
		r.Time, j.day, j.timeOfDay = e.rec.Time, e.assigned.day, e.assigned.timeOfDay
	}
	target, path, query := r.Target, r.Path, r.Query
	if e.rec.Target.Present() || e.rec.Path.Present() || !path.Present() && !query.Present() {
		target, path, query = e.rec.Target, e.rec.Path, e.rec.Query
	}
	into, from := r.NamedFields(), e.rec.NamedFields()
	for i, f := range from {
		if !into[i].Present() {
			*into[i] = *f
		}
	}
	r.Target, r.Path, r.Query = target, path, query
	r.ClientIP, r.Status = e.rec.ClientIP, e.rec.Status
	if r.Bytes < 0 {
		r.Bytes = e.rec.Bytes
	}
	j.forwarded = e.assigned.forwarded
	j.malformed = j.malformed || e.assigned.malformed
	j.notAccess = j.notAccess || e.assigned.notAccess
	j.jsonAssigned.merge(&e.jsonAssigned)
}

// markEnvelope marks the fields of envelopes as a client's.
func (j *jsonLog) markEnvelope(r *record.Record) {
	for at := j.envelope.spans; len(at) > 1; at = at[2:] {
		for i := fieldAt(r.Fields, at[0]); i < len(r.Fields) && (r.Fields[i].Start < at[1] || at[1] < 0); i++ {
			r.Fields[i].Client = true
		}
	}
}

// fieldAt returns the index of the first field at or behind start.
func fieldAt(fields []record.Field, start int) int {
	return sort.Search(len(fields), func(i int) bool { return fields[i].Start >= start })
}

// jsonAssigned holds the values set by the keys of one origin, besides the parts of the record.
type jsonAssigned struct {
	isUse        bool           // there is a field that makes the line a use of a credential
	hint         uint8          // the format that the keys indicate
	hasUserKey   bool           // there is a key for the user
	requests     int            // methods, request lines and embedded lines so far
	manyRequests bool           // several elements of one array are requests
	embedded     embeddedString // the string that may be a line of its own; zero for none
}

// merge adds the values of envelopes to those of the log.
func (a *jsonAssigned) merge(b *jsonAssigned) {
	a.hint, a.isUse = max(a.hint, b.hint), a.isUse || b.isUse
	a.hasUserKey = a.hasUserKey || b.hasUserKey
	a.manyRequests = a.manyRequests || b.manyRequests
	a.requests += b.requests
	if e := &b.embedded; e.rank > a.embedded.rank || e.rank == a.embedded.rank && e.start < a.embedded.start {
		a.embedded = *e
	}
}
