package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Loops of redirects nest a URL in the query of a URL, with and without escapes, many times. This file reads them in time
// linear in their length.

// isChain reports whether b has a second question mark and no separator of pairs: a URL in a URL without escapes.
func isChain(b []byte) bool {
	i := bytes.IndexByte(b, '?')
	return i >= 0 && bytes.IndexByte(b[i+1:], '?') >= 0 && bytes.IndexByte(b, '&') < 0 && bytes.IndexByte(b, ';') < 0 &&
		bytes.IndexByte(b, '#') < 0
}

// searchChain searches a URL with another URL as the only value of its query, and so on: /login?next=/login?next=/cart. The
// URLs of a chain stand side by side in the bytes, so a chain takes no level of structure.
func (f *finder) searchChain(v offset.View, pl context) bool {
	found := false
	for f.spend(1) {
		i := bytes.IndexByte(v.Text, '?')
		if i < 0 {
			return f.searchValue(v, pl.withoutName()) || found
		}
		f.steps += i
		found = f.searchURL(v.Cut(0, i), pl) || found
		q := pl.at(tokenwarden.LocationQuery)
		q.action = f.hints.IsAction(v.Text[:i])
		v = v.From(i + 1)
		next := bytes.IndexByte(v.Text, '?')
		if next < 0 {
			return f.searchQuery(v, q) || found
		}
		f.steps += next
		eq := bytes.IndexByte(v.Text[:next], '=')
		if eq < 0 {
			continue
		}
		if n, param := f.paramName(v.Text[:eq]); n.Grade != names.None || q.action && names.MayBeOfAction(param, v.Text[eq+1:next]) {
			return f.searchQuery(v, q) || found
		}
		v = v.From(eq + 1)
	}
	return found
}

// startsWithPair reports whether b starts with a name and an equals sign.
func startsWithPair(b []byte) bool {
	i := nameLen(b)
	return i > 0 && i < len(b) && b[i] == '='
}

// startsWithEncodedPair reports whether b starts with a name and an equals sign that is percent-encoded, once or more often.
func startsWithEncodedPair(b []byte) bool {
	i := nameLen(b)
	if i == 0 || i+3 > len(b) || b[i] != '%' {
		return false
	}
	for i++; ascii.HasAt(b, i, "25"); {
		i += 2
	}
	return i+2 <= len(b) && b[i] == '3' && b[i+1]|0x20 == 'd'
}

// nameLen returns the length of the name at the start of b.
func nameLen(b []byte) int {
	i := 0
	for i < len(b) && i < names.MaxNameSize && (ascii.Class[b[i]]&ascii.Run != 0 || b[i] == '.' || b[i] == '[' || b[i] == ']') {
		i++
	}
	return i
}

// protocolAt returns the offset of the space before the protocol of a request line, " HTTP/1.1", in b, 0 without it.
func protocolAt(b []byte) int {
	i := bytes.Index(b, protocol)
	if k := i + len(protocol); i > 0 && k < len(b) && ascii.IsDigit(b[k]) {
		return i
	}
	return 0
}

var protocol = []byte(" HTTP/")
