package ingest

import (
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// eventText returns at most n bytes of s, a redacted text, with its control characters escaped: alerts, SQL and terminals
// show it. It counts what it cuts.
func (p *Processor) eventText(s string, n int) string {
	if len(s) > n {
		p.counts.addCut(cutText, 1)
		s = truncate(s, n)
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7f || c == 0xc2 && i+1 < len(s) && s[i+1] < 0xa0 { // C1 in UTF-8
			return p.escapeControls(s, n)
		}
	}
	return s
}

// escapeControls writes the control characters of s as \xHH.
func (p *Processor) escapeControls(s string, n int) string {
	start := len(p.arena)
	for at, r := range s {
		_, size := utf8.DecodeRuneInString(s[at:])
		if r >= ' ' && r != 0x7f && (r < 0x80 || r >= 0xa0) {
			p.arena = append(p.arena, s[at:at+size]...)
			continue
		}
		for _, c := range []byte(s[at : at+size]) {
			p.arena = append(p.arena, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return truncate(record.String(p.arena[start:]), n)
}

// truncate returns tokenwarden.Truncate(s, n).
func truncate(s string, n int) string { return tokenwarden.Truncate(s, n) }

// placeholder begins what stands for a redacted credential.
const placeholder = "REDACTED."
