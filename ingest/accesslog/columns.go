package accesslog

import (
	"encoding/binary"
	"math/bits"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// columns reads lines whose values stand in a fixed order, separated by one byte, some in quotes.
type columns struct {
	assigner
	sep  byte
	defs []def // what the columns hold; those behind the last one are of unknown kind
}

// read records the columns of r.Line from i on, the first of them being column n. It returns how many there are, and
// whether times, statuses and sizes are what they must be.
func (c *columns) read(r *record.Record, i, n int) (count int, ok bool) {
	line := r.Line
	for ok = true; i < len(line) && ok && !isFull(r, i); n++ {
		if n >= len(c.defs) && c.sep == ' ' {
			setExtraColumns(r, i)
			return n, ok
		}
		from, to, end := c.column(line, i)
		e := record.EscapeNone
		if from > i {
			e = record.EscapeBackslash
		}
		d := &unknownColumn
		if n < len(c.defs) {
			d = &c.defs[n]
		}
		ok = c.set(r, d, from, to, e) || !d.role.identifiesFormat()
		i = end + 1
	}
	return n, ok
}

var unknownColumn = def{}

// column returns the bytes of the column at line[i], without quotes, and where it ends.
func (c *columns) column(line []byte, i int) (from, to, end int) {
	if line[i] == '"' && c.sep == ' ' {
		return quotedColumn(line, i)
	}
	end = indexFrom(line, i, c.sep)
	return i, end, end
}

// columnEnd returns where the column that starts at i ends.
func columnEnd(b []byte, i int) int { return indexFrom(b, i, ' ') }

// indexFrom returns where the first c at or behind b[i] stands, len(b) without one. Columns are short: eight bytes at a
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

// columnDefs compiles a list of columns; rows say what each name is.
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
