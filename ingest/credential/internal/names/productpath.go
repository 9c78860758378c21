package names

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
)

// productPath is a place of a credential in the paths of one product, where a word says nothing in general and the length of
// the credential does.
type productPath struct {
	before string // the segments before, of which the last is the key in productPaths
	number bool   // a number stands between
	size   int    // of the credential, in bytes; 0: anyMinimum or more
}

const anyMinimum = 20

// productPaths are by their last word. Source: the documentation or the source of the product beside each; 2026-12-01.
var productPaths = map[string][]productPath{
	"s":         {{"/s", false, 15}},                                  // Nextcloud and ownCloud: a public link
	"files":     {{"/public.php/dav/files", false, 15}},               // Nextcloud: a public link by WebDAV
	"push":      {{"/api/push", false, 10}, {"/api/push", false, 32}}, // Uptime Kuma: a push monitor
	"ztr":       {{"/satellites/ztr", false, 64}},                     // Harbor Satellite: zero-touch registration
	"rest":      {{"/rest", true, 16}},                                // Bitrix24: an inbound webhook, /rest/USER/TOKEN/METHOD
	"http":      {{"/receiver/v1/http", false, 0}},                    // Sumo Logic: an HTTP source
	"heartbeat": {{"/api/v1/heartbeat", false, 0}},                    // Better Stack: a heartbeat
}

// IsProduct reports whether the segment of path from start to end is the credential of one of productPaths, and returns the
// word before it.
func (h *PathHints) IsProduct(path []byte, start, end int) (word []byte, ok bool) {
	size := end - start
	if size != 10 && size < 15 {
		return nil, false
	}
	last, number := start-1, false
	from := bytes.LastIndexByte(path[:max(last, 0)], '/') + 1
	if from < last && isNumberSegment(path[from:last]) {
		last, number = from-1, true
		from = bytes.LastIndexByte(path[:max(last, 0)], '/') + 1
	}
	if from >= last || last-from > MaxWordSize {
		return nil, false
	}
	word = path[from:last]
	for _, p := range productPaths[string(word)] {
		if p.number == number && (size == p.size || p.size == 0 && size >= anyMinimum) && bytes.HasSuffix(path[:last], []byte(p.before)) {
			return word, isIssued(path[start:end])
		}
	}
	return nil, false
}

// isIssued reports whether b looks like made by a program: random, or letters of both cases and digits that are no words.
func isIssued(b []byte) bool {
	if s := shape.Of(b); s >= shape.Hex {
		return s != shape.UUID && s != shape.ID
	}
	c := shape.Count(b)
	return c.Lower+c.Upper+c.Digit == len(b) && c.Digit > 0 && (c.Lower > 0 && c.Upper > 0 || shape.IsScrambled(b)) &&
		shape.WordLetters(b)*2 < len(b)
}
