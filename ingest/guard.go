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

// toOriginal maps a span of the redacted line to the line.
func (p *Processor) toOriginal(s guard.Span) guard.Span {
	return guard.Span{Start: p.originalOffset(s.Start, false), End: p.originalOffset(s.End, true), Reason: s.Reason}
}

// originalOffset maps an offset of the redacted line to the line. An offset within a placeholder becomes the start of its
// credential or, for the end of a span, the end.
func (p *Processor) originalOffset(at int, isEnd bool) int {
	grown := 0 // how much longer the redacted line is up to here
	for i := range p.findings {
		f := &p.findings[i]
		if f.Keep {
			continue
		}
		p.scratch = credential.AppendReplacement(p.scratch[:0], f)
		from := f.Start + grown
		switch {
		case at <= from:
			return at - grown
		case at < from+len(p.scratch) && isEnd:
			return f.End
		case at < from+len(p.scratch):
			return f.Start
		}
		grown += len(p.scratch) - (f.End - f.Start)
	}
	return at - grown
}

// isExpected reports whether s may stay: the policy keeps a finding there, or a pattern of the configuration matches
// outside of the fields. Only times and numbers are there, and the finder does not search them either.
func (p *Processor) isExpected(s guard.Span) bool {
	s = p.toOriginal(s)
	for i := range p.findings {
		if f := &p.findings[i]; f.Keep && f.Start < s.End && s.Start < f.End {
			return true
		}
	}
	return s.Reason == guard.ReasonPattern && p.locationOf(s, nil) == locationOutside
}

// stillLeaks reports whether the second check still catches something in a masked line. Its offsets cannot be mapped back
// any more, so the text is compared with the findings that the policy keeps.
func (p *Processor) stillLeaks(masked []byte) bool {
	p.spans = p.guard.Check(masked, p.spans[:0])
	for _, s := range p.spans {
		if s.Reason != guard.ReasonPattern && !p.isKeptText(masked[s.Start:s.End]) {
			return true
		}
	}
	return false
}

// isKeptText reports whether text holds a finding that the policy keeps, or is a part of one.
func (p *Processor) isKeptText(text []byte) bool {
	for i := range p.findings {
		if f := &p.findings[i]; f.Keep {
			kept := p.rec.Line[f.Start:f.End]
			if bytes.Contains(text, kept) || bytes.Contains(kept, text) {
				return true
			}
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

// maskSpans replaces each span of dst[start:] by a mask. The spans are sorted and disjoint; their offsets count from start.
func maskSpans(dst []byte, start int, spans []guard.Span) []byte {
	line := bytes.Clone(dst[start:])
	dst = dst[:start]
	at := 0
	for _, s := range spans {
		dst = append(append(dst, line[at:s.Start]...), guardMask...)
		at = s.End
	}
	return append(dst, line[at:]...)
}

// Locations of a catch beside the names of fields. They are metric labels.
const (
	locationLine    = "line"    // in a line that no format fits
	locationOutside = "outside" // between the fields of a line
	locationMessage = "message" // in a message's key or header
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
