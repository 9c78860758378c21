package ingest

import (
	"bytes"
	"encoding/json"

	"github.com/tokenwarden/tokenwarden/ingest/credential"
)

// JSON in is JSON out. A check of each line would cost as much as parsing it, so only those are checked in which a
// placeholder stands where it may have broken the JSON.

// breaksJSON reports whether redacted is no JSON although body, the line at hand, is.
func (p *Processor) breaksJSON(body, redacted []byte) bool {
	if len(body) == 0 || body[0] != '{' && body[0] != '[' || len(p.guardSpans) == 0 && len(p.rec.Encoded) == 0 &&
		!mayBreakJSON(body, p.findings) {
		return false
	}
	return json.Valid(body) && !json.Valid(redacted)
}

// mayBreakJSON reports whether one of the findings is neither a stretch inside a string nor a whole value.
func mayBreakJSON(body []byte, findings []credential.Finding) bool {
	for i := range findings {
		f := &findings[i]
		switch {
		case f.Keep && !f.Unsearched:
		case f.Bare == 1:
			if !isValueAt(body, f.Start, f.End) {
				return true
			}
		case f.Bare == 0:
			span := body[f.Start:f.End]
			if bytes.IndexByte(span, '"') >= 0 || endsInEscape(body[:f.Start]) || endsInEscape(span) || isValueAt(body, f.Start, f.End) {
				return true
			}
		}
	}
	return false
}

// isValueAt reports whether body[start:end] stands between the bytes that stand around a JSON value.
func isValueAt(body []byte, start, end int) bool {
	before, after := bytes.TrimRight(body[:start], " \t\r\n"), bytes.TrimLeft(body[end:], " \t\r\n")
	if len(before) == 0 || len(after) == 0 {
		return false
	}
	b, a := before[len(before)-1], after[0]
	return (b == ':' || b == ',' || b == '[') && (a == ',' || a == '}' || a == ']')
}

// endsInEscape reports whether b may end within an escape: behind a backslash, or behind \u and fewer than four digits.
func endsInEscape(b []byte) bool {
	n := len(b)
	return n > 0 && b[n-1] == '\\' || bytes.Contains(b[max(n-5, 0):], []byte(`\u`))
}
