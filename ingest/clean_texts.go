package ingest

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/cleantext"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// searchedAs is what a clean text of an event or a message was searched as: hosts, user agents, issuers and scopes recur.
type searchedAs struct {
	kind    record.Kind
	decoded bool // the finder has searched it too, not the second check alone
}

const cleanTextsSize = 512 // entries, 128 kB

func newCleanTexts() cleantext.Cache[searchedAs] { return cleantext.New[searchedAs](cleanTextsSize) }

// recurs reports whether fields of the kind have few values, each many times.
func recurs(kind record.Kind) bool {
	return kind == record.KindUserAgent || kind == record.KindHost || kind == record.KindUser || kind == record.KindText
}
