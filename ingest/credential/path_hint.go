package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// afterHint judges d, the decoded segment of v at start, by the segments before it.
func (f *finder) afterHint(v offset.View, start int, d offset.View, flags uint8, pl context) bool {
	if f.excepted || flags&^(ascii.Digit|ascii.Join|ascii.Hex) == 0 && len(d.Text) < shape.MinRandom { // a number, a date
		return false
	}
	if placeholder.IsIn(d.Text) {
		for rest := d; len(rest.Text) > 0; {
			var s offset.View
			if s, rest = cutPlaceholder(rest); len(s.Text) > 0 {
				f.afterHint(v, start, s, flags, pl)
			}
		}
		return isPlaceholder(d.Text)
	}
	s := shape.Of(d.Text)
	if s <= shape.Number || shape.IsAddress(d.Text) {
		return false
	}
	m, hop, name := f.hints.Before(v.Text, start)
	if m <= names.GroupHint && ascii.HasAt(v.Text, start+len(d.Text), ".ics") {
		if bytes.Contains(v.Text[:start], davFolder) {
			return false
		}
		m, hop, name = names.GroupHint, 1, calendarName // a calendar's address is its secret
	}
	if !m.Accepts(s, d.Text, hop) || string(name) == "token" && shape.IsBase58Address(d.Text) {
		return false
	}
	e := evidence{
		kind: "token", confidence: tokenwarden.ConfidenceMedium, reason: "path segment after one that calls for a token", random: s >= shape.Hex,
	}
	switch {
	case m == names.HookHint:
		e.kind = "webhook"
	case bytes.HasPrefix(name, []byte("session")):
		e.kind = "session"
	case bytes.Contains(name, []byte("key")):
		e.kind = "api_key"
	case m <= names.FirmHint:
		e.confidence = tokenwarden.ConfidenceLow
	}
	pl.param = name
	return f.wholeValue(d, pl) || f.report(d, pl, e)
}

var calendarName = []byte("calendar")

// davFolder ends a segment of CalDAV (RFC 4791), where files are named after events: /caldav/v2/USER/events/ID.ics.
var davFolder = []byte("dav/")

// feedExtensions are file name extensions in addresses of feeds and calendars; 2026-11-23.
var feedExtensions = [...]string{".ics", ".xml", ".rss", ".atom", ".json", ".ical", ".html", ".htm"}

// withoutExtension removes one of feedExtensions from the end.
func withoutExtension(v offset.View) offset.View {
	for _, ext := range feedExtensions {
		if n := len(v.Text) - len(ext); n >= shape.MinRandom && string(v.Text[n:]) == ext {
			return v.Cut(0, n)
		}
	}
	return v
}

// botToken judges /botTOKEN/method, the addresses of Telegram's Bot API and its copies.
func (f *finder) botToken(v offset.View, end int, d offset.View, pl context) bool {
	if f.excepted || !ascii.HasAt(d.Text, 0, "bot") || len(d.Text) < 10 || !isBotMethod(v.Text[end:]) {
		return false
	}
	t := d.From(3)
	pl.param = d.Text[:3]
	if f.wholeValue(t, pl) {
		return true
	}
	if s := shape.Of(t.Text); s < shape.Mixed || s == shape.Mixed && !shape.HasLetterAndDigit(t.Text) {
		return false
	}
	return f.report(t, pl, evidence{kind: "bot_token", confidence: tokenwarden.ConfidenceMedium, reason: "path segment of a bot's API"})
}

// botVerbs begin the methods of a bot's API: sendMessage. Source: Telegram, "Bot API", "Available methods"; 2026-11-23.
var botVerbs = [...]string{"send", "get", "set", "edit", "delete", "answer", "forward", "pin", "unpin", "ban", "copy"}

// isBotMethod reports whether rest is /sendMessage or another method of Telegram's Bot API.
func isBotMethod(rest []byte) bool {
	for _, verb := range botVerbs {
		if n := len(verb) + 1; ascii.HasAt(rest, 0, "/"+verb) && len(rest) > n && ascii.IsUpper(rest[n]) {
			return true
		}
	}
	return false
}
