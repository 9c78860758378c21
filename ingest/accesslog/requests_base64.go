package accesslog

import (
	"bytes"
	"encoding/base64"
	"slices"
	"sort"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Lines in base64 are read in place of it: the record's Line is the message with their text. What is no text stays as it is.

// decodedText is the content of the strings in base64 of the message at hand.
type decodedText struct {
	text   []byte
	runs   []decodedRun // by their order in the message
	fields []record.Field
	reads  bool // such content is being read: what is in base64 in it stays

	line    []byte // the message with the content
	merged  []record.Field
	encoded []record.Encoded
	inner   record.Record
}

// decodedRun is the content of one string: text[start:end] with fields[first:last].
type decodedRun struct{ start, end, first, last int }

func (d *decodedText) reset() {
	d.text, d.runs, d.fields = d.text[:0], d.runs[:0], d.fields[:0]
	d.line, d.encoded = d.line[:0], d.encoded[:0]
}

// parseEncoded reads the content of the base64 string line[s.start:s.end] as lines and reports whether there is a request
// among them; they are then in p.requests, and the field of the string is marked.
func (p *parser) parseEncoded(line []byte, r *record.Record, s stretch) bool {
	q := &p.requests
	d := &q.base64
	size := s.end - s.start
	if q.budget -= size; size < minEmbedded || d.reads || p.depth > 0 || q.budget < 0 {
		return false
	}
	field := fieldAt(r.Fields, s.start)
	if field == len(r.Fields) || r.Fields[field].Start != s.start || r.Fields[field].End != s.end {
		return false
	}
	start, firstField, first, cut := len(d.text), len(d.fields), len(q.list), q.cut
	text, err := base64.StdEncoding.Strict().AppendDecode(d.text, line[s.start:s.end])
	if err != nil || bytes.ContainsAny(line[s.start:s.end], "\r\n") || slices.ContainsFunc(text[start:], isBinaryByte) {
		return false
	}
	d.text, d.reads, q.used = text, true, true
	q.keepNames(r.Fields)
	for at := start; at < len(d.text); {
		at = p.parseDecodedLine(at)
	}
	d.reads = false
	if !q.hasUsable(first) {
		d.text, d.fields, q.list, q.cut = d.text[:start], d.fields[:firstField], q.list[:first], cut
		return false
	}
	d.runs = append(d.runs, decodedRun{start, len(d.text), firstField, len(d.fields)})
	r.Fields[field].Decoded = true
	return true
}

// isBinaryByte reports whether c is in no text, coloured or not.
func isBinaryByte(c byte) bool {
	return c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != escapeByte
}

// parseDecodedLine reads the line of the content that begins at start, and returns where the next one begins.
func (p *parser) parseDecodedLine(start int) int {
	q := &p.requests
	d := &q.base64
	next := len(d.text)
	if i := bytes.IndexByte(d.text[start:], '\n'); i >= 0 {
		next = start + i + 1
	}
	line := trimNewline(d.text[start:next])
	if len(line) == 0 {
		return next
	}
	r, first := &d.inner, len(q.list)
	if q.budget -= len(line); q.budget < 0 || first >= maxRequests {
		q.cut++
		d.fields = append(d.fields, record.Field{Start: start, End: start + len(line)})
		return next
	}
	err := p.parse(line, r)
	if err == ErrFormat {
		r.Reset(line)
		r.Add(record.Field{End: len(line)})
	}
	r.Shift(start)
	q.shiftFrom(first, start)
	q.keepNames(r.Fields)
	d.fields = append(d.fields, r.Fields...)
	if len(q.list) == first {
		if err == errTruncated {
			err = ErrFormat
		}
		q.list = append(q.list, record.Request{Record: *r, Start: start, End: start + len(line), Err: err})
		q.list[first].Fields = nil
	}
	for i := first; i < len(q.list); i++ {
		q.list[i].Decoded = true
	}
	return next
}

// decode gives r, the record of a whole message, the content of its strings in base64.
func (q *requests) decode(r *record.Record) {
	d := &q.base64
	if len(d.runs) == 0 {
		return
	}
	at, moved := 0, 0
	d.merged = d.merged[:0]
	for _, f := range r.Fields {
		if !f.Decoded {
			f.Start, f.End = f.Start+moved, f.End+moved
			d.merged = append(d.merged, f)
			continue
		}
		run := &d.runs[len(d.encoded)]
		d.line = append(d.line, r.Line[at:f.Start]...)
		start := len(d.line)
		d.line = append(d.line, d.text[run.start:run.end]...)
		d.encoded = append(d.encoded, record.Encoded{Start: start, End: len(d.line), From: f.Start, Before: f.End})
		at, moved = f.End, len(d.line)-f.End
		for _, g := range d.fields[run.first:run.last] {
			g.Start, g.End = g.Start+start-run.start, g.End+start-run.start
			d.merged = append(d.merged, g)
		}
	}
	d.line = append(d.line, r.Line[at:]...)
	for i := range q.list {
		d.move(&q.list[i])
	}
	r.Line, r.Encoded = d.line, d.encoded
	r.Fields, d.merged = d.merged, r.Fields // r keeps its fields' memory for the next message
}

// move maps a request to the message with the content.
func (d *decodedText) move(r *record.Request) {
	n := 0
	if r.Decoded {
		i := sort.Search(len(d.runs), func(i int) bool { return d.runs[i].start > r.Start }) - 1
		n = d.encoded[i].Start - d.runs[i].start
	} else if i := sort.Search(len(d.encoded), func(i int) bool { return d.encoded[i].From > r.Start }) - 1; i >= 0 {
		n = d.encoded[i].End - d.encoded[i].Before
	}
	r.Shift(n)
	r.Start, r.End = r.Start+n, r.End+n
}
