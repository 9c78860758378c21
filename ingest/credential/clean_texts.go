package credential

import (
	"hash/maphash"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// cleanTexts caches texts without a finding. A log has few user agents, users and hosts, each many times, and a comparison
// costs a fifth of a search. Referers are too many for a cache. A text with a finding is never kept.
type cleanTexts struct {
	seed    maphash.Seed
	entries *[cleanTextsSize]cleanText
}

const (
	cleanTextsSize = 1024 // power of two; 260 kB
	maxCleanText   = 252  // longest text that is kept
)

type cleanText struct {
	kind   record.Kind
	escape record.Escape
	n      uint8
	text   [maxCleanText]byte
}

func newCleanTexts() cleanTexts {
	return cleanTexts{maphash.MakeSeed(), new([cleanTextsSize]cleanText)}
}

// isRepetitive reports whether the values of a field repeat often.
func isRepetitive(fld *record.Field) bool {
	switch fld.Kind {
	case record.KindUserAgent, record.KindHost, record.KindUser:
		return fld.End-fld.Start <= maxCleanText
	}
	return false
}

// entry returns where a text of at most seenText bytes belongs.
func (s cleanTexts) entry(text []byte) *cleanText {
	return &s.entries[maphash.Bytes(s.seed, text)&(cleanTextsSize-1)]
}

func (e *cleanText) matches(fld *record.Field, text []byte) bool {
	return e.kind == fld.Kind && e.escape == fld.Escape && string(e.text[:e.n]) == string(text)
}

func (e *cleanText) store(fld *record.Field, text []byte) {
	e.kind, e.escape, e.n = fld.Kind, fld.Escape, uint8(len(text))
	copy(e.text[:], text)
}
