package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// setRequest records a request line. A value that is none is one without a usable request if a status follows.
func (g *generic) setRequest(r *record.Record, s span) bool {
	value := r.Line[s.start:s.end]
	if n := requestWithStatus(value); n > 0 {
		s.end = s.start + n
		g.numbersWithin(r, s.end+1, s.start+len(value))
	} else if protocolStart(value) == 0 && !statusIsNext(r.Line, s.end) || methodEnd(value) == 0 && g.request != requestNone {
		return false
	}
	whole := methodEnd(value) > 0 && protocolStart(r.Line[s.start:s.end]) > 0 && r.Line[s.end-1] != '-'
	if g.request == requestUnusable && !whole {
		return false
	}
	if g.request == requestUnusable {
		r.Status, r.Bytes = 0, -1
	}
	switch err := setRequest(r, s.start, s.end, s.escape); {
	case err != nil:
		g.request = requestUnusable
	case whole:
		g.request = requestWhole
	default:
		g.request = requestBare
	}
	if g.headers, g.expected = 0, roleStatus; s.end < s.start+len(value) {
		g.expected = roleText
	}
	return true
}

// requestWithStatus returns the length of the request line in "GET / HTTP/1.1 200 512", 0 for another value.
func requestWithStatus(b []byte) int {
	n := bytes.LastIndex(b, []byte(" HTTP/"))
	if n < 0 {
		return 0
	}
	end := columnEnd(b, n+1)
	if rest := b[end:]; len(rest) < 4 || !isProtocol(b[n+1:end]) || !isNumeric(rest) || !isStatus(rest[1:columnEnd(rest, 1)]) {
		return 0
	}
	return end
}

// numbersWithin records the status and the size at line[i:end].
func (g *generic) numbersWithin(r *record.Record, i, end int) {
	g.expected = roleStatus
	for i < end {
		next := min(columnEnd(r.Line, i), end)
		g.isNumber(r, r.Line[i:next])
		i = next + 1
	}
}

// statusIsNext reports whether a status of three digits stands behind the quote at line[i].
func statusIsNext(line []byte, i int) bool {
	i = blanksEnd(line, i+1)
	return i < len(line) && isStatus(line[i:tokenEnd(line, i, ' ')]) && line[i] != '-'
}

// setTarget records a target whose method stands in a column before.
func (g *generic) setTarget(r *record.Record, s span) {
	r.Method = record.Field{Start: g.method.start, End: g.method.end}
	setTarget(r, s.start, s.end, s.escape)
	g.request, g.headers, g.expected = requestBare, 0, roleStatus
}

// isNumber records a number: the status, the size behind it, or another.
func (g *generic) isNumber(r *record.Record, value []byte) bool {
	if !isNumeric(value) {
		return g.isCacheStatus(r, value)
	}
	expected := g.expected
	g.expected = roleText
	status := len(value) == 3 && value[0]-'1' <= '5'-'1' && isInteger(value)
	switch {
	case expected == roleBytes && g.request == requestNone && r.Bytes < 0 && g.isCells && isInteger(value):
		r.Bytes, _ = parseNumber(value)
		g.noLine = true
	case g.request == requestNone && g.method.end == 0 && status:
		g.earlier, _ = parseStatus(value)
		g.expected = roleBytes
	case r.Status == 0 && (status && g.request == requestWhole || expected == roleStatus && (status || string(value) == "000")):
		r.Status, _ = parseStatus(value)
		g.expected = roleBytes
	case (expected == roleBytes || expected == roleStatus) && g.request != requestNone && r.Bytes < 0 && isInteger(value):
		r.Bytes, _ = parseNumber(value)
	default:
		return isAbsent(value) || !looksLikeTimeOrAddress(value)
	}
	return true
}

// looksLikeTimeOrAddress reports whether a numeric value may be a time or an address.
func looksLikeTimeOrAddress(b []byte) bool {
	return bytes.Contains(b, []byte("::")) || len(b) >= len("1.1.1.1") &&
		(bytes.IndexByte(b, '.') > 0 || bytes.IndexByte(b, '-') > 0 || bytes.IndexByte(b, '/') > 0 || bytes.IndexByte(b, ':') > 0)
}

