package ingest

import (
	"bytes"
	"slices"

	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/internal/cleantext"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Text of a line or a message leaves a Processor by the functions of this file alone:
//
//	releaseLine    the redacted line, also for the quarantine topic
//	fieldText      a field of the line, in events, records and explanations
//	decodedText    what the finder decoded: names of parameters, users, claims
//	messageText    a message's key, and the name or value of one of its headers
//
// Each text comes from the finder, which has replaced what it found, and all of it passes the second check.

// Masks of the second check and of lines that are not forwarded.
const (
	guardMask = "REDACTED.guard"
	lineMask  = "REDACTED.line." // a reason follows
)

// secondCheck returns the spans of redacted that must not leave: sorted, disjoint, extended to the end of their words.
// redacted was made of r. The spans hold until the next call.
func (p *Processor) secondCheck(redacted []byte, r *redaction) []guard.Span {
	if p.guard == nil { // only in tests of what happens without it
		return nil
	}
	p.spans = p.guard.Check(redacted, p.spans[:0])
	if len(p.spans) == 0 {
		p.lineClean = p.lineClean || r.isLine
		return nil
	}
	p.scratch = r.locate(p.scratch)
	p.spans = slices.DeleteFunc(p.spans, func(s guard.Span) bool { return p.isExpected(s, r) })
	if len(p.spans) > 0 {
		p.spans = joinSpans(extendToWord(redacted, p.spans))
	}
	return p.spans
}

// releaseLine applies the second check to the redacted line dst[start:], which was made of r. It masks what the check
// catches and notes it in guardSpans, for fieldText. If that is not enough it masks the whole line.
func (p *Processor) releaseLine(dst []byte, start int, r *redaction) []byte {
	spans := p.secondCheck(dst[start:], r)
	if len(spans) == 0 {
		return dst
	}
	for _, s := range spans {
		p.guardSpans = append(p.guardSpans, r.byFinder.span(s))
	}
	dst, p.masks = maskSpans(dst, start, spans)
	if p.stillLeaks(dst[start:], p.masks, r) {
		return p.maskWhole(dst, start)
	}
	return dst
}

// AppendUnchecked appends the last line as the finder alone redacted it. It is for tests of the second check: nothing of it
// may leave.
func (p *Processor) AppendUnchecked(dst []byte) []byte {
	return credential.AppendRedacted(dst, p.redaction.text, p.redaction.findings)
}

// maskWhole replaces the redacted line dst[start:].
func (p *Processor) maskWhole(dst []byte, start int) []byte {
	p.maskedWhole = true
	return append(append(dst[:start], lineMask...), ReasonGuard...)
}

// releaseText does the same for the redacted text dst[start:] that is no line. It counts catches at location and
// reports whether it has left the text as it was.
func (p *Processor) releaseText(dst []byte, start int, r *redaction, location string) ([]byte, bool) {
	spans := p.secondCheck(dst[start:], r)
	if len(spans) == 0 {
		return dst, true
	}
	for _, s := range spans {
		p.counts.addGuard(s.Reason, location)
	}
	dst, masks := maskSpans(dst, start, spans)
	if p.stillLeaks(dst[start:], masks, r) {
		dst = append(dst[:start], guardMask...)
	}
	return dst, false
}

// searchText appends text, a field of its own of the kind, redacted and checked. It reports whether text came out as it
// was. name is the field's, if it has one.
func (p *Processor) searchText(dst, text []byte, field record.Field, location string) ([]byte, bool) {
	p.textRecord.Reset(text)
	field.Start, field.End = 0, len(text)
	if p.textRecord.Add(field); field.Kind == record.KindTarget { // exceptions for paths are for the target alone
		p.textRecord.Target = field
	}
	r := &p.textRedaction
	r.text, r.findings = text, p.textFinder.Find(&p.textRecord, r.findings[:0])
	start := len(dst)
	dst, clean := p.releaseText(credential.AppendRedacted(dst, text, r.findings), start, r, location)
	for i := range r.findings {
		clean = clean && r.findings[i].Keep
	}
	return dst, clean
}

// decodedText returns text that the finder decoded, redacted: it is no stretch of the line, so nobody has searched it
// yet. A kind of KindUser also judges it by its shape. It reports whether s comes out as it was.
func (p *Processor) decodedText(s string, kind record.Kind) (string, bool) {
	if isShortWord(s) && !p.hasPatterns {
		return s, true
	}
	as := searchedAs{kind, true}
	e, isClean := p.cleanTexts.Find(record.Bytes(s), as)
	if isClean {
		return s, true
	}
	start := len(p.arena)
	arena, clean := p.searchText(p.arena, record.Bytes(s), record.Field{Kind: kind}, locationEvent)
	if p.arena = arena; clean {
		p.arena = p.arena[:start]
		e.Keep(record.Bytes(s), as)
		return s, true
	}
	return record.String(p.arena[start:]), false
}

// isShortWord reports whether s is too short for a credential without a name, and no pair.
func isShortWord(s string) bool {
	if len(s) >= shortestSecret {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isTokenByte(c) && c != '#' {
			return false
		}
	}
	return true
}

// shortestSecret is the least length of a text in which the second check may catch something: "://a:b123@". The finder
// knows no shorter secret without a name.
const shortestSecret = 9

// fieldText returns the redacted, unescaped text of a field; "" if the line was masked whole. It points into the line or
// the arena.
func (p *Processor) fieldText(f record.Field) string {
	if !f.Present() || f.Start == f.End || p.maskedWhole {
		return ""
	}
	p.fieldKept = p.fieldKept[:0]
	findings := overlapping(p.findings, f.Start, f.End)
	raw := p.rec.Raw(f)
	asLogged := !f.Escape.IsIn(raw)
	checked := p.isCheckedWithLine(f)
	if asLogged && len(findings) == 0 && len(p.guardSpans) == 0 {
		if checked {
			return record.String(raw)
		}
		return p.checkedText(record.String(raw), f.Kind)
	}
	start := len(p.arena)
	p.arena = p.appendField(p.arena, f, findings)
	if checked {
		return record.String(p.arena[start:])
	}
	return p.checkedText(record.String(p.arena[start:]), f.Kind)
}

// isCheckedWithLine reports whether the second check of the line was one of the text of f too. It was if it found nothing in
// the line, nothing in the text is escaped, and what stands beside the text ends every run, name and value: a
// blank or a quote. Patterns of the configuration may ask for the start of a text.
func (p *Processor) isCheckedWithLine(f record.Field) bool {
	line := p.rec.Line
	if !p.lineClean || p.hasPatterns || f.Start > 0 && !isBetweenFields(line[f.Start-1]) ||
		f.End < len(line) && !isBetweenFields(line[f.End]) ||
		bytes.IndexByte(line[f.Start:f.End], '\\') >= 0 || f.Escape.IsIn(line[f.Start:f.End]) {
		return false
	}
	for _, x := range overlapping(p.findings, f.Start-1, f.End+1) {
		if x.Start < f.Start || x.End > f.End {
			return false
		}
	}
	return true
}

func isBetweenFields(c byte) bool { return c == ' ' || c == '"' }

// appendField appends the text of f with what was found or caught masked, and sets fieldKept.
func (p *Processor) appendField(dst []byte, f record.Field, findings []credential.Finding) []byte {
	start, at, caught := len(dst), f.Start, p.guardSpans
	for len(findings) > 0 || len(caught) > 0 {
		var g *credential.Finding
		var from, to int
		if len(caught) == 0 || len(findings) > 0 && findings[0].Start < caught[0].Start {
			g, findings = &findings[0], findings[1:]
			from, to = g.Start, g.End
		} else {
			from, to, caught = caught[0].Start, caught[0].End, caught[1:]
		}
		if to = min(to, f.End); to <= at || from >= f.End {
			continue
		}
		if from < at && at > f.Start { // the mask before it covers its start
			at = to
			continue
		}
		from = max(from, at)
		dst = record.Unescape(dst, p.rec.Line[at:from], f.Escape)
		switch {
		case g == nil:
			dst = append(dst, guardMask...)
		case g.Keep && !g.Unsearched:
			before := len(dst) - start
			dst = record.Unescape(dst, p.rec.Line[from:to], f.Escape)
			p.fieldKept = append(p.fieldKept, guard.Span{Start: before, End: len(dst) - start})
		default:
			dst = credential.AppendPlaceholder(dst, g.Kind, g.Fingerprint)
		}
		at = to
	}
	return record.Unescape(dst, p.rec.Line[at:f.End], f.Escape)
}

// checkedText applies the second check to a redacted text of a field, of which the policy keeps fieldKept. The check has
// seen the line, but not what became of it on the way here.
func (p *Processor) checkedText(s string, kind record.Kind) string {
	if p.guard == nil || len(s) < shortestSecret && !p.hasPatterns {
		return s
	}
	var e *cleantext.Entry[searchedAs]
	if recurs(kind) {
		var isClean bool
		if e, isClean = p.cleanTexts.Find(record.Bytes(s), searchedAs{kind, false}); isClean {
			return s
		}
	}
	p.spans = p.guard.Check(record.Bytes(s), p.spans[:0])
	if len(p.spans) == 0 {
		if e != nil {
			e.Keep(record.Bytes(s), searchedAs{kind, false})
		}
		return s
	}
	p.spans = slices.DeleteFunc(p.spans, func(s guard.Span) bool { return overlapsAny(p.fieldKept, s) })
	if len(p.spans) == 0 {
		return s
	}
	p.spans = joinSpans(extendToWord(record.Bytes(s), p.spans))
	for _, c := range p.spans {
		p.counts.addGuard(c.Reason, locationEvent)
	}
	start := len(p.arena)
	p.arena, _ = maskSpans(append(p.arena, s...), start, p.spans)
	return record.String(p.arena[start:])
}

// overlapsAny reports whether s overlaps one of spans, which are sorted and disjoint.
func overlapsAny(spans []guard.Span, s guard.Span) bool {
	i, _ := slices.BinarySearchFunc(spans, s.Start, func(k guard.Span, at int) int { return k.End - at - 1 })
	return i < len(spans) && spans[i].Start < s.End
}
