package accesslog

import (
	"bytes"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// errorLog recognises lines of nginx's and Apache's error logs, which often arrive among access lines, and the messages of
// other servers. The request that an error quotes is recorded, but the result is ErrNotAccess.
type errorLog struct{ assigner }

// errorFields are the fields at the end of a line: those of nginx's ngx_http_log_error_handler, and Apache's Referer
// (2026-11).
var errorFields = [...]struct {
	marker string
	def    def
	quoted bool
}{
	{", client: ", def{role: roleClient}, false},
	{", server: ", def{role: roleHost}, false},
	{`, request: "`, def{role: roleRequest}, true},
	{`, subrequest: "`, def{role: rolePath}, true},
	{`, upstream: "`, def{role: roleField, kind: record.KindURL}, true},
	{`, host: "`, def{role: roleHost, rank: 1}, true},
	{`, referrer: "`, def{role: roleReferer}, true},
	{", referer: ", def{role: roleReferer}, false},
}

// parse returns ErrNotAccess for an error-log line and ErrFormat for any other.
func (l *errorLog) parse(r *record.Record) error {
	l.begin()
	i := l.nginxHead(r)
	if i < 0 {
		i = l.apacheHead(r)
	}
	if i < 0 {
		if !isServerMessage(r.Line) {
			return ErrFormat
		}
		r.Add(record.Field{Kind: record.KindText, Escape: record.EscapeBackslash, Start: 0, End: len(r.Line)})
		return ErrNotAccess
	}
	l.message(r, i)
	_ = l.finish(r)
	return ErrNotAccess
}

// nginxHead records the time of "2026/11/23 15:04:05 [error] " and returns the index of the bracket, -1 for another line.
func (l *errorLog) nginxHead(r *record.Record) int {
	line := r.Line
	if len(line) < isoLen+3 || line[4] != '/' || line[7] != '/' || line[isoLen] != ' ' || line[isoLen+1] != '[' {
		return -1
	}
	t, ok := l.clock.parseISO(line[:isoLen])
	level := isoLen + 2
	end := tokenEnd(line, level, ']')
	if !ok || end >= len(line) || line[end] != ']' || !nginxLevels[string(line[level:end])] {
		return -1
	}
	r.Time = t
	return isoLen + 1
}

// nginxLevels are the levels of nginx's error log (ngx_log.c, 2026-11).
var nginxLevels = map[string]bool{
	"emerg": true, "alert": true, "crit": true, "error": true, "warn": true, "notice": true, "info": true, "debug": true,
}

// apacheHead records time and client of "[Mon Nov 23 15:04:05.123456 2026] [core:error] [pid 1:tid 2] [client
// 192.0.2.1:4711] " and returns the start of the message, -1 for another line.
func (l *errorLog) apacheHead(r *record.Record) int {
	line := r.Line
	end := bytes.IndexByte(line[:min(len(line), 40)], ']')
	if end < 25 || line[0] != '[' || end+2 >= len(line) || line[end+2] != '[' {
		return -1
	}
	t, ok := l.clock.parseANSIC(line[1:end])
	if !ok {
		if t, ok = l.clock.parseCLF(line[1:end]); !ok {
			return -1
		}
	}
	r.Time = t
	if i := bytes.Index(line, []byte("[client ")); i > 0 {
		from := i + len("[client ")
		if n := bytes.IndexByte(line[from:], ']'); n >= 0 {
			r.Add(record.Field{Start: end + 2, End: i})
			l.set(r, &errorFields[0].def, span{from, from + n, record.EscapeNone})
			return from + n + 1
		}
	}
	return end + 2
}

// parseANSIC parses "Mon Nov 23 15:04:05.123456 2026" (%a %b %d %T %Y), taken as UTC.
func (c *clock) parseANSIC(b []byte) (time.Time, bool) {
	if len(b) < 24 || b[3] != ' ' || b[7] != ' ' || b[10] != ' ' {
		return time.Time{}, false
	}
	var clf [clfLen]byte
	copy(clf[:], "00/Jan/0000:00:00:00 +0000")
	copy(clf[0:2], b[8:10])
	if clf[0] == ' ' {
		clf[0] = '0'
	}
	copy(clf[3:6], b[4:7])
	copy(clf[7:11], b[len(b)-4:])
	copy(clf[12:20], b[11:19])
	nanos, _ := parseFraction(b[19 : len(b)-4])
	t, ok := c.parseCLF(clf[:])
	return t.Add(time.Duration(nanos)), ok
}

// message records the part of the line from i on: free text and the fields behind it.
func (l *errorLog) message(r *record.Record, i int) {
	line := r.Line
	text := i
	for i < len(line) && len(r.Fields) < maxFields {
		n := bytes.Index(line[i:], []byte(", "))
		if n < 0 {
			break
		}
		i += n
		field := errorField(line[i:])
		if field < 0 {
			i += len(", ")
			continue
		}
		f := &errorFields[field]
		r.Add(record.Field{Escape: record.EscapeBackslash, Start: text, End: i})
		from := i + len(f.marker)
		i, text = l.field(r, &f.def, f.quoted, from)
	}
	r.Add(record.Field{Escape: record.EscapeBackslash, Start: text, End: len(line)})
}

// field records the value at line[from:]. It returns where to search for the next field, and the start of the text between.
func (l *errorLog) field(r *record.Record, d *def, quoted bool, from int) (next, text int) {
	line := r.Line
	end := -1
	if quoted {
		end = closingQuote(line, from, ", ")
	} else if n := bytes.Index(line[from:], []byte(", ")); n >= 0 {
		end = from + n
	}
	if end < 0 {
		end = len(line)
	}
	l.set(r, d, span{from, end, record.EscapeBackslash})
	if quoted {
		return min(end+1, len(line)), min(end+1, len(line))
	}
	return end, end
}

func errorField(b []byte) int {
	for i := range errorFields {
		if m := errorFields[i].marker; len(b) >= len(m) && string(b[:len(m)]) == m {
			return i
		}
	}
	return -1
}
