package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// isLoneTarget reports whether b, logged as a request, is a target alone. Apache decodes its path, so that it may have blanks.
func isLoneTarget(b []byte) bool {
	return b[0] == '/' || schemeEnd(b) > 0 && bytes.IndexByte(b, ' ') < 0
}

// setTarget records a request line or a target. Beside one of a higher rank it only becomes a field.
func (a *assigner) setTarget(r *record.Record, d *def, f record.Field) {
	if !a.outranksTarget(d.rank, r.Target.Present()) || r.Path.Present() && !a.completesPath(r, d.rank, f) {
		kept := *r
		a.readTarget(r, d, f)
		kept.Fields = r.Fields
		*r = kept
		return
	}
	a.ranks[roleTarget] = d.rank + 1
	a.readTarget(r, d, f)
}

// outranksTarget reports whether a target or path of this rank becomes the record's. present: the record has one already.
func (a *assigner) outranksTarget(rank uint8, present bool) bool {
	return !present || rank >= a.ranks[roleTarget]
}

// completesPath reports whether the target f replaces a path without a target: a path no deeper in the line, or the same
// path with a query.
func (a *assigner) completesPath(r *record.Record, rank uint8, f record.Field) bool {
	if r.Target.Present() || rankLevel(rank) >= rankLevel(a.ranks[roleTarget]-1) {
		return true
	}
	path, rest := r.Raw(r.Path), r.Raw(f)
	return len(rest) > len(path) && rest[len(path)] == '?' && bytes.HasPrefix(rest, path)
}

// setClientTarget makes fields of a client's request line or target and changes nothing else.
func setClientTarget(r *record.Record, f record.Field) {
	kept := *r
	if isLoneTarget(r.Raw(f)) {
		setTarget(r, f.Start, f.End, f.Escape)
	} else {
		_ = setRequest(r, f.Start, f.End, f.Escape)
	}
	kept.Fields = r.Fields
	*r = kept
}

// readTarget reads a target or a request line.
func (a *assigner) readTarget(r *record.Record, d *def, f record.Field) {
	if d.role == roleTarget {
		setTarget(r, f.Start, f.End, f.Escape)
		return
	}
	if setRequest(r, f.Start, f.End, f.Escape) != nil {
		a.malformed = true
	}
}

// setPath records a path in a column of its own, with a query as a target.
func (a *assigner) setPath(r *record.Record, d *def, f record.Field) {
	if value := r.Raw(f); bytes.IndexByte(value, '?') >= 0 || schemeEnd(value) > 0 {
		a.setTarget(r, &def{role: roleTarget, rank: d.rank}, f)
		return
	}
	f.Kind, f.Name = record.KindPath, nil
	if r.Add(f); a.outranksTarget(d.rank, r.Target.Present() || r.Path.Present()) {
		a.ranks[roleTarget] = d.rank + 1
		r.Path = f
		if r.Target.Present() {
			r.Target, r.Query = record.Field{}, record.Field{}
		}
	}
}

// setQuery records a query in a column of its own.
func (a *assigner) setQuery(r *record.Record, d *def, f record.Field) {
	f.Kind, f.Name = record.KindQuery, nil
	if r.Line[f.Start] == '?' {
		f.Start++
	}
	if r.Add(f); !r.Target.Present() && (!r.Query.Present() || d.rank >= a.ranks[roleQuery]) {
		a.ranks[roleQuery] = d.rank + 1
		r.Query = f
	}
}

// setEscaped records a value with JSON escapes. The value is read without its escapes into a separate record, which is
// merged into r.
func (a *assigner) setEscaped(r *record.Record, d *def, s span) bool {
	a.view.Load(r.Line, s.start, s.end, record.EscapeJSON)
	inner := &a.inner
	inner.Reset(a.view.Text())
	outranksTarget := a.outranksTarget(d.rank, r.Target.Present() || r.Path.Present())
	ok := a.set(inner, d, span{0, len(a.view.Text()), record.EscapeNone})
	inTarget := r.Target.Present() && inner.Query.Present() && !inner.Target.Present() && !inner.Path.Present() // a query alone
	if inTarget || !outranksTarget && (inner.Target.Present() || inner.Path.Present()) {
		kept := *r
		r.MergeFrom(inner, &a.view)
		kept.Fields = r.Fields
		*r = kept
		return ok
	}
	if inner.Path.Present() && !inner.Target.Present() { // a path alone replaces a target
		r.Target, r.Query = record.Field{}, record.Field{}
	}
	r.MergeFrom(inner, &a.view)
	return ok
}
