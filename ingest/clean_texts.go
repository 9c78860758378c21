package ingest

import (
	"hash/maphash"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// cleanTexts remembers texts of events in which nothing was found: hosts, user agents, issuers and scopes recur. A text in
// which something was found is never kept.
type cleanTexts struct {
	seed    maphash.Seed
	entries *[cleanTextsSize]cleanText
}

const (
	cleanTextsSize = 512 // power of two; 128 kB
	maxCleanText   = 252 // bytes of the longest text that is kept
)

type cleanText struct {
	kind    record.Kind
	decoded bool // the finder has searched it too, not the second check alone
	n       uint8
	text    [maxCleanText]byte
}

func newCleanTexts() cleanTexts {
	return cleanTexts{maphash.MakeSeed(), new([cleanTextsSize]cleanText)}
}

// recurs reports whether fields of the kind have few values, each many times.
func recurs(kind record.Kind) bool {
	return kind == record.KindUserAgent || kind == record.KindHost || kind == record.KindUser || kind == record.KindText
}

func (c cleanTexts) entry(text string) *cleanText {
	return &c.entries[maphash.String(c.seed, text)&(cleanTextsSize-1)]
}

func (e *cleanText) holds(text string, kind record.Kind, decoded bool) bool {
	return e.n > 0 && e.kind == kind && e.decoded == decoded && string(e.text[:e.n]) == text
}

// keep remembers text unless it is too long.
func (e *cleanText) keep(text string, kind record.Kind, decoded bool) {
	if len(text) > maxCleanText {
		return
	}
	e.kind, e.decoded, e.n = kind, decoded, uint8(len(text))
	copy(e.text[:], text)
}
