package accesslog

import (
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Bounds of a message of several requests.
const (
	maxRequests  = 4096 // requests; what is beyond is searched as a part of the message
	maxLists     = 4    // lists in each other: resourceLogs, scopeLogs, logRecords
	listBudget   = 16   // bytes of elements that are parsed, for each byte of the message
	keptRequests = 256  // requests whose memory is kept for the next message, some 700 bytes each
)

// requests are those of the message at hand.
type requests struct {
	used   bool // one of the following is set
	list   []record.Request
	cut    int    // requests beyond maxRequests
	names  []byte // names of fields: an element's parser overwrites those of the element before
	budget int    // bytes of elements that may still be parsed
	level  int    // number of lists around the element that is being read
	base64 decodedText
	levels [maxLists]struct {
		elements []stretch
		outer    []record.Field // of the text around the elements, and of those that cannot be read
		element  record.Record
	}
}

// begin forgets the message before. Most lines are none, and leave nothing to forget.
func (q *requests) begin(size int) {
	q.budget = listBudget * size
	if q.used {
		q.reset()
	}
}

func (q *requests) reset() {
	if len(q.list) > keptRequests {
		q.list = nil
	}
	q.list, q.cut, q.names, q.used = q.list[:0], 0, q.names[:0], false
	q.base64.reset()
}

// drop forgets the requests of what turned out to be no list of them.
func (q *requests) drop(r *record.Record) {
	q.list = q.list[:0]
	for i := range r.Fields {
		r.Fields[i].Decoded = false
	}
}

// keepNames copies the names of fields.
func (q *requests) keepNames(fields []record.Field) {
	for i := range fields {
		if f := &fields[i]; len(f.Name) > 0 {
			n := len(q.names)
			q.names = append(q.names, f.Name...)
			f.Name = q.names[n:len(q.names):len(q.names)]
		}
	}
}

// shiftFrom adds n to the offsets of the requests from the index first on.
func (q *requests) shiftFrom(first, n int) {
	for i := first; i < len(q.list); i++ {
		if r := &q.list[i]; !r.Decoded {
			r.Shift(n)
			r.Start, r.End = r.Start+n, r.End+n
		}
	}
}

// setTimeFrom sets the time of requests from the index first on that have none.
func (q *requests) setTimeFrom(first int, t time.Time) {
	for i := first; i < len(q.list); i++ {
		if q.list[i].Time.IsZero() {
			q.list[i].Time = t
		}
	}
}

// hasUsable reports whether one of the requests from the index first on could be read.
func (q *requests) hasUsable(first int) bool {
	for i := first; i < len(q.list); i++ {
		if err := q.list[i].Err; err == nil || err == ErrRequest {
			return true
		}
	}
	return false
}

// splitList parses each element of the list that the shipper's JSON of line is or holds, and puts its fields in place of
// those in r. It reports whether there is a request among them; they are then in p.requests.
func (p *parser) splitList(line []byte, r *record.Record) bool {
	q := &p.requests
	if q.level == maxLists {
		return false
	}
	l, shipper, first := &q.levels[q.level], &p.envelopes[p.depth].shipper, len(q.list)
	more, cut := shipper.more, q.cut
	q.used = true
	l.elements = append(l.elements[:0], shipper.elements...)
	l.outer = append(l.outer[:0], r.Fields...)
	q.keepNames(l.outer)
	r.Fields = r.Fields[:0]
	q.level++
	outer := l.outer
	for _, e := range l.elements {
		n := fieldAt(outer, e.start)
		r.Fields = append(r.Fields, outer[:n]...)
		outer = outer[n:]
		n = fieldAt(outer, e.end)
		r.Fields = append(r.Fields, p.elementFields(line, e, outer[:n])...)
		outer = outer[n:]
	}
	r.Fields = append(r.Fields, outer...)
	q.level--
	if !q.hasUsable(first) {
		q.list, q.cut = q.list[:first], cut
		return false
	}
	q.cut += more
	return true
}

// elementFields parses the element e of line, adds its requests to p.requests, and returns its fields in place of outer.
func (p *parser) elementFields(line []byte, e stretch, outer []record.Field) []record.Field {
	q := &p.requests
	if q.budget -= e.end - e.start; q.budget < 0 || len(q.list) >= maxRequests {
		q.cut++
		return outer
	}
	r, first := &q.levels[q.level-1].element, len(q.list)
	err := p.parseElement(line, e, outer, r)
	if err == ErrFormat {
		return outer
	}
	q.keepNames(r.Fields)
	if len(q.list) == first {
		if err == errTruncated {
			err = ErrFormat
		}
		q.list = append(q.list, record.Request{Record: *r, Start: e.start, End: e.end, Err: err})
		q.list[first].Fields = nil
	}
	return r.Fields
}

// parseElement fills r from the element e of line. Its fields as a part of line are outer.
func (p *parser) parseElement(line []byte, e stretch, outer []record.Field, r *record.Record) error {
	first := len(p.requests.list)
	if line[e.start] == '{' {
		err := p.parse(line[e.start:e.end], r)
		r.Shift(e.start)
		p.requests.shiftFrom(first, e.start)
		return err
	}
	text, at := entryLine(line, e, &p.clock)
	if text.end-text.start < minEmbedded || p.depth == record.MaxWraps {
		return ErrFormat
	}
	r.Reset(line)
	r.Fields = append(r.Fields, outer...)
	field := fieldAt(r.Fields, text.start)
	if field == len(r.Fields) || r.Fields[field].Start != text.start {
		return ErrFormat
	}
	if err := p.parseEmbedded(line, r, field, text); err != nil {
		return err
	}
	if r.Time.IsZero() {
		r.Time = at
	}
	return nil
}

// entryLine returns the content of the string that may be a line: the element itself, or the second of an array, whose
// first is the time as Loki's clients write it, in nanoseconds.
func entryLine(line []byte, e stretch, c *clock) (text stretch, at time.Time) {
	i := e.start
	if line[i] == '[' {
		end := -1
		if i = skipSpace(line, i+1); line[i] == '"' {
			end, _ = stringEnd(line, i+1)
		}
		if end < 0 || end >= e.end {
			return stretch{}, at
		}
		at, _ = c.parse(line[i+1 : end])
		if i = skipSpace(line, end+1); line[i] != ',' {
			return stretch{}, at
		}
		i = skipSpace(line, i+1)
	}
	if line[i] != '"' {
		return stretch{}, at
	}
	end, _ := stringEnd(line, i+1)
	return stretch{i + 1, end}, at
}

// finishRequests gives the requests of the message their fields, if there are any.
func (p *parser) finishRequests(r *record.Record) {
	if len(p.requests.list) == 0 {
		return
	}
	fields := r.Fields
	r.Reset(r.Line)
	r.Fields = fields
	p.requests.decode(r)
	for i := range p.requests.list {
		q := &p.requests.list[i]
		q.Line = r.Line
		q.Fields = r.Fields[fieldAt(r.Fields, q.Start):fieldAt(r.Fields, q.End)]
		if len(p.options.TrustedProxies) > 0 {
			applyTrustedProxies(&q.Record, p.options.ClientHeaders, p.options.TrustedProxies)
		}
	}
	r.Requests, r.MoreRequests = p.requests.list, p.requests.cut
}
