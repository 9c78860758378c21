package ingest

import (
	"sort"

	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
)

// edit is one replacement: text[start:end] became as many bytes as size, from at on.
type edit struct{ start, end, at, size int }

// edits are the replacements that made one text of another, in rising order. They map offsets back. The zero value
// maps each offset to itself.
type edits []edit

// add appends a replacement of text[start:end] by size bytes. It must not start before the last one ends.
func (e edits) add(start, end, size int) edits {
	at := start
	if len(e) > 0 {
		last := &e[len(e)-1]
		at += last.at + last.size - last.end
	}
	return append(e, edit{start, end, at, size})
}

// original maps an offset of the new text to the old one. An offset within a replacement becomes the start of what was
// replaced or, for the end of a span, its end.
func (e edits) original(at int, isEnd bool) int {
	i := sort.Search(len(e), func(i int) bool { return e[i].at >= at }) - 1
	if i < 0 {
		return at
	}
	switch last := &e[i]; {
	case at >= last.at+last.size:
		return at - last.at - last.size + last.end
	case isEnd:
		return last.end
	default:
		return last.start
	}
}

// changed maps an offset of the old text to the new one. It reports false within what was replaced.
func (e edits) changed(at int) (int, bool) {
	i := sort.Search(len(e), func(i int) bool { return e[i].start >= at }) - 1
	if i < 0 {
		return at, true
	}
	last := &e[i]
	return at - last.end + last.at + last.size, at >= last.end
}

func (e edits) span(s guard.Span) guard.Span {
	return guard.Span{Start: e.original(s.Start, false), End: e.original(s.End, true), Reason: s.Reason}
}

// redaction is a text with the credentials that were found in it.
type redaction struct {
	text     []byte
	findings []credential.Finding // in rising order, without overlap
	isLine   bool                 // text is the line at hand, with its fields
	byFinder edits                // made the redacted text of text; set by locate
}

// locate sets byFinder. scratch is memory to work in.
func (r *redaction) locate(scratch []byte) []byte {
	r.byFinder = r.byFinder[:0]
	for i := range r.findings {
		if f := &r.findings[i]; !f.Keep {
			scratch = credential.AppendReplacement(scratch[:0], f)
			r.byFinder = r.byFinder.add(f.Start, f.End, len(scratch))
		}
	}
	return scratch
}

// isKept reports whether the policy keeps a finding within s, a span of text.
func (r *redaction) isKept(s guard.Span) bool {
	for _, f := range overlapping(r.findings, s.Start, s.End) {
		if f.Keep && !f.Unsearched {
			return true
		}
	}
	return false
}

// overlapping returns the findings that overlap start:end.
func overlapping(findings []credential.Finding, start, end int) []credential.Finding {
	from := sort.Search(len(findings), func(i int) bool { return findings[i].End > start })
	to := from + sort.Search(len(findings)-from, func(i int) bool { return findings[from+i].Start >= end })
	return findings[from:to]
}
