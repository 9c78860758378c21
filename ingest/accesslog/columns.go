package accesslog

import (
	"encoding/binary"
	"math/bits"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// columns reads lines of values in a fixed order, separated by one byte, some in quotes.
type columns struct {
	assigner
	sep    byte
	defs   []def // by column; the columns behind the last one are unknown
	strict bool  // a number that is none means that the line is of another format
	double bool  // two quotes stand for one within quotes
}

// read records the columns of r.Line from i on, the first of which is column n. It returns the number of the column behind
// the last one, and false if a time, a status or a size is not one.
func (c *columns) read(r *record.Record, i, n int) (count int, ok bool) {
	line := r.Line
	for ok = true; i < len(line) && ok && !isFull(r, i); n++ {
		if n >= len(c.defs) && c.sep == ' ' {
			setExtraColumns(r, i)
			return n, ok
		}
		from, to, end := c.column(line, i)
		if c.sep == ' ' && end == i {
			return n, false // two blanks: text, no columns
		}
		e := record.EscapeNone
		switch {
		case from > i && c.double:
			e = record.EscapeDoubled
		case from > i:
			e = record.EscapeBackslash
		}
		d := &unknownColumn
		if n < len(c.defs) {
			d = &c.defs[n]
		}
		ok = c.set(r, d, span{from, to, e}) || !d.role.identifiesFormat() && !(c.strict && d.role == roleNumber)
		i = end + 1
	}
	return n, ok
}

var unknownColumn = def{}

// column returns the bounds of the value of the column at line[i], without quotes, and the end of the column.
func (c *columns) column(line []byte, i int) (from, to, end int) {
	if line[i] == '"' && c.sep == ' ' {
		if c.double {
			if to = doubledQuoteEnd(line, i+1); to > 0 {
				return i + 1, to, to + 1
			}
		}
		return quotedColumn(line, i)
	}
	end = indexFrom(line, i, c.sep)
	return i, end, end
}

// columnEnd returns the end of the column at i: the next space, or len(b).
func columnEnd(b []byte, i int) int { return indexFrom(b, i, ' ') }

// indexFrom returns the index of the first c in b[i:], as an index of b, or len(b). Columns are short, so eight bytes at a
// time are faster than a call of bytes.IndexByte.
func indexFrom(b []byte, i int, c byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:]) ^ uint64(c)*ones
		if m := (w - ones) &^ w & highs; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(b) && b[i] != c {
		i++
	}
	return min(i, len(b))
}

// columnDefs looks the names of columns up in table. A column without a Field.Name gets its own.
func columnDefs(names []string, table map[string]def) []def {
	defs := make([]def, len(names))
	for i, name := range names {
		defs[i] = table[name]
		if defs[i].name == nil {
			defs[i].name = []byte(name)
		}
	}
	return defs
}
