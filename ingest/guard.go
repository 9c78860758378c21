package ingest

import (
	"bytes"
	"errors"
	"slices"

	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// The second check sees the redacted line alone. This file maps its spans back to the line, drops those that are there on
// purpose, and masks the rest.

// guardOptions returns the options with which the second check looks for what the finder looks for, and passes what the
// finder leaves on request.
func guardOptions(o credential.Options) guard.Options {
	g := guard.Options{Names: o.Names, ExceptNames: o.Exceptions.Names, ExceptPaths: o.Exceptions.Paths}
	for _, p := range o.Patterns {
		g.Patterns = append(g.Patterns, p.Regexp)
	}
	return g
}

// isExpected reports whether s, a span of the redacted text, may stay: the policy keeps a finding there, or a pattern of
// the configuration matches outside of a line's fields. Only times and numbers are there, and the finder does not search
// them either.
func (p *Processor) isExpected(s guard.Span, r *redaction) bool {
	s = r.byFinder.span(s)
	return r.isKept(s) || r.isLine && s.Reason == guard.ReasonPattern && p.locationOf(s, nil) == locationOutside
}

// stillLeaks reports whether the second check still catches something in a masked text, which masks made of the redacted
// one.
func (p *Processor) stillLeaks(masked []byte, masks edits, r *redaction) bool {
	p.spans = p.guard.Check(masked, p.spans[:0])
	for _, s := range p.spans {
		if s.Reason != guard.ReasonPattern && !p.isExpected(masks.span(s), r) {
			return true
		}
	}
	return false
}

// extendToWord moves the end of each span to the end of its word: the check recognises a JWT by its first part.
func extendToWord(text []byte, spans []guard.Span) []guard.Span {
	for i := range spans {
		s := &spans[i]
		for s.End < len(text) && isTokenByte(text[s.End]) {
			s.End++
		}
	}
	return spans
}

func isTokenByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '~' || c == '+'
}

// joinSpans sorts spans and joins those that overlap. There must be at least one.
func joinSpans(spans []guard.Span) []guard.Span {
	slices.SortStableFunc(spans, func(a, b guard.Span) int { return a.Start - b.Start })
	out := spans[:1]
	for _, s := range spans[1:] {
		if last := &out[len(out)-1]; s.Start < last.End {
			last.End = max(last.End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// maskSpans replaces each span of dst[start:] by a mask and returns what it did. The spans are sorted and disjoint; their
// offsets count from start.
func maskSpans(dst []byte, start int, spans []guard.Span) ([]byte, edits) {
	text := bytes.Clone(dst[start:])
	dst = dst[:start]
	at, done := 0, make(edits, 0, len(spans))
	for _, s := range spans {
		dst = append(append(dst, text[at:s.Start]...), guardMask...)
		done = done.add(s.Start, s.End, len(guardMask))
		at = s.End
	}
	return append(dst, text[at:]...), done
}

// Locations of a catch beside the names of fields. They are metric labels.
const (
	locationLine    = "line"    // in a line that no format fits
	locationOutside = "outside" // between the fields of a line
	locationMessage = "message" // in a message's key or header
	locationEvent   = "event"   // in a text of an event or a record
)

// fieldNames are the names of the kinds of field. They are metric labels.
var fieldNames = [...]string{
	record.KindText: "text", record.KindTarget: "target", record.KindPath: "path", record.KindQuery: "query",
	record.KindURL: "url", record.KindReferer: "referer", record.KindHeader: "header", record.KindCookies: "cookie",
	record.KindCookie: "cookie", record.KindParam: "query", record.KindUser: "user",
	record.KindUserAgent: "user_agent", record.KindHost: "host",
}

// countGuardSpans counts what the second check caught in the line, by location. err is that of parsing.
func (p *Processor) countGuardSpans(err error) {
	for _, s := range p.guardSpans {
		p.counts.addGuard(s.Reason, p.locationOf(s, err))
	}
}

// locationOf names the field that holds most of s, a span of the line. err is that of parsing.
func (p *Processor) locationOf(s guard.Span, err error) string {
	if errors.Is(err, accesslog.ErrFormat) {
		return locationLine
	}
	longest, location := 0, locationOutside
	for i := range p.rec.Fields {
		f := &p.rec.Fields[i]
		if n := min(f.End, s.End) - max(f.Start, s.Start); n > longest {
			longest, location = n, fieldNames[f.Kind]
		}
	}
	return location
}
