package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
)

// A proxy may log a header with JSON, XML or a list in it as the Referer, the user agent or the user, and a client may send
// such a text. A URL and prose have other separators, so these structures are searched besides.

// hasEmbedded reports whether b may hold JSON, XML or a list: brackets or braces with quotes, a quote before a colon, or tags.
func hasEmbedded(b []byte) bool {
	if bytes.IndexByte(b, '<') >= 0 {
		return bytes.IndexByte(b, '>') >= 0
	}
	if bytes.IndexByte(b, '"') < 0 && bytes.IndexByte(b, '\'') < 0 {
		return false
	}
	return bytes.IndexByte(b, ':') >= 0 || bytes.IndexByte(b, '[') >= 0 || bytes.IndexByte(b, '{') >= 0
}

// searchEmbedded searches the JSON, the XML and the lists in the text v.
func (f *finder) searchEmbedded(v offset.View, pl context) bool {
	if len(v.Text) == 0 || !hasEmbedded(v.Text) || pl.nested > maxNesting {
		return false
	}
	pl = pl.withoutName()
	found := bytes.IndexByte(v.Text, '"') >= 0 && f.searchJSON(v, pl)
	return f.searchPairs(v, pl) || found
}
