package credential

import (
	"hash/maphash"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// seen remembers texts in which nothing was found. A log has few user agents, users and hosts, each many times, and comparing
// one with what stands in a table costs a fifth of searching it. Referers are too many for that. A text with a finding in
// it is never kept.
type seen struct {
	seed    maphash.Seed
	entries *[seenSize]seenEntry
}

const (
	seenSize = 1024 // power of two; 260 kB
	seenText = 252  // longest text that is kept
)

type seenEntry struct {
	kind   record.Kind
	escape record.Escape
	n      uint8
	text   [seenText]byte
}

func newSeen() seen { return seen{maphash.MakeSeed(), new([seenSize]seenEntry)} }

// recurs tells the kinds of field whose values come again and again.
func recurs(fld *record.Field) bool {
	switch fld.Kind {
	case record.KindUserAgent, record.KindHost, record.KindUser:
		return fld.End-fld.Start <= seenText
	}
	return false
}

// entry is where a text of at most seenText bytes belongs.
func (s seen) entry(text []byte) *seenEntry {
	return &s.entries[maphash.Bytes(s.seed, text)&(seenSize-1)]
}

func (e *seenEntry) holds(fld *record.Field, text []byte) bool {
	return e.kind == fld.Kind && e.escape == fld.Escape && string(e.text[:e.n]) == string(text)
}

func (e *seenEntry) keep(fld *record.Field, text []byte) {
	e.kind, e.escape, e.n = fld.Kind, fld.Escape, uint8(len(text))
	copy(e.text[:], text)
}
