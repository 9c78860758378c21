package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// generic reads text lines of unknown formats that have a request, and an address or a time and a status, whatever columns
// stand between. Columns are separated by blanks, and may be in quotes or brackets, or by tabs, bars or semicolons (cells).
// Values are recognised by their form and place, everything else becomes a field of a guessed kind. It is the last resort of
// "auto".
type generic struct {
	assigner
	genericState
}

// genericState is what a line had so far.
type genericState struct {
	request  genericRequest
	method   span // a method in a column of its own, before the request
	expected role // what a number right behind the last value is, roleText for nothing
	earlier  int  // the last number before the request that could be its status
	isCells  bool // the values stand in cells
	noLine   bool // a cell with a status, then one with a size, and no request
	headers  int  // columns behind the request that were a Referer or a user agent, present or not
}

// genericRequest is how much of a request a line has.
type genericRequest uint8

const (
	requestNone     genericRequest = iota
	requestUnusable                // a column in quotes with a status behind it
	requestBare                    // a method and a target
	requestWhole                   // with its protocol
)

func newGeneric(string, Options) format { return &generic{} }

func (g *generic) parse(r *record.Record) error {
	g.begin()
	g.genericState = genericState{}
	if sep := cellSeparator(r.Line, &g.clock); sep != 0 {
		g.isCells = true
		g.cells(r, sep)
	} else {
		g.columns(r)
	}
	if g.noLine && g.request == requestNone {
		g.request = requestUnusable
	}
	if r.Status == 0 && g.request != requestNone {
		r.Status = g.earlier
	}
	if !g.isAccess(r) {
		return ErrFormat
	}
	g.malformed = g.request == requestUnusable
	r.Format = "generic"
	return g.finish(r)
}

// isAccess reports whether the line has enough of a request. Messages quote requests too, and a message has a time.
func (g *generic) isAccess(r *record.Record) bool {
	client, at := r.ClientIP.IsValid() || g.forwarded.Present(), !r.Time.IsZero()
	switch g.request {
	case requestWhole:
		return client || at && r.Status != 0
	case requestBare:
		return r.Status != 0 && (client || at)
	case requestUnusable:
		return r.Status != 0 && client && at
	}
	return false
}

// columns reads columns that are separated by blanks.
func (g *generic) columns(r *record.Record) {
	line := r.Line
	for i := 0; i < len(line) && !isFull(r, i); {
		switch line[i] {
		case ' ', '\t', ',', '|':
			i++
		case '"':
			from, to, end := quotedColumn(line, i)
			g.quoted(r, span{from, to, record.EscapeBackslash})
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
}

// quoted records a value in quotes, or a cell: the request, a target behind its method, the Referer or user agent, or any other.
func (g *generic) quoted(r *record.Record, s span) {
	g.expected = roleText
	value := r.Line[s.start:s.end]
	switch {
	case g.request < requestWhole && g.setRequest(r, s):
	case g.request == requestNone && g.method.end > 0 && len(value) > 0 && value[0] == '/':
		g.setTarget(r, s)
	case r.Time.IsZero() && g.isWholeTime(r, value), isNumeric(value) && !isAbsent(value):
	case g.request > requestNone && g.setHeader(r, s):
	case len(value) > 0 && !isAbsent(value):
		g.setColumn(r, s)
	}
}

// setColumn records any other value in quotes or in a cell.
func (g *generic) setColumn(r *record.Record, s span) {
	if g.request == requestNone {
		setExtraColumn(r, s.start, s.end, s.escape)
		return
	}
	setUnnamedColumn(r, s)
}

// setHeader records the Referer or the user agent behind a request. The Referer comes first where a line has both, and an
// absent one keeps its place.
func (g *generic) setHeader(r *record.Record, s span) bool {
	value := r.Line[s.start:s.end]
	f := record.Field{Escape: s.escape, Start: s.start, End: s.end}
	if isAbsent(value) {
		g.headers++
		return true
	}
	kind, _ := guessKind(value)
	switch {
	case kind == record.KindURL && g.headers == 0:
		f.Kind, g.headers = record.KindReferer, 1
		r.Referer = r.Add(f)
	case g.headers <= 1 && looksLikeAgent(value):
		f.Kind, g.headers = record.KindUserAgent, 2
		r.UserAgent = r.Add(f)
	default:
		return false
	}
	return true
}

// bracketed records a value in brackets: the time, the client, or text.
func (g *generic) bracketed(r *record.Record, start, end int) {
	g.expected = roleText
	value := r.Line[start:end]
	if r.Time.IsZero() {
		if g.isWholeTime(r, value) {
			return
		}
		if n := columnEnd(value, 0); n < len(value) && g.isWholeTime(r, value[:n]) {
			start += n + 1
		}
	}
	if _, ok := parsePeer(value); ok && !r.ClientIP.IsValid() && g.isAddress(r, value) {
		return
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
	switch {
	case g.isNumber(r, value):
	case r.Time.IsZero() && g.isTime(r, i, &end):
	case !r.ClientIP.IsValid() && g.isClient(r, i, &end):
	case g.request == requestNone && g.isBareRequest(r, i, &end):
	default:
		g.expected = roleText
		end = credentialsEnd(line, i, end)
		setExtraColumn(r, i, end, record.EscapeNone)
	}
	return end
}
