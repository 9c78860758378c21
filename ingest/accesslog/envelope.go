package accesslog

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// maxPrefixes bounds the prefixes in front of each other: syslog in CRI behind a compose name.
const maxPrefixes = 3

// minEmbedded is the least length in bytes of a string in JSON that is tried as a line.
const minEmbedded = 16

// envelope is the parser's memory for lines at one depth of JSON.
type envelope struct {
	prefixed bool // the last line had a prefix
	inJSON   bool // the last line was in JSON

	colours  colours        // the line without its colours
	shipper  jsonLog        // reads the shipper's JSON
	view     record.View    // the embedded line without its escapes
	inner    record.Record  // the embedded line
	trailing []record.Field // fields of the shipper's JSON behind the embedded line
}

// parsePrefixed reads a line behind prefixes.
func (p *parser) parsePrefixed(line []byte, r *record.Record) error {
	return p.parseAfterPrefix(line, r, p.parseUnprefixed)
}

// parseAfterPrefix calls parse for the rest of the line behind each prefix until the first match.
func (p *parser) parseAfterPrefix(line []byte, r *record.Record, parse func([]byte, *record.Record) error) error {
	start := 0
	for range maxPrefixes {
		n := prefixEnd(line[start:], &p.clock)
		if n == 0 {
			break
		}
		start += n
		if err := p.parseFrom(line, start, r, parse); err != ErrFormat {
			return err
		}
	}
	return ErrFormat
}

// lastResortAfterPrefix reads the rest of the line behind all prefixes with the format of last resort, which would accept a
// line with a prefix.
func (p *parser) lastResortAfterPrefix(line []byte, r *record.Record) error {
	start := 0
	for range maxPrefixes {
		start += prefixEnd(line[start:], &p.clock)
	}
	if start == 0 {
		return ErrFormat
	}
	return p.parseFrom(line, start, r, p.parseLastResort)
}

// parseFrom calls parse for line[start:] and makes line[:start] a field.
func (p *parser) parseFrom(line []byte, start int, r *record.Record, parse func([]byte, *record.Record) error) error {
	end := len(line)
	if line[start-1] == '"' && (start == 1 || line[start-2] == ' ') {
		end-- // the whole line is in quotes
	}
	first := len(p.requests.list)
	err := parse(line[start:end], r)
	if err == ErrFormat {
		return err
	}
	p.requests.shiftFrom(first, start)
	if r.Time.IsZero() {
		r.Time = prefixTime(line[:start], &p.clock)
		p.requests.setTimeFrom(first, r.Time)
	}
	r.Line = line
	r.Shift(start)
	r.Fields = append(r.Fields, record.Field{})
	copy(r.Fields[1:], r.Fields)
	r.Fields[0] = record.Field{End: start}
	return err
}

// parseInJSON reads a shipper's JSON and the line in one of its strings. Without such a line r has the fields of the JSON
// and the result is an error: JSON that is an access by itself is read by a format of its own. again: it has been called for
// this line, which is no list of requests.
func (p *parser) parseInJSON(line []byte, r *record.Record, again bool) error {
	env := &p.envelopes[p.depth]
	r.Reset(line)
	err := env.shipper.parse(r)
	isRequest := err == nil || err == ErrRequest
	if isRequest {
		err = errTruncated
	}
	r.Format = ""
	in, many, isList, encoded := env.shipper.embedded, env.shipper.manyRequests, len(env.shipper.elements) > 0, env.shipper.encoded
	if !many && err != ErrFormat && in.end-in.start >= minEmbedded && !(in.body && isAccess(r)) {
		if i := fieldAt(r.Fields, in.start); i < len(r.Fields) && r.Fields[i].Start == in.start {
			if innerErr := p.parseEmbedded(line, r, i, stretch{in.start, in.end}); innerErr != ErrFormat {
				return innerErr
			}
		}
	}
	if isList && !isRequest && !again && p.splitList(line, r) {
		env.inJSON = true
		return ErrNotAccess
	}
	if !isList && !isRequest && !again && err != ErrFormat && p.parseEncoded(line, r, encoded) {
		env.inJSON = true
		return ErrNotAccess
	}
	if many {
		return ErrNotAccess
	}
	return err
}

