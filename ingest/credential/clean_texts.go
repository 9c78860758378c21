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

// cleanTexts are the clean texts of fields whose values repeat. Referers have entries of their own: they are many, and repeat
// because a page is the referer of all that it loads.
type cleanTexts struct {
	texts, referers cleantext.Cache[searchedAs]
}

const cleanTextsSize = 1024 // entries of either, 260 kB

func newCleanTexts() cleanTexts {
	return cleanTexts{cleantext.New[searchedAs](cleanTextsSize), cleantext.New[searchedAs](cleanTextsSize)}
}

// of returns the texts among which a field's may be kept, nil if its values do not repeat.
func (c *cleanTexts) of(fld *record.Field) *cleantext.Cache[searchedAs] {
	if fld.End-fld.Start > cleantext.MaxLen {
		return nil
	}
	switch fld.Kind {
	case record.KindUserAgent, record.KindHost, record.KindUser:
		return &c.texts
	case record.KindReferer:
		return &c.referers
	}
	return nil
}