// isCacheStatus records the status in TCP_MISS/200, as caches write it.
func (g *generic) isCacheStatus(r *record.Record, value []byte) bool {
	slash := bytes.IndexByte(value, '/')
	if slash <= 0 || r.Status != 0 || !isCapitals(value[:slash]) || !isStatus(value[slash+1:]) {
		return false
	}
	r.Status, _ = parseStatus(value[slash+1:])
	return true
}

// isTime records the time at line[i], with the columns behind it that belong to it, and moves *end there.
func (g *generic) isTime(r *record.Record, i int, end *int) bool {
	line := r.Line
	if !isDigit(line[i]) || *end-i < len("2026-11-23") {
		return false
	}
	found := false
	stop := *end
	for range 3 {
		if stop-i > maxTime {
			break
		}
		if g.isWholeTime(r, bytes.TrimRight(line[i:stop], ":,")) {
			found, *end = true, stop
		}
		if stop == len(line) {
			break
		}
		stop = columnEnd(line, stop+1)
	}
	return found
}

// isWholeTime records value if it is a time.
func (g *generic) isWholeTime(r *record.Record, value []byte) bool {
	if len(value) < len("1795446245") || len(value) > maxTime {
		return false
	}
	t, ok := g.clock.parse(value)
	if ok {
		r.Time = t
	}
	return ok
}

// isClient records the address at line[i] as the client. A list of addresses is what clients and proxies claim; it becomes a
// header, and *end moves behind it.
func (g *generic) isClient(r *record.Record, i int, end *int) bool {
	line := r.Line
	if _, ok := parseAddrPort(line[i:*end]); !ok {
		return false
	}
	last := *end
	for last+1 < len(line) && line[last] == ',' {
		from := blanksEnd(line, last+1)
		to := tokenEnd(line, from, ',')
		if _, ok := parseAddrPort(line[from:to]); !ok {
			break
		}
		last = to
	}
	if last == *end {
		return g.isAddress(r, line[i:*end])
	}
	*end = last
	f := r.Add(record.Field{Kind: record.KindHeader, Start: i, End: last, Name: nameForwarded})
	if !g.forwarded.Present() {
		g.forwarded = f
	}
	return true
}

func (g *generic) isAddress(r *record.Record, value []byte) bool {
	addr, ok := parseAddrPort(value)
	if ok {
		r.ClientIP = addr
	}
	return ok
}

// isBareRequest records a request line without quotes at line[i], and moves *end to its end: a method, a target and perhaps
// a protocol. A method alone is kept for a target that comes later.
func (g *generic) isBareRequest(r *record.Record, i int, end *int) bool {
	line := r.Line
	if !isKnownMethod(line[i:*end]) {
		return false
	}
	target := blanksEnd(line, *end)
	stop := target
	for stop < len(line) && !isBlank(line[stop]) && line[stop] != '|' {
		stop++
	}
	if target == *end || target == stop || line[target] != '/' && schemeEnd(line[target:stop]) == 0 {
		g.method = span{i, *end, record.EscapeNone}
		return true
	}
	g.method = span{i, *end, record.EscapeNone}
	g.setTarget(r, span{target, stop, record.EscapeNone})
	*end = stop
	if protocol := blanksEnd(line, stop); protocol > stop {
		if n := tokenEnd(line, protocol, '|'); isProtocol(line[protocol:n]) {
			r.Protocol = record.Field{Start: protocol, End: n}
			g.request, *end = requestWhole, n
		}
	}
	return true
}

// knownMethods are the methods that a line is recognised by without quotes (RFC 9110, 9.3; RFC 5789; RFC 4918, 9).
var knownMethods = [...]string{
	"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK",
	"UNLOCK", "REPORT",
}

func isKnownMethod(b []byte) bool {
	for _, m := range knownMethods {
		if string(b) == m {
			return true
		}
	}
	return false
}
