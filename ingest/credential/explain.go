package credential

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// Left is a stretch of a line that looks like a credential, or the value of a name that may announce one, without a finding.
// It holds no byte of the line.
type Left struct {
	Start, End int // the bytes as they stand in the line: Line[Start:End]
	Location   tokenwarden.Location
	Param      string // the name of the value, decoded, in lower case, at most 64 bytes; "" if it has none
	Length     int    // bytes once decoded
	Shape      string // what it looks like; a constant
	Reason     string // why it was left; a constant
	// Setting is the configuration key that would find it or that excepts it.
	Setting string
}

// Left returns the look-alikes of rec beside fs, the findings of the last Find: stretches of 16 token characters or more,
// and values of sensitive names. It walks the line on its own with the judgements of the search. It is meant for single
// lines.
func (f *Finder) Left(rec *record.Record, fs []Finding) []Left {
	x := leftovers{finder: f.in.Get(), fs: fs}
	urls := x.exceptedURLs(rec)
	for i := range rec.Fields {
		x.excepted = urls.holds(x.finder, &rec.Fields[i])
		x.field(rec.Line, &rec.Fields[i])
	}
	return x.sorted()
}

// LeftText is Left for a line searched by FindText.
func (f *Finder) LeftText(line []byte, fs []Finding) []Left {
	x := leftovers{finder: f.in.Get(), fs: fs}
	x.field(line, &record.Field{Kind: record.KindText, End: len(line)})
	return x.sorted()
}

// leftovers collects the results of Left.
type leftovers struct {
	*finder
	fs   []Finding
	out  []Left
	line []byte
	fld  *record.Field // the field at hand
}

func (x *leftovers) sorted() []Left {
	slices.SortStableFunc(x.out, func(a, b Left) int { return cmp.Compare(a.Start, b.Start) })
	return x.out
}

// candidate is a stretch that may be left, with its name and context.
type candidate struct {
	name     names.Name
	param    []byte
	excepted bool           // the name is one of the exceptions
	mark     names.PathHint // of a path segment before it
	segment  bool           // it is a path segment
	host     bool           // it is part of a host name
}

func (x *leftovers) field(line []byte, fld *record.Field) {
	x.line, x.fld = line, fld
	v := x.fieldText(line, fld)
	for range secret.MaxDecode {
		d, ok := x.arena.Percent(v)
		if !ok {
			break
		}
		v = d
	}
	if len(fld.Name) > 0 {
		if c := x.candidateNamed(fld.Name); c.name.Grade != names.None || c.excepted {
			x.add(v, c)
		}
	}
	x.decodedText(v)
}

// decodedText judges a fully decoded text.
func (x *leftovers) decodedText(v offset.View) {
	x.pairsLeft(v)
	if x.inURL() {
		x.segmentsLeft(v)
	}
	x.runsLeft(v)
}

func (x *leftovers) inURL() bool {
	switch x.fld.Kind {
	case record.KindTarget, record.KindPath, record.KindQuery, record.KindURL, record.KindReferer:
		return true
	}
	return false
}

// candidateNamed is a candidate of the name raw.
func (x *leftovers) candidateNamed(raw []byte) candidate {
	c := candidate{name: x.classifyName(raw), param: raw, excepted: x.names.IsExcepted(raw)}
	if x.fld.Kind == record.KindCookies || x.fld.Kind == record.KindCookie {
		c.name = x.names.Cookie(c.name, raw)
	}
	return c
}

// pairsLeft adds the values of strong and weak names.
func (x *leftovers) pairsLeft(v offset.View) {
	b := v.Text
	for i := range b {
		if b[i] != '=' && b[i] != ':' {
			continue
		}
		quoted := i > 0 && (b[i-1] == '"' || b[i-1] == '\\')
		if b[i] == ':' && !quoted && x.inURL() {
			continue
		}
		start, end := nameBefore(b, i)
		if start == end {
			continue
		}
		c := x.candidateNamed(b[start:end])
		if c.name.Grade == names.None && !c.excepted || c.name.Grade == names.Weak && b[i] == ':' && !quoted {
			continue
		}
		from, to := x.valueAt(b, i+1)
		x.add(v.Cut(from, to), c)
	}
}

