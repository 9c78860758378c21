package strbuf

import (
	"strconv"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Buffer is the memory of the strings of findings, emptied once per line. It holds claims and names, never a token. A string
// is not overwritten before the next line.
type Buffer struct {
	text  []byte
	Lists []string
}

// Reset empties the buffer for the next line.
func (t *Buffer) Reset() {
	t.text = t.text[:0]
	clear(t.Lists)
	t.Lists = t.Lists[:0]
}

// Keep copies at most limit bytes of b.
func (t *Buffer) Keep(b []byte, limit int) string {
	b = b[:min(len(b), limit)]
	if len(b) == 0 {
		return ""
	}
	n := len(t.text)
	t.text = append(t.text, b...)
	return record.String(t.text[n:])
}

// KeepLower copies b in lower case.
func (t *Buffer) KeepLower(b []byte, limit int) []byte {
	n := len(t.text)
	for _, c := range b[:min(len(b), limit)] {
		t.text = append(t.text, ascii.ToLower(c))
	}
	m := len(t.text)
	return t.text[n:m:m]
}

// KeepNumber copies # and n in decimal.
func (t *Buffer) KeepNumber(n int) []byte {
	from := len(t.text)
	t.text = strconv.AppendInt(append(t.text, '#'), int64(n), 10)
	return t.text[from:]
}

// OpenList makes have, a list in this memory, the last one and returns its start in lists.
func (t *Buffer) OpenList(have []string) int {
	from := len(t.Lists) - len(have)
	if from < 0 || len(have) > 0 && &t.Lists[from] != &have[0] {
		from = len(t.Lists)
		t.Lists = append(t.Lists, have...)
	}
	return from
}
