package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// columnEnd returns where the next column begins if b is a token and columns of a log joined by one sign, TOKEN|200|41, and
// the length of b otherwise. No token alphabet has these signs but for the tilde; the columns are words and numbers.
func columnEnd(b []byte) int {
	i := columnSeparator(b)
	if i < shape.MinRandom || i == len(b) || placeholder.Len(b) != i && shape.Of(b[:i]) < shape.Hex {
		return len(b)
	}
	for rest := b[i+1:]; len(rest) > 0; {
		column := rest
		if k := bytes.IndexByte(rest, b[i]); k >= 0 {
			column, rest = rest[:k], rest[k+1:]
		} else {
			rest = nil
		}
		if eq := bytes.IndexByte(column, '='); eq > 0 {
			column = column[eq+1:]
		}
		if shape.Of(column) > shape.Number {
			return len(b)
		}
	}
	return i
}

// columnSeparator returns where the first sign that joins columns stands, the length of b without one.
func columnSeparator(b []byte) int {
	for i, c := range b {
		if isColumnSeparator[c] {
			return i
		}
	}
	return len(b)
}

var isColumnSeparator = ascii.Set("|^~`")

// isEncodedText reports whether b holds a percent-encoded quote: what is in quotes ends at the next.
func isEncodedText(b []byte) bool {
	return bytes.Contains(b, []byte("%22")) || bytes.Contains(b, []byte("%27"))
}

// decodedText decodes the references of HTML or the escapes of a string that stand within the text of a value.
func (f *finder) decodedText(v offset.View) (offset.View, bool) {
	if d, ok := f.arena.Entities(v); ok {
		return d, true
	}
	if !bytes.Contains(v.Text, []byte(`\x`)) && !bytes.Contains(v.Text, []byte(`\u`)) {
		return v, false
	}
	return f.arena.UnescapeJSON(v)
}
