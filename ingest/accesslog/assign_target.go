package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// isLoneTarget tells whether what is called a request is only its target.
func isLoneTarget(b []byte) bool {
	return (b[0] == '/' || schemeEnd(b) > 0) && bytes.IndexByte(b, ' ') < 0
}

// setTarget records a request line or a target; one that another outranks, or came before, is a field without being
// the record's.
func (a *assigner) setTarget(r *record.Record, d *def, f record.Field) {
	if !a.outranksTarget(d.rank, r.Target.Present()) {
		kept := *r
		a.readTarget(r, d, f)
		kept.Fields = r.Fields
		*r = kept
		return
	}
	a.ranks[roleTarget] = d.rank + 1
	a.readTarget(r, d, f)
}

// outranksTarget tells whether a target, a path or a query of that rank becomes the record's, which has one already or not.
func (a *assigner) outranksTarget(rank uint8, present bool) bool {
	return !present || rank >= a.ranks[roleTarget]
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

// setPath records a path that stands by itself. One with a query in it is a target.
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

// setQuery records a query that stands by itself.
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

// setEscaped records a value in which JSON escaped some bytes: it is read without its escapes, and what is found in it
// is put back to where it stands.
func (a *assigner) setEscaped(r *record.Record, d *def, start, end int) bool {
	a.view.Load(r.Line, start, end, record.EscapeJSON)
	inner := &a.inner
	inner.Reset(a.view.Text())
	outranksTarget := a.outranksTarget(d.rank, r.Target.Present() || r.Path.Present())
	ok := a.set(inner, d, 0, len(a.view.Text()), record.EscapeNone)
	if !outranksTarget && (inner.Target.Present() || inner.Path.Present()) {
		kept := *r
		r.MergeFrom(inner, &a.view)
		kept.Fields = r.Fields
		*r = kept
		return ok
	}
	if inner.Path.Present() && !inner.Target.Present() { // a path alone takes the place of a target
		r.Target, r.Query = record.Field{}, record.Field{}
	}
	r.MergeFrom(inner, &a.view)
	return ok
}
