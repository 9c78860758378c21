package ingest

import (
	"encoding/binary"
	"slices"
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
	if mayHoldControls(record.Bytes(s)) {
		return p.escapeControls(s, n)
	}
	return s
}

// mayHoldControls reports whether b holds a byte of a control character: below a blank, DEL, or 0xc2, which begins C1 in
// UTF-8. It looks at eight bytes at a time.
func mayHoldControls(b []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		if ((x-ones*' ')&^x|(x^ones*0x7f)-ones|x)&tops != 0 && slices.ContainsFunc(b[:8], isOfControl) {
			return true
		}
	}
	return slices.ContainsFunc(b, isOfControl)
}

func isOfControl(c byte) bool { return c < ' ' || c == 0x7f || c == 0xc2 }

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