// valueAt returns the bounds of the value at b[i], in a URL those of a query's value.
func (x *leftovers) valueAt(b []byte, i int) (from, to int) {
	if x.fld.Kind == record.KindText || i >= len(b) || b[i] == '"' || b[i] == '\'' || b[i] == '\\' || b[i] == ' ' {
		return valueAfter(b, i)
	}
	for to = i; to < len(b) && b[to] > ' ' && bytes.IndexByte([]byte(`&#"<>`), b[to]) < 0; to++ {
		if b[to] == ';' && (pairFollows(b[to+1:]) || x.fld.Kind == record.KindCookies) {
			break
		}
	}
	return i, to
}

// segmentsLeft adds path segments behind a hint.
func (x *leftovers) segmentsLeft(v offset.View) {
	b := v.Text
	if i := bytes.IndexAny(b, "?#"); i >= 0 {
		b = b[:i]
	}
	for start := bytes.IndexByte(b, '/') + 1; start > 0 && start < len(b); {
		end := start + max(bytes.IndexByte(b[start:], '/'), 0)
		if end == start {
			end = len(b)
		}
		m, hop, seg := x.hints.Before(b, start)
		if m >= names.StrongHint && hop == 1 && end-start >= 6 && bytes.ContainsAny(b[start:end], "0123456789") {
			x.add(v.Cut(start, end), candidate{mark: m, param: seg, segment: true})
		}
		start = end + 1
	}
}

// runsLeft adds the values, segments and words with 16 token characters or more in a row.
func (x *leftovers) runsLeft(v offset.View) {
	for i := shape.MinRandom - 1; i < len(v.Text); {
		if ascii.Class[v.Text[i]]&ascii.Run == 0 {
			i += shape.MinRandom
			continue
		}
		start, end := ascii.RunAround(v.Text, i)
		if end-start >= shape.MinRandom && !x.isCovered(v.Cut(start, end)) {
			c, from, to := x.candidateAround(v.Text, start, end)
			if x.isCovered(v.Cut(from, to)) { // a part of the whole has been judged
				from, to = start, end
			}
			x.add(v.Cut(from, to), c)
		}
		i = end + shape.MinRandom
	}
}

// isCovered reports whether a finding or an added stretch lies in v.
func (x *leftovers) isCovered(v offset.View) bool {
	start, end := v.Span()
	for i := range x.fs {
		if x.fs[i].Start < end && start < x.fs[i].End {
			return true
		}
	}
	for i := range x.out {
		if x.out[i].Start < end && start < x.out[i].End {
			return true
		}
	}
	return false
}

// add adds v unless judged before.
func (x *leftovers) add(v offset.View, c candidate) {
	v = v.Trim().Unquote()
	if len(v.Text) == 0 || x.isCovered(v) || placeholder.IsIn(v.Text) {
		return
	}
	reason, setting := "", ""
	if d, ok := x.arena.Base64Text(v); ok {
		x.decodedText(d)
		if x.isCovered(v) {
			return
		}
		reason, setting = "base64 of text in which nothing calls for a secret", keyPatterns
	}
	if c.name.Grade != names.None || c.excepted || reason == "" {
		reason, setting = x.why(v.Text, &c)
	}
	start, end := v.Span()
	x.out = append(x.out, Left{
		Start: start, End: end, Location: x.location(start), Param: lowerParam(c.param), Length: len(v.Text),
		Shape: shapeNames[shape.Of(v.Text)], Reason: reason, Setting: setting,
	})
}

func lowerParam(b []byte) string { return string(bytes.ToLower(b[:min(len(b), maxParam)])) }

// location returns the part of the field around line[start].
func (x *leftovers) location(start int) tokenwarden.Location {
	if x.fld.Kind != record.KindTarget && x.fld.Kind != record.KindURL && x.fld.Kind != record.KindPath {
		return locationOf(x.fld.Kind)
	}
	before := x.line[x.fld.Start:start]
	switch {
	case bytes.IndexByte(before, '#') >= 0:
		return tokenwarden.LocationFragment
	case bytes.ContainsAny(before, "?;"):
		return tokenwarden.LocationQuery
	}
	return tokenwarden.LocationPath
}
