package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// minSeparators is the least number of separators in a line of cells: a user agent may have a few semicolons.
const minSeparators = 4

// cellSeparator returns the separator of a line of cells, 0 for another line. The first cell has to be a time or an address,
// so that no text of a client turns columns into cells.
func cellSeparator(line []byte, c *clock) byte {
	for _, sep := range []byte("\t|;") {
		n := bytes.IndexByte(line[:min(len(line), maxToken)], sep)
		if n <= 0 || bytes.Count(line, []byte{sep}) < minSeparators {
			continue
		}
		first := bytes.TrimRight(line[:n], " ")
		if _, ok := c.parse(first); ok {
			return sep
		}
		if _, ok := parseAddrPort(first); ok {
			return sep
		}
	}
	return 0
}

// cells reads values between separators.
func (g *generic) cells(r *record.Record, sep byte) {
	line := r.Line
	closed := true // all quotes so far have an end
	for i := 0; i < len(line) && !isFull(r, i); {
		end := indexFrom(line, i, sep)
		if q := blanksEnd(line, i); closed && q < end && line[q] == '"' { // a separator within quotes is none
			to := closingQuote(line, q+1, string(rune(sep)))
			if closed = to > 0; closed {
				end = indexFrom(line, to, sep)
			}
		}
		g.cell(r, i, end)
		i = end + 1
	}
}

var hexEscape = []byte(`\x`)

// cell records the value of the cell at line[start:end].
func (g *generic) cell(r *record.Record, start, end int) {
	line := r.Line
	start = min(blanksEnd(line, start), end)
	for end > start && isBlank(line[end-1]) {
		end--
	}
	s := span{start, end, record.EscapeNone}
	if end-start > 1 && line[start] == '"' && line[end-1] == '"' {
		s = span{start + 1, end - 1, record.EscapeBackslash}
	}
	value := line[s.start:s.end]
	if s.escape == record.EscapeNone && bytes.Contains(value, hexEscape) { // nginx escapes whether there are quotes or not
		s.escape = record.EscapeBackslash
	}
	last := s.end
	switch {
	case len(value) == 0 || g.isNumber(r, value):
		if g.request > requestNone && r.Status != 0 && isAbsent(value) {
			g.headers++
		}
	case r.Time.IsZero() && g.isWholeTime(r, value):
	case !r.ClientIP.IsValid() && g.isClient(r, s.start, &last) && last == s.end:
	case g.request == requestNone && isKnownMethod(value):
		g.method = s
	case g.request < requestWhole && methodEnd(value) > 0 && protocolStart(value) > 0:
		g.setRequest(r, s)
	case g.request == requestNone && g.method.end > 0 && value[0] == '/':
		g.setTarget(r, s)
	case r.Status != 0 && bytes.IndexByte(value, '/') > 0 && g.setHeader(r, s): // any other text could be a key
	default:
		g.setColumn(r, s)
	}
}
