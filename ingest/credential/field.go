package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
)

// field looks for credentials in one field, unless nothing was found in the same one before.
func (f *finder) field(line []byte, fld *accesslog.Field) {
	if fld.End <= fld.Start {
		return
	}
	if !recurs(fld) {
		f.look(line, fld)
		return
	}
	text := line[fld.Start:fld.End]
	e := f.seen.entry(text)
	if e.holds(fld, text) {
		return
	}
	n := len(f.found)
	if f.look(line, fld); len(f.found) == n && !f.exempt {
		e.keep(fld, text)
	}
}

// look looks for credentials in one field, unless it is seen at once that there are none.
func (f *finder) look(line []byte, fld *accesslog.Field) {
	if fld.Escape == accesslog.EscapeNone || bytes.IndexByte(line[fld.Start:fld.End], '\\') < 0 {
		if f.clean(line[fld.Start:fld.End], fld.Kind) {
			return
		}
	}
	f.search(line, fld)
	if f.budget < 0 {
		f.unread(plainView(line, fld.Start, fld.End))
	}
}

// clean tells cheaply, of the kinds of field that every line has, that there is nothing to find.
func (f *finder) clean(b []byte, kind accesslog.Kind) bool {
	if len(f.patterns) > 0 {
		return false
	}
	switch kind {
	case accesslog.KindTarget, accesslog.KindReferer, accesslog.KindURL:
		return f.cleanURL(b)
	case accesslog.KindUser:
		return len(b) < minUser && bytes.IndexByte(b, ':') < 0 && f.cleanProse(b)
	case accesslog.KindUserAgent, accesslog.KindHost:
		return f.cleanProse(b)
	}
	return false
}

// fieldText is the text of a field without the escapes of its format.
func (f *finder) fieldText(line []byte, fld *accesslog.Field) view {
	v := plainView(line, fld.Start, fld.End)
	for e := fld.Escape; e != accesslog.EscapeNone; {
		var outer accesslog.Escape
		if outer, e = e.Outer(); outer == accesslog.EscapeJSON {
			v, _ = f.arena.unescapeJSON(v)
		} else {
			v, _ = f.arena.unescapeC(v)
		}
	}
	return v
}

// search looks for credentials in one field.
func (f *finder) search(line []byte, fld *accesslog.Field) {
	v := f.fieldText(line, fld)
	if len(f.patterns) > 0 {
		f.custom(v, place{loc: locationOf(fld.Kind), fixed: true, param: fld.Name})
	}
	switch fld.Kind {
	case accesslog.KindTarget, accesslog.KindURL:
		f.url(v, place{})
	case accesslog.KindPath:
		if bytes.IndexByte(v.b, '#') >= 0 {
			f.url(v, place{})
			return
		}
		f.path(v, place{loc: tokenwarden.LocationPath})
	case accesslog.KindQuery:
		f.query(v, place{loc: tokenwarden.LocationQuery, fixed: true})
	case accesslog.KindReferer:
		f.url(v, place{loc: tokenwarden.LocationReferer, fixed: true, param: refererName})
	case accesslog.KindHeader:
		f.header(v, fld.Name)
	case accesslog.KindCookies:
		f.cookies(v, place{loc: tokenwarden.LocationCookie, fixed: true})
	case accesslog.KindCookie:
		f.cookie(v, fld.Name)
	case accesslog.KindParam:
		f.value(v, place{loc: tokenwarden.LocationQuery, fixed: true, name: f.name(fld.Name), param: fld.Name})
	case accesslog.KindUser:
		pl := place{loc: tokenwarden.LocationUserinfo, fixed: true, param: userName}
		i := bytes.IndexByte(v.b, ':')
		_ = f.prose(v, pl) || i > 0 && shapeOf(v.b[i+1:]) >= shapeHex && f.userPassword(v, pl) || f.randomUser(v, pl)
	case accesslog.KindUserAgent:
		f.prose(v, place{loc: tokenwarden.LocationHeader, fixed: true, param: agentName})
	default:
		f.other(v, fld)
	}
}

// locationOf is where a field stands when nothing more is known.
func locationOf(kind accesslog.Kind) tokenwarden.Location {
	switch kind {
	case accesslog.KindTarget, accesslog.KindURL, accesslog.KindQuery, accesslog.KindParam:
		return tokenwarden.LocationQuery
	case accesslog.KindPath:
		return tokenwarden.LocationPath
	case accesslog.KindReferer:
		return tokenwarden.LocationReferer
	case accesslog.KindCookies, accesslog.KindCookie:
		return tokenwarden.LocationCookie
	case accesslog.KindUser:
		return tokenwarden.LocationUserinfo
	}
	return tokenwarden.LocationHeader
}

var (
	refererName = []byte("referer")
	userName    = []byte("user")
	agentName   = []byte("user-agent")
)

// other looks into a field of which the parser knows at most the name.
func (f *finder) other(v view, fld *accesslog.Field) {
	pl := place{loc: tokenwarden.LocationHeader, fixed: true, param: fld.Name}
	if len(fld.Name) > 0 {
		pl.name = f.name(fld.Name)
	}
	switch {
	case pl.name.grade != gradeNone || v.b[0] == '{' || v.b[0] == '[':
		f.value(v, pl)
	case bytes.IndexByte(v.b, ' ') >= 0: // a request line, a message
		f.prose(v, pl)
		f.words(v, pl, false)
	default:
		f.value(v, pl)
	}
}

// name grades a name that may be percent-encoded.
func (f *finder) name(raw []byte) name {
	if bytes.IndexByte(raw, '%') < 0 {
		return f.lex.of(raw)
	}
	f.token = canonical(f.token[:0], raw)
	return f.lex.of(f.token)
}
