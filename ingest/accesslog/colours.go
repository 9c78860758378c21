package accesslog

import (
	"bytes"
	"sort"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// colours is a line without the escape sequences that colour it (ECMA-48, Select Graphic Rendition), and where they were.
type colours struct {
	text []byte
	cuts []cut
}

// cut is a place in the text where the line has escape sequences.
type cut struct {
	at      int // index in the text of the byte behind
	removed int // bytes of the sequences up to here
}

const escapeByte = 0x1b

// load removes the sequences of line. It returns false if there are none.
func (c *colours) load(line []byte) bool {
	c.text, c.cuts = c.text[:0], c.cuts[:0]
	removed := 0
	for rest := line; len(rest) > 0; {
		n := bytes.IndexByte(rest, escapeByte)
		if n < 0 {
			c.text = append(c.text, rest...)
			break
		}
		c.text = append(c.text, rest[:n]...)
		rest = rest[n:]
		size := colourEnd(rest)
		if size == 0 {
			c.text = append(c.text, escapeByte)
			rest = rest[1:]
			continue
		}
		removed += size
		c.cuts = append(c.cuts, cut{at: len(c.text), removed: removed})
		rest = rest[size:]
	}
	return removed > 0
}

// colourEnd returns the length of "ESC [ 1 ; 31 m" at the start of b, 0 without one. It has at most 16 digits and semicolons.
func colourEnd(b []byte) int {
	i := 2
	for i < len(b) && i < 18 && (isDigit(b[i]) || b[i] == ';') {
		i++
	}
	if i >= len(b) || b[1] != '[' || b[i] != 'm' {
		return 0
	}
	return i + 1
}

// inLine returns the place in the line of the text at i.
func (c *colours) inLine(i int) int {
	if n := sort.Search(len(c.cuts), func(n int) bool { return c.cuts[n].at > i }); n > 0 {
		return i + c.cuts[n-1].removed
	}
	return i
}

// restore makes r, a record of the text, one of line. A field begins and ends at bytes of the text.
func (c *colours) restore(r *record.Record, line []byte) {
	for i := range r.Fields {
		c.move(&r.Fields[i])
	}
	for _, f := range r.NamedFields() {
		if f.Present() {
			c.move(f)
		}
	}
	r.Line = line
}

func (c *colours) move(f *record.Field) {
	if f.Start == f.End {
		f.Start = c.inLine(f.Start)
		f.End = f.Start
		return
	}
	f.Start, f.End = c.inLine(f.Start), c.inLine(f.End-1)+1
}

// parseColoured reads a line with colours as the text without them.
func (p *parser) parseColoured(line []byte, r *record.Record) error {
	c := &p.envelopes[p.depth].colours
	if !c.load(line) {
		return p.parsePlain(line, r)
	}
	err := p.parsePlain(c.text, r)
	if err != ErrFormat {
		c.restore(r, line)
	}
	return err
}
