package ingest

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Clean returns a message's key, redacted. It returns b itself if there is nothing in it.
func (p *Processor) Clean(b []byte) []byte {
	switch {
	case len(b) > 0 && b[0] == '/':
		return p.messageText(b, record.Field{Kind: record.KindTarget})
	case isOneWord(b): // the id of a session, for instance
		return p.messageText(p.messageText(b, record.Field{Kind: record.KindText}), record.Field{Kind: record.KindUser})
	}
	return p.messageText(b, record.Field{Kind: record.KindText})
}

func isOneWord(b []byte) bool {
	for _, c := range b {
		if !isTokenByte(c) {
			return false
		}
	}
	return true
}

// CleanHeader returns a message's header, redacted: its name decides what its value is, as that of a request's header
// does. It returns h itself if there is nothing in it.
func (p *Processor) CleanHeader(h tokenwarden.Header) tokenwarden.Header {
	name := record.Bytes(h.Key)
	value := record.Field{Kind: record.KindHeader, Name: name}
	p.headerText = append(append(append(p.headerText[:0], name...), 0), h.Value...)
	as := searchedAs{record.KindHeader, true}
	e, isClean := p.cleanTexts.Find(p.headerText, as)
	if isClean {
		return h
	}
	clean := tokenwarden.Header{Key: h.Key, Value: p.messageText(h.Value, value)}
	if !isShortWord(h.Key) || p.hasPatterns {
		clean.Key = record.String(p.messageText(name, record.Field{Kind: record.KindText}))
	}
	if clean.Key == h.Key && bytes.Equal(clean.Value, h.Value) {
		e.Keep(p.headerText, as)
	}
	return clean
}

// maxBinary is how many bytes of a key or header value may be binary: numbers, ids and positions of other programs.
// Longer ones may hold text.
const maxBinary = 16

// messageText returns text of a message's key or header, redacted as the field is. What is no text is masked: it cannot
// be searched.
func (p *Processor) messageText(text []byte, field record.Field) []byte {
	if len(text) == 0 {
		return text
	}
	if len(text) > maxBinary && isBinary(text) {
		p.counts.addCut(cutBinary, 1)
		return credential.AppendPlaceholder(nil, credential.KindUnsearched, tokenwarden.Fingerprint{})
	}
	start := len(p.arena)
	arena, clean := p.searchText(p.arena, text, field, locationMessage)
	p.arena = arena[:start]
	if clean {
		return text
	}
	return bytes.Clone(arena[start:])
}
