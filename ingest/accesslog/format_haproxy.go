package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// haproxy reads HAProxy's HTTP log format (configuration manual, "HTTP log format"), with or without the columns of its
// HTTPS format:
//
//	client:port [time] frontend backend/server timers status bytes cookie cookie state connections queues {request
//	headers} {response headers} "request"
//
// Its TCP log and its connection errors begin the same. They yield ErrNotAccess, with client and time.
type haproxy struct{ assigner }

func newHAProxy(string, Options) format { return &haproxy{} }

var explainHAProxy = explanation{columns: []column{
	wantPeer, wantTime, wantAny("a frontend"), wantAny("backend/server"), wantAny("timers"), wantStatus, {"bytes", numericColumnEnd},
}}

// haproxyColumns are the columns between the time and the captured headers.
var haproxyColumns = [...]def{
	{role: roleText}, {role: roleText}, {role: roleNumber}, {role: roleStatus}, {role: roleBytes},
	{role: roleField, kind: record.KindCookies}, {role: roleField, kind: record.KindCookies}, {role: roleText},
	{role: roleNumber}, {role: roleNumber},
}

func (h *haproxy) parse(r *record.Record) error {
	h.begin()
	i := h.head(r)
	if i < 0 {
		return ErrFormat
	}
	r.Format = "haproxy"
	start, fields := i, len(r.Fields)
	for n := range haproxyColumns {
		d := &haproxyColumns[n]
		end := columnEnd(r.Line, i)
		if end >= len(r.Line) || !h.set(r, d, span{i, end, record.EscapeNone}) && d.role.identifiesFormat() {
			return h.notHTTP(r, start, fields)
		}
		i = end + 1
	}
	if i = h.captured(r, i); i >= len(r.Line) || r.Line[i] != '"' {
		return h.notHTTP(r, start, fields)
	}
	from, to, end := quotedColumn(r.Line, i)
	h.set(r, &def{role: roleRequest}, span{from, to, record.EscapeHash})
	setExtraColumns(r, h.tls(r, end))
	return h.finish(r)
}

// tls records the columns of the HTTPS log format, error codes and "name/version/cipher", and returns their end, or i
// without these columns.
func (h *haproxy) tls(r *record.Record, i int) int {
	line := r.Line
	codes := columnEnd(line, i+1)
	end := columnEnd(line, codes+1)
	if codes >= end || bytes.Count(line[i:codes], []byte("/")) != 4 || !isNumeric(line[i:codes]) {
		return i
	}
	column := line[codes+1 : end]
	name := bytes.IndexByte(column, '/')
	version := bytes.LastIndexByte(column, '/')
	if name < 0 || version <= name {
		return i
	}
	at := codes + 1
	h.set(r, &def{role: roleHost}, span{at, at + name, record.EscapeNone})
	h.set(r, &def{role: roleTLS}, span{at + name + 1, at + version, record.EscapeNone})
	h.set(r, &def{name: nameCipher}, span{at + version + 1, end, record.EscapeNone})
	return end
}

var nameCipher = []byte("ssl-cipher")

// head records client and time and returns the start of the next column, -1 without both.
func (h *haproxy) head(r *record.Record) int {
	line := r.Line
	end := columnEnd(line, 0)
	if end+2 >= len(line) || line[end+1] != '[' {
		return -1
	}
	addr, ok := parsePeer(line[:end])
	if !ok && string(line[:end]) != "unix:1" {
		return -1
	}
	from := end + 2
	n := bytes.IndexByte(line[from:min(len(line), from+40)], ']')
	if n < 0 || from+n+1 >= len(line) || line[from+n+1] != ' ' {
		return -1
	}
	at, ok := h.clock.parseBracket(line[from : from+n])
	if !ok {
		return -1
	}
	r.ClientIP, r.Time = addr, at
	return from + n + 2
}

// notHTTP discards the parts behind the time and makes them one text field. fields is the number of fields before them.
func (h *haproxy) notHTTP(r *record.Record, start, fields int) error {
	r.Fields = r.Fields[:fields]
	r.Status, r.Bytes = 0, -1
	r.Add(record.Field{Start: start, End: len(r.Line)})
	return ErrNotAccess
}

// captured records the captured headers, {a|b}, and returns the start of the next column. They may hold spaces. The line
// does not name them.
func (h *haproxy) captured(r *record.Record, i int) int {
	line := r.Line
	for i < len(line) && line[i] == '{' && len(r.Fields) < maxFields {
		end := capturedEnd(line, i+1)
		if end < 0 {
			return len(line)
		}
		setCaptured(r, i, end+1)
		i = end + 2
	}
	return i
}

// setCaptured records the headers in the braces at line[start:end].
func setCaptured(r *record.Record, start, end int) {
	line := r.Line
	if end-start < 2 || line[end-1] != '}' {
		setExtraColumn(r, start, end, record.EscapeNone)
		return
	}
	end--
	for i := start + 1; i <= end; i++ {
		from := i
		if len(r.Fields) >= maxFields {
			r.Add(record.Field{Start: from, End: end})
			return
		}
		for i < end && line[i] != '|' {
			i++
		}
		if from < i {
			setUnnamedColumn(r, span{from, i, record.EscapeHash})
		}
	}
}

// capturedEnd returns the index of the brace that closes captured headers: the first before another brace or the request.
func capturedEnd(line []byte, i int) int {
	for ; i+2 < len(line); i++ {
		if line[i] == '}' && line[i+1] == ' ' && (line[i+2] == '{' || line[i+2] == '"') {
			return i
		}
	}
	return -1
}
