package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
)

// A server joins the values of a header that came twice by commas (RFC 9110 section 5.3): they are two tokens. go-chi's httplog
// puts each in brackets.

var comma = []byte(",")

// isJoined reports whether b is two tokens or more, joined by commas.
func isJoined(b []byte) bool {
	for n := 1; ; n++ {
		part, rest, more := bytes.Cut(b, comma)
		if part = joinedPart(part); len(part) < shape.MinRandom || shape.Of(part) < shape.Hex {
			return false
		}
		if !more {
			return n > 1
		}
		b = rest
	}
}

// joinedPart returns a part without the blanks and brackets around.
func joinedPart(b []byte) []byte {
	b = bytes.Trim(b, " ")
	if len(b) > 1 && b[0] == '[' && b[len(b)-1] == ']' {
		return b[1 : len(b)-1]
	}
	return b
}

// joinedValues judges the parts of v, for which isJoined holds.
func (f *finder) joinedValues(v offset.View, pl context, least tokenwarden.Confidence) bool {
	found := false
	for len(v.Text) > 0 {
		n := bytes.IndexByte(v.Text, ',')
		if n < 0 {
			n = len(v.Text)
		}
		part := v.Cut(0, n).Trim()
		if part.Text[0] == '[' {
			part = part.Cut(1, len(part.Text)-1)
		}
		found = f.namedValue(part, pl, least) || found
		v = v.From(min(n+1, len(v.Text)))
	}
	return found
}
