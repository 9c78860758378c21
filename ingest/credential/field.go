package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// searchField finds credentials in one field, unless an equal one is known to be clean.
func (f *finder) searchField(line []byte, fld *record.Field) {
	if fld.End <= fld.Start || f.key.holds(fld.Start, fld.End) {
		return
	}
	texts := f.cleanTexts.of(fld)
	if texts == nil {
		f.searchKnownAndUnknown(line, fld)
		return
	}
	text, as := line[fld.Start:fld.End], searchedAs{fld.Kind, fld.Escape}
	e, isClean := texts.Find(text, as)
	if isClean {
		return
	}
	n := len(f.found)
	if f.searchKnownAndUnknown(line, fld); len(f.found) == n && !f.excepted {
		e.Keep(text, as)
	}
}

// searchKnownAndUnknown finds the credentials of a field, and its opaque values if the policy redacts them.
func (f *finder) searchKnownAndUnknown(line []byte, fld *record.Field) {
	f.searchUnlessClean(line, fld)
	if f.options.Policy.Unknown {
		f.searchUnknown(line, fld)
	}
}

// searchUnlessClean finds credentials in one field unless the prefilter finds it clean.
func (f *finder) searchUnlessClean(line []byte, fld *record.Field) {
	clean := 0
	isNamed := f.isNamedValue(line, fld)
	if text := line[fld.Start:fld.End]; !isNamed && !fld.Escape.IsIn(text) && !(fld.Unnamed && isOpaqueColumn(text)) {
		if clean = f.cleanHead(text, fld.Kind); clean == len(text) {
			return
		}
	}
	f.resetBudget(fld.End - fld.Start)
	f.location = locationOf(fld.Kind)
	n := len(f.found)
	if isNamed {
		f.unknownField(f.fieldText(line, fld), fld)
	}
	if len(f.found) > n {
		return
	}
	if f.search(line, fld, clean > 0); fld.Unnamed && len(f.found) == n {
		f.opaqueColumn(f.fieldText(line, fld))
	}
	f.privateKeys(line, fld.Start, fld.End, n)
	if f.isSpent() {
		f.reportUnsearched(offset.Plain(line, fld.Start, fld.End), "too costly to search")
	}
}

// cleanHead returns the length of the head of a field that the prefilter finds clean: all of a field of a URL or a user agent,
// what stands before the query of a URL, or nothing.
func (f *finder) cleanHead(b []byte, kind record.Kind) int {
	if len(f.patterns) > 0 {
		return 0
	}
	clean := false
	switch kind {
	case record.KindTarget, record.KindReferer, record.KindURL:
		return f.prefilter.cleanHead(b)
	case record.KindUser:
		clean = len(b) < minUser && bytes.IndexByte(b, ':') < 0 && f.prefilter.cleanProse(b)
	case record.KindUserAgent, record.KindHost:
		clean = f.prefilter.cleanProse(b)
	}
	if clean {
		return len(b)
	}
	return 0
}

// fieldText returns the text of a field without the escapes of its format.
func (f *finder) fieldText(line []byte, fld *record.Field) offset.View {
	v := offset.Plain(line, fld.Start, fld.End)
	for e := fld.Escape; e != record.EscapeNone; {
		var outer record.Escape
		switch outer, e = e.Outer(); outer {
		case record.EscapeJSON:
			v, _ = f.arena.UnescapeJSON(v)
		case record.EscapeHash:
			v, _ = f.arena.UnescapeHash(v)
		case record.EscapeDoubled:
			v, _ = f.arena.UnescapeDoubled(v)
		default:
			v, _ = f.arena.UnescapeC(v)
		}
	}
	return v
}

