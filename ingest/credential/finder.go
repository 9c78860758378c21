package credential

import (
	"bytes"
	"fmt"
	"log/slog"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
)

// Finder finds credentials in lines. It is for one goroutine at a time, reuses its memory, and forgets the raw bytes
// of a line when the next one comes or on Forget. It prints as "[finder]".
type Finder struct{ in *veil[finder] }

type finder struct {
	prints   *fingerprinter
	lex      *lexicon
	marks    memo[mark]
	seqs     sequences
	seen     seen
	patterns []pattern
	o        Options
	exempt   bool // the line's path is one of the exceptions
	budget   int  // bytes that may still be looked at for this line

	arena arena
	text  texts
	json  []byte // decoded parts of a JWT
	parts jwtParts
	token []byte // the canonical form of the token at hand
	older []tokenwarden.Fingerprint
	found []Finding
}

// New makes a Finder. The error names the option that is wrong.
func New(o Options) (*Finder, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	return &Finder{veiled(&finder{
		prints:   NewFingerprinter(o.Keys...).in.p,
		lex:      newLexicon(&o),
		marks:    newMemo[mark](),
		seqs:     newSequences(),
		seen:     newSeen(),
		patterns: compile(o.Patterns),
		o:        o,
	})}, nil
}

// String returns "[finder]".
func (f *Finder) String() string { return "[finder]" }

// Format prints "[finder]", whatever the verb.
func (f *Finder) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("[finder]")) }

// LogValue logs "[finder]".
func (f *Finder) LogValue() slog.Value { return slog.StringValue("[finder]") }

// Fingerprinter returns the Fingerprinter that Find uses. It shares the Finder's goroutine.
func (f *Finder) Fingerprinter() Fingerprinter { return Fingerprinter{veiled(f.in.p.prints)} }

// Find appends to dst the credentials in the fields of rec, in rising order of Start and without overlap. The findings
// hold until the next call.
func (f *Finder) Find(rec *accesslog.Record, dst []Finding) []Finding {
	in := f.in.p
	in.begin(len(rec.Line))
	in.exempt = len(in.o.Exceptions.Paths) > 0 && in.isExempt(rec)
	for i := range rec.Fields {
		in.field(rec.Line, &rec.Fields[i])
	}
	return in.end(dst)
}

// FindText appends to dst the credentials in a line that no format fits. Nothing says what is where in such a line:
// all of it is read as text that may hold URLs, JSON, headers and pairs, and what looks random enough is masked
// too.
func (f *Finder) FindText(line []byte, dst []Finding) []Finding {
	in := f.in.p
	in.begin(len(line))
	in.whole(plainView(line, 0, len(line)))
	if in.budget < 0 {
		in.unread(plainView(line, 0, len(line)))
	}
	return in.end(dst)
}

// Forget overwrites what the Finder still holds of the last line.
func (f *Finder) Forget() {
	in := f.in.p
	in.begin(0)
	clear(in.token[:cap(in.token)])
	clear(in.json[:cap(in.json)])
	clear(in.prints.token[:cap(in.prints.token)])
	clear(in.arena.b[:cap(in.arena.b)])
}

// Text that nests names in names would be looked at again and again. What costs more than this is no request: it is
// masked whole.
const (
	budgetPerByte = 64
	budgetLeast   = 8 << 10
)

func (f *finder) begin(size int) {
	f.budget = budgetPerByte*size + budgetLeast
	f.arena.reset()
	f.text.reset()
	f.older = f.older[:0]
	f.found = f.found[:0]
	f.exempt = false
}

// spend takes from the budget and tells whether there was enough.
func (f *finder) spend(v view) bool {
	f.budget -= len(v.b) + 8
	return f.budget >= 0
}

// unread masks a text that was too costly to search.
func (f *finder) unread(v view) {
	f.emit(v, place{loc: tokenwarden.LocationHeader}, evidence{
		kind: "unread", confidence: tokenwarden.ConfidenceLow, reason: "too deeply nested to be searched",
	})
}

func (f *finder) end(dst []Finding) []Finding {
	if len(f.found) == 0 {
		return dst
	}
	return append(dst, settle(f.found)...)
}

// isExempt tells whether the request's path is one of the exceptions.
func (f *finder) isExempt(rec *accesslog.Record) bool {
	for i := range rec.Fields {
		fld := &rec.Fields[i]
		if fld.Kind != accesslog.KindTarget && fld.Kind != accesslog.KindPath {
			continue
		}
		raw := rec.Line[fld.Start:fld.End]
		for _, p := range f.o.Exceptions.Paths {
			if hasAt(raw, 0, p) {
				return true
			}
		}
	}
	return false
}

// place is where in a line, and under which name, a value stands.
type place struct {
	loc   tokenwarden.Location
	fixed bool   // the location does not change with the part of a URL: a Referer, a header
	depth int8   // how deep in decoded and nested values
	name  name   // what its name says
	param []byte // its name, decoded
	owner []byte // the user that a password belongs to
}

const maxNesting = 10

func (p place) at(loc tokenwarden.Location) place {
	if !p.fixed {
		p.loc = loc
	}
	return p
}

// under is p for a value with a name of its own.
func (p place) under(n name, param []byte) place {
	p.name, p.param = n, param
	p.depth++
	return p
}

// unnamed is p for a part of a value whose own name says nothing of the part.
func (p place) unnamed() place {
	p.name = name{}
	p.depth++
	return p
}

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
		return bytes.IndexByte(b, ':') < 0 && f.cleanProse(b)
	case accesslog.KindUserAgent, accesslog.KindHost:
		return f.cleanProse(b)
	}
	return false
}

// search looks for credentials in one field.
func (f *finder) search(line []byte, fld *accesslog.Field) {
	v := plainView(line, fld.Start, fld.End)
	switch fld.Escape {
	case accesslog.EscapeJSON:
		v, _ = f.arena.unescapeJSON(v)
	case accesslog.EscapeBackslash:
		v, _ = f.arena.unescapeC(v)
	case accesslog.EscapeJSONBackslash:
		v, _ = f.arena.unescapeJSON(v)
		v, _ = f.arena.unescapeC(v)
	case accesslog.EscapeJSONJSON:
		v, _ = f.arena.unescapeJSON(v)
		v, _ = f.arena.unescapeJSON(v)
	}
	if len(f.patterns) > 0 {
		f.custom(v, place{loc: locationOf(fld.Kind), fixed: true, param: fld.Name})
	}
	switch fld.Kind {
	case accesslog.KindTarget, accesslog.KindURL:
		f.url(v, place{})
	case accesslog.KindPath:
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
		if i := bytes.IndexByte(v.b, ':'); i > 0 && shapeOf(v.b[i+1:]) >= shapeHex && f.userPassword(v, pl) {
			return
		}
		_ = f.prose(v, pl) || f.randomUser(v, pl)
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
