package credential

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/cleantext"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// searchedAs is what a clean text was searched as.
type searchedAs struct {
	kind   record.Kind
	escape record.Escape
}

const cleanTextsSize = 1024 // entries, 260 kB

func newCleanTexts() cleantext.Cache[searchedAs] { return cleantext.New[searchedAs](cleanTextsSize) }

// isRepetitive reports whether the values of a field repeat often. Referers are too many for a cache.
func isRepetitive(fld *record.Field) bool {
	switch fld.Kind {
	case record.KindUserAgent, record.KindHost, record.KindUser:
		return fld.End-fld.Start <= cleantext.MaxLen
	}
	return false
}