// search finds credentials in one field, of a URL whose path is perhaps known to be clean.
func (f *finder) search(line []byte, fld *record.Field, cleanPath bool) {
	v := f.fieldText(line, fld)
	if isCompressed(v.Text) && !f.classifyName(fld.Name).IsSensitive() {
		f.reportUnsearched(v, "compressed")
		return
	}
	if len(f.patterns) > 0 {
		f.customPatterns(v, context{loc: locationOf(fld.Kind), fixed: true, param: fld.Name})
	}
	if fld.Bare > 0 && v.Text[0] == '[' {
		if v = f.arena.ByteNumbers(v); !f.classifyName(fld.Name).IsSensitive() {
			f.unparsed(v)
			return
		}
	}
	switch fld.Kind {
	case record.KindURL:
		f.searchURL(v, context{cleanPath: cleanPath})
		f.searchEmbedded(v, context{loc: tokenwarden.LocationQuery, fixed: true})
	case record.KindTarget:
		if bytes.IndexByte(v.Text, ' ') > 0 && bytes.IndexByte(v.Text, '/') < 0 { // an unusable request line: words
			f.searchFreeText(v, context{loc: tokenwarden.LocationQuery, fixed: true})
			return
		}
		f.searchURL(v, context{cleanPath: cleanPath})
	case record.KindPath:
		if bytes.IndexByte(v.Text, '#') >= 0 {
			f.searchURL(v, context{})
			return
		}
		f.searchPath(v, context{loc: tokenwarden.LocationPath})
	case record.KindQuery:
		f.searchQuery(v, context{loc: tokenwarden.LocationQuery, fixed: true})
	case record.KindReferer:
		f.searchURL(v, context{loc: tokenwarden.LocationReferer, fixed: true, param: refererName, cleanPath: cleanPath})
		f.searchEmbedded(v, context{loc: tokenwarden.LocationReferer, fixed: true, param: refererName})
	case record.KindHeader:
		f.searchHeader(v, fld.Name)
	case record.KindCookies:
		f.searchCookies(v, context{loc: tokenwarden.LocationCookie, fixed: true})
	case record.KindCookie:
		f.searchCookie(v, fld.Name)
	case record.KindParam:
		f.searchValue(v, context{loc: tokenwarden.LocationQuery, fixed: true, name: f.classifyName(fld.Name), param: fld.Name})
	case record.KindUser:
		pl := context{loc: tokenwarden.LocationUserinfo, fixed: true, param: userName}
		i := bytes.IndexByte(v.Text, ':')
		_ = f.searchFreeText(v, pl) || i > 0 && shape.Of(v.Text[i+1:]) >= shape.Hex && f.userPassword(v, pl) || f.randomUser(v, pl)
	case record.KindUserAgent:
		pl := context{loc: tokenwarden.LocationHeader, fixed: true, param: agentName}
		if from, to := ascii.RunAround(v.Text, 0); !f.searchFreeText(v, pl) && to-from == len(v.Text) {
			f.randomUser(v, pl)
		}
	case record.KindHost:
		if at := bytes.IndexByte(v.Text, '@'); at > 0 {
			f.userinfoIn(v, 0, at, context{loc: tokenwarden.LocationUserinfo, fixed: true, param: userName})
		}
		fallthrough
	default:
		f.unknownField(v, fld)
	}
}

// locationOf returns where a field stands when nothing more is known.
func locationOf(kind record.Kind) tokenwarden.Location {
	switch kind {
	case record.KindTarget, record.KindURL, record.KindQuery, record.KindParam:
		return tokenwarden.LocationQuery
	case record.KindPath:
		return tokenwarden.LocationPath
	case record.KindReferer:
		return tokenwarden.LocationReferer
	case record.KindCookies, record.KindCookie:
		return tokenwarden.LocationCookie
	case record.KindUser:
		return tokenwarden.LocationUserinfo
	}
	return tokenwarden.LocationHeader
}

var (
	refererName = []byte("referer")
	userName    = []byte("user")
	agentName   = []byte("user-agent")
)

// cookiePrefix begins the names of variables that hold a cookie: nginx's cookie_NAME.
var cookiePrefix = []byte("cookie_")

// unknownField searches a field of unknown kind, perhaps with a name.
func (f *finder) unknownField(v offset.View, fld *record.Field) {
	pl := context{loc: tokenwarden.LocationHeader, fixed: true, param: fld.Name}
	if len(fld.Name) > 0 {
		pl.name = f.classifyName(fld.Name)
	}
	if bytes.IndexByte(v.Text, '@') > 0 {
		f.addressUserinfo(v, fld.Name)
	}
	if isUserPasswordKey(fld.Name) && bytes.IndexByte(v.Text, ':') > 0 && bytes.IndexByte(v.Text, '/') < 0 {
		f.userPassword(v, pl.at(tokenwarden.LocationUserinfo))
	}
	switch {
	case bytes.HasPrefix(fld.Name, cookiePrefix):
		f.searchCookie(v, fld.Name[len(cookiePrefix):])
	case pl.name.Grade != names.None || v.Text[0] == '{' || v.Text[0] == '[':
		f.searchFieldValue(v, pl)
	case bytes.IndexByte(v.Text, ' ') >= 0: // a request line, a message
		f.searchFreeText(v, pl)
		f.scanWords(v, pl, false)
	default:
		if len(fld.Name) == 0 && len(v.Text) > tomcatDigits && isTomcatSession(v.Text) { // %{JSESSIONID}c with its route
			f.tomcatSession(v)
			return
		}
		f.searchFieldValue(v, pl)
	}
}

// searchFieldValue is searchValue for a whole field: its values have budgets of their own.
func (f *finder) searchFieldValue(v offset.View, pl context) {
	if v = v.Trim().Unquote(); len(v.Text) > 0 && f.spend(len(v.Text)) {
		f.searchLevel(v, pl)
	}
}

// classifyName grades a name, perhaps percent-encoded.
func (f *finder) classifyName(raw []byte) names.Name {
	if bytes.IndexByte(raw, '%') < 0 {
		return f.names.Classify(raw)
	}
	f.token = secret.Canonical(f.token[:0], raw)
	return f.names.Classify(f.token)
}
