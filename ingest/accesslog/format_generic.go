package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// generic reads text lines of unknown formats that have a quoted request line with its protocol, and an address before or
// behind it. Time, status and size are recognised by their form and place, everything else becomes a field of a guessed
// kind. It is the last resort of "auto".
type generic struct {
	assigner
	hasRequest bool // the request has been read
	expected   role // what a number right behind the last value is, roleText for nothing
}

func newGeneric(string, Options) format { return &generic{} }

func (g *generic) parse(r *record.Record) error {
	g.begin()
	g.hasRequest, g.expected = false, roleText
	line := r.Line
	for i := 0; i < len(line) && !isFull(r, i); {
		switch line[i] {
		case ' ', '\t', ',', '|':
			i++
		case '"':
			from, to, end := quotedColumn(line, i)
			g.quoted(r, from, to)
			i = end
		case '[':
			n := bytes.IndexByte(line[i:], ']')
			if n < 0 {
				n = len(line) - i
			}
			g.bracketed(r, i+1, min(i+n, len(line)))
			i += n + 1
		default:
			i = g.bare(r, i)
		}
	}
	if !g.hasRequest || !r.ClientIP.IsValid() {
		return ErrFormat
	}
	r.Format = "generic"
	return g.finish(r)
}

// quoted records a value in quotes: the request, the Referer or user agent behind it, or any other.
func (g *generic) quoted(r *record.Record, start, end int) {
	g.expected = roleText
	value := r.Line[start:end]
	if !g.hasRequest && methodEnd(value) > 0 && protocolStart(value) > 0 && value[len(value)-1] != '-' {
		if setRequest(r, start, end, record.EscapeBackslash) == nil {
			g.hasRequest, g.expected = true, roleStatus
		}
		return
	}
	if isAbsent(value) || isNumeric(value) {
		return
	}
	kind, _ := guessKind(value)
	switch {
	case g.hasRequest && kind == record.KindURL && !r.Referer.Present():
		r.Referer = r.Add(record.Field{Kind: record.KindReferer, Escape: record.EscapeBackslash, Start: start, End: end})
	case g.hasRequest && kind == record.KindText && !r.UserAgent.Present():
		r.UserAgent = r.Add(record.Field{Kind: record.KindUserAgent, Escape: record.EscapeBackslash, Start: start, End: end})
	default:
		setExtraColumn(r, start, end, record.EscapeBackslash)
	}
}

// bracketed records a value in brackets: the time, or text.
func (g *generic) bracketed(r *record.Record, start, end int) {
	g.expected = roleText
	if r.Time.IsZero() {
		if t, ok := g.clock.parseBracket(r.Line[start:end]); ok {
			r.Time = t
			return
		}
	}
	if start < end {
		setExtraColumn(r, start, end, record.EscapeNone)
	}
}

// bare records the column at line[i] and returns its end.
func (g *generic) bare(r *record.Record, i int) int {
	line := r.Line
	end := i
	for end < len(line) && line[end] != ' ' && line[end] != '\t' && line[end] != ',' && line[end] != '|' {
		end++
	}
	value := line[i:end]
	expected := g.expected
	g.expected = roleText
	switch {
	case expected == roleStatus && len(value) == 3 && isNumeric(value):
		r.Status, _ = parseStatus(value)
		g.expected = roleBytes
	case expected == roleBytes && isNumeric(value):
		if size, ok := parseNumber(value); ok {
			r.Bytes = size
		}
	case g.isTime(r, i, &end):
	case !r.ClientIP.IsValid() && g.isAddress(r, value):
	default:
		setExtraColumn(r, i, end, record.EscapeNone)
	}
	return end
}

// isTime records an ISO time at line[i], and moves *end if the time has a space in it.
func (g *generic) isTime(r *record.Record, i int, end *int) bool {
	if !r.Time.IsZero() || i+isoLen > len(r.Line) || !isDigit(r.Line[i]) {
		return false
	}
	stop := max(*end, columnEnd(r.Line, i+isoLen))
	if t, ok := g.clock.parseISO(r.Line[i:stop]); ok {
		r.Time, *end = t, stop
		return true
	}
	return false
}

func (g *generic) isAddress(r *record.Record, value []byte) bool {
	addr, ok := parseAddrPort(value)
	if ok {
		r.ClientIP = addr
	}
	return ok
}
