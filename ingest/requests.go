package ingest

import (
	"bytes"
	"encoding/base64"
	"sort"

	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// A message may hold several requests. It is searched, redacted and checked as one line. Each request then has its part of
// what was found, and its events are made as those of a line are.

// message is a line that holds several requests.
type message struct {
	rec        record.Record        // of the whole line
	findings   []credential.Finding // of the whole line
	guardSpans []guard.Span         // of the whole line
	line       Line                 // zero if no events are to be made
}

// keepMessage keeps what belongs to the whole line at hand, if it holds several requests.
func (p *Processor) keepMessage() {
	if len(p.rec.Requests) > 0 {
		p.message = message{rec: p.rec, findings: p.findings, guardSpans: p.guardSpans}
		p.keepOuter()
	}
}

// endMessage takes back what Request has set for a part of the line.
func (p *Processor) endMessage() {
	if len(p.message.rec.Requests) > 0 {
		p.rec, p.findings, p.guardSpans = p.message.rec, p.message.findings, p.message.guardSpans
		p.message, p.source.outer = message{}, p.source.outer[:0]
	}
}

// Request returns the result of a request of the last line, from 0 to Result.Requests-1. Source.Line of its events is that
// of the line and, in a message of Kafka, the number of the request. It holds until the next call of the Processor, which
// has the record of this request meanwhile.
func (p *Processor) Request(number int) Result {
	m := &p.message
	r := &m.rec.Requests[number]
	p.rec, p.source.before = r.Record, r.Start
	p.rec.Encoded = m.rec.Encoded
	p.findings = overlapping(m.findings, r.Start, r.End)
	p.guardSpans = overlappingSpans(m.guardSpans, r.Start, r.End)
	res := Result{Err: r.Err, Findings: p.findings, searched: true}
	p.events, p.arena, p.texts = p.events[:0], p.arena[:0], p.texts[:0]
	if l := m.line; l.Text != nil {
		if l.Source.Topic != "" {
			l.Source.Line += int64(number)
		}
		if res.Err == nil && !p.makeEvents(&l) {
			res.Reason = ReasonTime
		}
		res.Events = p.events
		p.counts.addRequest(&res)
	}
	return res
}

// overlappingSpans returns the spans that overlap start:end.
func overlappingSpans(spans []guard.Span, start, end int) []guard.Span {
	from := sort.Search(len(spans), func(i int) bool { return spans[i].End > start })
	to := from + sort.Search(len(spans)-from, func(i int) bool { return spans[from+i].Start >= end })
	return spans[from:to]
}

// encodeAgain encodes what the message has in base64 in the redacted line dst[start:]. body is the line as it came: a
// stretch in which nothing was replaced stays as it is there.
func (p *Processor) encodeAgain(dst []byte, start int, body []byte) []byte {
	if len(p.rec.Encoded) == 0 || p.maskedWhole {
		return dst
	}
	p.scratch = p.redaction.locate(p.scratch)
	p.plain = append(p.plain[:0], dst[start:]...)
	at := 0
	dst = dst[:start]
	for i := range p.rec.Encoded {
		e := &p.rec.Encoded[i]
		from, ok := p.inRedacted(e.Start)
		to, alsoOK := p.inRedacted(e.End)
		if !ok || !alsoOK {
			return p.maskWhole(dst, start)
		}
		dst = append(dst, p.plain[at:from]...)
		if bytes.Equal(p.plain[from:to], p.rec.Line[e.Start:e.End]) {
			dst = append(dst, body[e.From:e.Before]...)
		} else {
			dst = base64.StdEncoding.AppendEncode(dst, p.plain[from:to])
		}
		at = to
	}
	return append(dst, p.plain[at:]...)
}

// inRedacted maps an offset of the record's line to the redacted and checked one. It reports false within a replacement.
func (p *Processor) inRedacted(at int) (int, bool) {
	at, ok := p.redaction.byFinder.changed(at)
	if !ok {
		return at, false
	}
	return p.masks.changed(at)
}
