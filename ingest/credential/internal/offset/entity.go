package offset

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// HasEntity reports whether b may hold a reference to a character as HTML and XML write it: &quot; or &#61;. An ampersand
// alone separates the pairs of a query.
func HasEntity(b []byte) bool {
	return bytes.Contains(b, []byte("&#")) || bytes.Contains(b, []byte("&quot;"))
}

// Entities decodes the references to characters of ASCII in v once (HTML, "Character references"). It reports false without
// any.
func (a *Arena) Entities(v View) (View, bool) {
	if !HasEntity(v.Text) {
		return v, false
	}
	d := a.decode(v)
	changed := false
	for i := 0; i < len(v.Text); {
		c, n := v.Text[i], 1
		if c == '&' {
			if x, size := entityAt(v.Text[i:]); size > 0 {
				c, n, changed = x, size, true
			}
		}
		d.put(c, i)
		i += n
	}
	if !changed {
		return v, false
	}
	return d.done(), true
}

// namedEntities are the names that every escaper writes.
var namedEntities = [...]struct {
	text string
	c    byte
}{{"&quot;", '"'}, {"&amp;", '&'}, {"&apos;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}}

// maxEntity is the length of the longest number of a reference that is read, with leading zeros.
const maxEntity = 7

// entityAt decodes the reference at the start of b and returns its length, 0 without one.
func entityAt(b []byte) (c byte, n int) {
	if len(b) < 4 || b[1] != '#' {
		for _, e := range namedEntities {
			if ascii.HasAt(b, 0, e.text) {
				return e.c, len(e.text)
			}
		}
		return 0, 0
	}
	i, base := 2, 10
	if b[i]|0x20 == 'x' {
		i, base = 3, 16
	}
	from, x := i, 0
	for i < len(b) && i-from < maxEntity && int(ascii.HexValue[b[i]]) < base {
		x = x*base + int(ascii.HexValue[b[i]])
		i++
	}
	if i == from || i >= len(b) || b[i] != ';' || x >= 0x80 {
		return 0, 0
	}
	return byte(x), i + 1
}
