package ingest

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Text of a line or a message leaves a Processor by the functions of this file alone:
//
//	releaseLine              the redacted line, also for the quarantine topic
//	Clean                    a message's key and header values
//	fieldText                a field of the line, in events, records and explanations
//	decodedText, setDecoded  names, users and claims that the finder decoded, in events and records
//
// The first two call secondCheck. fieldText masks what it has caught in the line. truncate cuts any of them.

// Masks of the second check and of lines that are not forwarded.
const (
	guardMask = "REDACTED.guard"
	lineMask  = "REDACTED.line." // a reason follows
)

// origin is where outgoing text comes from: it decides what the second check leaves.
type origin uint8

const (
	originLine    origin = iota // a redacted line: findings that the policy keeps stay
	originMessage               // a message's key or header value
)

// secondCheck returns the spans of text that must not leave: sorted, disjoint, extended to the end of their words. They
// hold until its next call.
func (p *Processor) secondCheck(text []byte, from origin) []guard.Span {
	if p.guard == nil { // only in tests of what happens without it
		return nil
	}
	p.spans = p.guard.Check(text, p.spans[:0])
	if from == originLine && len(p.spans) > 0 {
		p.spans = slices.DeleteFunc(p.spans, p.isExpected)
	}
	if len(p.spans) > 0 {
		p.spans = joinSpans(extendToWord(text, p.spans))
	}
	return p.spans
}

// releaseLine applies the second check to the redacted line dst[start:]. It masks what the check catches and notes it in
// guardSpans, for fieldText. If that is not enough it masks the whole line.
func (p *Processor) releaseLine(dst []byte, start int) []byte {
	spans := p.secondCheck(dst[start:], originLine)
	if len(spans) == 0 {
		return dst
	}
	for _, s := range spans {
		p.guardSpans = append(p.guardSpans, p.toOriginal(s))
	}
	dst = maskSpans(dst, start, spans)
	if p.stillLeaks(dst[start:]) {
		p.maskedWhole = true
		dst = append(append(dst[:start], lineMask...), ReasonGuard...)
	}
	return dst
}

// Clean masks what the second check finds in a message's key or header value. It returns b itself if there is nothing.
func (p *Processor) Clean(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	spans := p.secondCheck(b, originMessage)
	if len(spans) == 0 {
		return b
	}
	for _, s := range spans {
		p.counts.addGuard(s.Reason, locationMessage)
	}
	return maskSpans(bytes.Clone(b), 0, spans)
}

// fieldText returns the redacted, unescaped text of a field; "" if the line was masked whole. It points into the line or
// the arena.
func (p *Processor) fieldText(f record.Field) string {
	if !f.Present() || f.Start == f.End || p.maskedWhole {
		return ""
	}
	findings := p.findingsIn(f)
	if len(findings) == 0 && len(p.guardSpans) == 0 {
		if raw := p.rec.Raw(f); f.Escape == record.EscapeNone || bytes.IndexByte(raw, '\\') < 0 {
			return record.String(raw)
		}
	}
	start, at := len(p.arena), f.Start
	for _, s := range p.guardSpans {
		if s.End <= f.Start || s.Start >= f.End {
			continue
		}
		for len(findings) > 0 && findings[0].Start < s.Start {
			at = p.appendRedacted(at, &findings[0], f.Escape)
			findings = findings[1:]
		}
		if s.Start > at {
			p.arena = record.Unescape(p.arena, p.rec.Line[at:s.Start], f.Escape)
		}
		p.arena = append(p.arena, guardMask...)
		at = max(at, min(s.End, f.End))
		for len(findings) > 0 && findings[0].Start < at {
			at = max(at, min(findings[0].End, f.End))
			findings = findings[1:]
		}
	}
	for i := range findings {
		at = p.appendRedacted(at, &findings[i], f.Escape)
	}
	p.arena = record.Unescape(p.arena, p.rec.Line[min(at, f.End):f.End], f.Escape)
	return record.String(p.arena[start:])
}

// findingsIn returns the findings that overlap f.
func (p *Processor) findingsIn(f record.Field) []credential.Finding {
	from := 0
	for from < len(p.findings) && p.findings[from].End <= f.Start {
		from++
	}
	to := from
	for to < len(p.findings) && p.findings[to].Start < f.End {
		to++
	}
	return p.findings[from:to]
}

// appendRedacted appends to the arena the line from at to the end of g, with a placeholder for g, and returns that end.
// It appends nothing for a finding that the policy keeps.
func (p *Processor) appendRedacted(at int, g *credential.Finding, e record.Escape) int {
	if g.Keep || g.Start < at {
		return at
	}
	p.arena = record.Unescape(p.arena, p.rec.Line[at:g.Start], e)
	p.arena = credential.AppendPlaceholder(p.arena, g.Kind, g.Fingerprint)
	return g.End
}

// decodedText returns text that the finder decoded, such as the name of a parameter. It is no stretch of the line, so
// the second check has not seen it: the finder reports no name that holds a recognisable token.
func (p *Processor) decodedText(b []byte) string { return record.String(b) }

// setDecoded sets the texts of an event that the finder decoded: the parameter's name, the claims of a JWT, its owner or
// the user of a password. The user that the log names takes precedence as owner.
func (p *Processor) setDecoded(e *tokenwarden.Event, f *credential.Finding) {
	e.Param = p.decodedText(f.Param)
	e.Claims, e.Scopes = f.Claims, f.Scopes
	if e.Owner == "" {
		e.Owner = f.Owner
	}
}

// truncate returns at most n bytes from the start of s, a redacted text. It ends before a character or a placeholder
// that does not fit.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if i := strings.LastIndex(s[:min(len(s), n+len(placeholder)-1)], placeholder); i >= 0 && placeholderEnd(s, i) > n {
		return s[:i]
	}
	for i := n - 1; i >= max(0, n-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(s[i]) {
			if _, size := utf8.DecodeRuneInString(s[i:]); i+size > n {
				return s[:i]
			}
			break
		}
	}
	return s[:n]
}

const placeholder = "REDACTED."

// placeholderEnd returns the end of the placeholder that starts at s[i]: a word, and a fingerprint or reason after a dot.
// A word has at most maxWord bytes: what is longer was forged by a client, and may be cut.
func placeholderEnd(s string, i int) int {
	const maxWord = 32
	end := i + len(placeholder)
	for range 2 {
		n := 0
		for end+n < len(s) && isPlaceholderByte(s[end+n]) {
			n++
		}
		end += min(n, maxWord)
		if n == 0 || n > maxWord || end == len(s) || s[end] != '.' || end+1 == len(s) || !isPlaceholderByte(s[end+1]) {
			break
		}
		end++
	}
	return end
}

func isPlaceholderByte(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' }
