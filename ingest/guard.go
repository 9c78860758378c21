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

// check is the second look at what is about to leave: dst[start:]. What it catches is masked there and noted in
// p.caught, so that no event and no record shows it either; if that is not enough, the line is masked whole.
func (p *Processor) check(dst []byte, start int) []byte {
	if p.guard == nil { // only in the test that must fail without it
		return dst
	}
	if p.spans = p.guard.Check(dst[start:], p.spans[:0]); len(p.spans) == 0 {
		return dst
	}
	p.spans = slices.DeleteFunc(p.spans, p.meant)
	if len(p.spans) == 0 {
		return dst
	}
	p.spans = joinSpans(widen(dst[start:], p.spans))
	for _, s := range p.spans {
		p.caught = append(p.caught, p.located(s))
	}
	dst = maskSpans(dst, start, p.spans)
	if p.remains(dst[start:]) {
		p.hidden = true
		dst = append(dst[:start], "REDACTED.line.guard"...)
	}
	return dst
}

// located is s, a span of the redacted line, as it stood in the line.
func (p *Processor) located(s guard.Span) guard.Span {
	return guard.Span{Start: p.original(s.Start, false), End: p.original(s.End, true), Reason: s.Reason}
}

// meant tells whether s is to stay: the policy keeps a finding there, or it is where a pattern of the configuration does
// not count. That is outside of the fields, where times and numbers are: the finder leaves those as well.
func (p *Processor) meant(s guard.Span) bool {
	s = p.located(s)
	for i := range p.findings {
		if f := &p.findings[i]; f.Keep && f.Start < s.End && s.Start < f.End {
			return true
		}
	}
	return s.Reason == guard.ReasonPattern && p.placeOf(s, nil) == "outside"
}

// remains tells whether the second check still sees what must not leave in what has been masked. Where it stood cannot be
// told any more; it is compared with what the policy keeps.
func (p *Processor) remains(masked []byte) bool {
	p.spans = p.guard.Check(masked, p.spans[:0])
	for _, s := range p.spans {
		if s.Reason != guard.ReasonPattern && !p.keptText(masked[s.Start:s.End]) {
			return true
		}
	}
	return false
}

// keptText tells whether a finding that the policy keeps stands in text, or text in one.
func (p *Processor) keptText(text []byte) bool {
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

// widen stretches spans of text to where the word ends in which each of them ends: of a JWT the part that gives it away is
// only the first.
func widen(text []byte, spans []guard.Span) []guard.Span {
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

// joinSpans sorts spans and makes one of those that overlap.
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

// original says where in the line byte at of the redacted line comes from: within a placeholder, where the credential
// starts or, for the end of a span, where it ends.
func (p *Processor) original(at int, end bool) int {
	grown := 0
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
		case at < from+len(p.scratch) && end:
			return f.End
		case at < from+len(p.scratch):
			return f.Start
		}
		grown += len(p.scratch) - (f.End - f.Start)
	}
	return at - grown
}

const guardMask = "REDACTED.guard"

// maskSpans rewrites dst[start:] with each span replaced. They are sorted, without overlap, and relative to start.
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

// Clean masks what the second check finds in bytes that are not a line: a message key or header.
func (p *Processor) Clean(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	if p.spans = p.guard.Check(b, p.spans[:0]); len(p.spans) == 0 {
		return b
	}
	p.spans = joinSpans(widen(b, p.spans))
	for _, s := range p.spans {
		p.counts.caught(s.Reason, "message")
	}
	return maskSpans(bytes.Clone(b), 0, p.spans)
}

// countCaught counts what the second check caught by the field of the line that it stood in. err is that of parsing.
func (p *Processor) countCaught(err error) {
	for _, s := range p.caught {
		p.counts.caught(s.Reason, p.placeOf(s, err))
	}
}

// placeOf names the field in which most of s stands.
func (p *Processor) placeOf(s guard.Span, err error) string {
	if errors.Is(err, accesslog.ErrFormat) {
		return "line"
	}
	best, place := 0, "outside"
	for i := range p.rec.Fields {
		f := &p.rec.Fields[i]
		if n := min(f.End, s.End) - max(f.Start, s.Start); n > best {
			best, place = n, fieldKinds[f.Kind]
		}
	}
	return place
}

// fieldKinds are the names of the kinds of field.
var fieldKinds = [...]string{
	record.KindText: "text", record.KindTarget: "target", record.KindPath: "path", record.KindQuery: "query",
	record.KindURL: "url", record.KindReferer: "referer", record.KindHeader: "header", record.KindCookies: "cookie",
	record.KindCookie: "cookie", record.KindParam: "query", record.KindUser: "user",
	record.KindUserAgent: "user_agent", record.KindHost: "host",
}

func (p *Processor) overlapsCaught(f record.Field) bool {
	return slices.ContainsFunc(p.caught, func(s guard.Span) bool { return s.Start < f.End && f.Start < s.End })
}

// withoutCaught is the text of f where the second check caught a part of it.
func (p *Processor) withoutCaught(f record.Field) string {
	start, at := len(p.arena), f.Start
	inside := p.inside(f)
	for _, s := range p.caught {
		if s.End <= f.Start || s.Start >= f.End {
			continue
		}
		for len(inside) > 0 && inside[0].Start < s.Start {
			at = p.appendPart(at, &inside[0], f.Escape)
			inside = inside[1:]
		}
		if s.Start > at {
			p.arena = record.Unescape(p.arena, p.rec.Line[at:s.Start], f.Escape)
		}
		p.arena = append(p.arena, guardMask...)
		at = max(at, min(s.End, f.End))
		for len(inside) > 0 && inside[0].Start < at {
			at = max(at, min(inside[0].End, f.End))
			inside = inside[1:]
		}
	}
	for i := range inside {
		at = p.appendPart(at, &inside[i], f.Escape)
	}
	p.arena = record.Unescape(p.arena, p.rec.Line[min(at, f.End):f.End], f.Escape)
	return record.String(p.arena[start:])
}

// appendPart appends the line from at on to where g ends, redacted, and returns that.
func (p *Processor) appendPart(at int, g *credential.Finding, e record.Escape) int {
	if g.Keep || g.Start < at {
		return at
	}
	p.arena = record.Unescape(p.arena, p.rec.Line[at:g.Start], e)
	p.arena = credential.AppendPlaceholder(p.arena, g.Kind, g.Fingerprint)
	return g.End
}

// guardOptions returns the options under which the guard catches what the search looks for and passes what it leaves.
func guardOptions(o credential.Options) guard.Options {
	g := guard.Options{Names: o.Names, ExceptNames: o.Exceptions.Names, ExceptPaths: o.Exceptions.Paths}
	for _, p := range o.Patterns {
		g.Patterns = append(g.Patterns, p.Regexp)
	}
	return g
}