// parseEmbedded reads the string line[in.start:in.end], the field of r with that index, as a line, and puts the line's
// fields in its place. With ErrFormat it leaves r as it is.
func (p *parser) parseEmbedded(line []byte, r *record.Record, field int, in stretch) error {
	env, first := &p.envelopes[p.depth], len(p.requests.list)
	env.view.Load(line, in.start, in.end, record.EscapeJSON)
	p.depth++
	err := p.parse(trimNewline(env.view.Text()), &env.inner)
	p.depth--
	if err == ErrFormat {
		return err
	}
	for i := first; i < len(p.requests.list); i++ {
		env.view.MapRequest(&p.requests.list[i])
	}
	p.requests.setTimeFrom(first, r.Time)
	env.inJSON = err == nil || err == ErrRequest || len(p.requests.list) > first
	env.mergeEmbedded(r, field)
	return err
}

// mergeEmbedded replaces the field of the string with the fields of its line. Of the shipper's record only the other fields
// stay, and the time if the line has none.
func (env *envelope) mergeEmbedded(r *record.Record, field int) {
	env.trailing = append(env.trailing[:0], r.Fields[field+1:]...)
	line, fields, at := r.Line, r.Fields[:field], r.Time
	r.Reset(line)
	r.Fields, r.Time = fields, at
	r.MergeFrom(&env.inner, &env.view)
	r.Fields = append(r.Fields, env.trailing...)
}

// startsJSON reports whether the line begins like a JSON object, or is a JSON array: other formats begin with a bracket too.
func startsJSON(line []byte) bool {
	if len(line) > 0 && line[0] > ' ' && line[0] != '{' && line[0] != '[' {
		return false
	}
	i := skipSpace(line, 0)
	return i < len(line) && (line[i] == '{' || line[i] == '[' && startsArray(line, i+1) && json.Valid(line))
}

// startsArray reports whether a JSON value may stand at line[i], the first of an array.
func startsArray(line []byte, i int) bool {
	if line[len(line)-1] > ' ' && line[len(line)-1] != ']' {
		return false
	}
	if i = skipSpace(line, i); i == len(line) || line[i] == '{' || line[i] == '[' || line[i] == ']' || line[i] == '"' {
		return i < len(line)
	}
	end := i
	for end < len(line) && !endsUnquoted[line[end]] {
		end++
	}
	after := skipSpace(line, end)
	word := line[i:end]
	return after < len(line) && (line[after] == ',' || line[after] == ']') &&
		(isNumberText(word) || string(word) == "null" || string(word) == "true" || string(word) == "false")
}

// trimNewline removes the line ending kept by Docker.
func trimNewline(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}

// Envelope describes the envelope of line, the last line parsed by p: a shipper's prefix, JSON, or both, from the outside
// in. It returns "" for a bare line.
func Envelope(p Parser, line []byte) string {
	var q *parser
	switch x := p.(type) {
	case *parser:
		q = x
	case *Auto:
		q = &x.parser
	default:
		return ""
	}
	var parts []string
	for i := range q.envelopes {
		env := &q.envelopes[i]
		switch {
		case env.prefixed && i == 0:
			parts = append(parts, prefixName(line))
		case env.prefixed:
			parts = append(parts, "a prefix")
		}
		if !env.inJSON {
			break
		}
		parts = append(parts, "JSON")
	}
	return strings.Join(parts, ", then ")
}

// prefixName names the prefix at the start of line.
func prefixName(line []byte) string {
	if bytes.HasPrefix(line, []byte(byteOrderMark)) {
		return "byte order mark"
	}
	line = line[octetCountEnd(line):]
	i := priorityEnd(line)
	switch {
	case i > 0 && bytes.HasPrefix(line[i:], []byte("1 ")):
		return "syslog (RFC 5424)"
	case i > 0 || syslogTimeEnd(line) > 0:
		return "syslog (RFC 3164)"
	case bytes.Contains(line[:min(len(line), 64)], []byte(" stdout ")), bytes.Contains(line[:min(len(line), 64)], []byte(" stderr ")):
		return "CRI"
	case composeEnd(line) > 0:
		return "docker compose"
	}
	return "a time, a name or a quote in front"
}
