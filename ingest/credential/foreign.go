package credential

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/foreign"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// reasonForeign is the Reason of foreign identities.
const reasonForeign = "what another system logs in place of a credential: no secret"

// isForeign reports whether the search of a field is over because it holds the identity of another system, which it adds. A
// value of another form than the field's is searched as any field is, and so is what a client may have written. Where the field
// has no form, a value that looks like a credential is one.
func (f *finder) isForeign(line []byte, fld *record.Field) bool {
	set, id := f.options.Identities, foreign.ID(fld.Mark)
	if !set.Has(id) || fld.Client {
		return false
	}
	v := f.fieldText(line, fld)
	if set.IsEdge(id) {
		return f.edgeField(v, set.Name(id))
	}
	if !set.Match(id, v.Text) {
		return false
	}
	if !set.HasForm(id) {
		unnamed, n := *fld, len(f.found)
		unnamed.Kind, unnamed.Name = record.KindText, nil
		if f.searchField(line, &unnamed); len(f.found) > n {
			return true
		}
	}
	f.add(Finding{
		Start: fld.Start, End: fld.End, Kind: set.System(id), Identity: tokenwarden.IdentityForeign, Keep: true,
		Confidence: tokenwarden.ConfidenceHigh, Reason: reasonForeign, Param: f.strings.KeepLower([]byte(set.Name(id)), maxParam),
		Fingerprint: f.prints.Foreign(set.System(id), v.Text), KeyID: f.prints.KeyID(),
	})
	return true
}
