package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// The Reasons of edge forms.
const (
	reasonEdge       = "hash of a token that a proxy made under the edge key"
	reasonEdgeForged = "hash of a token with a wrong MAC: no identity"
	reasonEdgeKey    = "hash of a token under a key that is not among the keys: no identity"
)

// reportEdge reports v if it is an edge form and has a MAC. One that cannot be verified is masked and makes no event, so that
// nobody makes another's token appear; it is no token of this client either.
func (f *finder) reportEdge(v offset.View, pl context) bool {
	if !bytes.HasPrefix(v.Text, edgePrefix) {
		return false
	}
	token, result := f.prints.FromEdge(v.Text)
	f.steps += stepsOfShape * len(v.Text)
	if result == secret.EdgeNone {
		return false
	}
	f.addEdge(v, pl, token, result)
	return true
}

// edgeField reports the value of a field that only a proxy writes, and whether it is a hash or an edge form.
func (f *finder) edgeField(v offset.View, name string) bool {
	v = v.Trim()
	token, result := f.prints.FromEdgeField(v.Text)
	if result == secret.EdgeNone {
		return false
	}
	f.addEdge(v, context{loc: tokenwarden.LocationHeader, param: []byte(name)}, token, result)
	return true
}

var edgePrefix = []byte(secret.EdgePrefix)

const kindOfBareHash = "token"

// maxEdgeKinds bounds the kinds of edge forms that are told apart: each is a metric label.
const maxEdgeKinds = 64

// edgeKind returns the kind of an edge form as a string that outlives the line: summaries and metrics keep kinds.
func (f *finder) edgeKind(b []byte) string {
	kind, known := f.edgeKinds[string(b)]
	if !known && len(f.edgeKinds) < maxEdgeKinds {
		kind = string(b)
		f.edgeKinds[kind] = kind
	}
	if kind == "" {
		return kindOfBareHash
	}
	return kind
}

func (f *finder) addEdge(v offset.View, pl context, token secret.EdgeToken, result secret.EdgeResult) {
	start, end := v.Span()
	if f.repeat(start, end, tokenwarden.ConfidenceHigh) {
		return
	}
	out := Finding{Start: start, End: end, Kind: KindUnknown, Confidence: tokenwarden.ConfidenceHigh, Location: pl.loc, Edge: result}
	switch result {
	case secret.EdgeForged:
		out.Reason = reasonEdgeForged
	case secret.EdgeUnknownKey:
		out.Reason = reasonEdgeKey
	default:
		out.Reason, out.Identity = reasonEdge, tokenwarden.IdentityEdge
		if out.Kind = kindOfBareHash; len(token.Kind) > 0 {
			out.Kind = f.edgeKind(token.Kind)
		}
	}
	if out.Identity != tokenwarden.IdentityEdge {
		f.token = secret.Canonical(f.token[:0], v.Text)
		token.Keyed = secret.Keyed{KeyID: f.prints.KeyID(), Fingerprint: f.prints.OfCanonical(f.token)}
	}
	out.KeyID, out.Fingerprint = token.KeyID, token.Fingerprint
	if len(pl.owner) > 0 {
		out.Owner = f.strings.Keep(pl.owner, maxParam)
	}
	if !f.holdsToken(pl.param) {
		out.Param = f.strings.KeepLower(pl.param, maxParam)
	}
	f.add(out)
}
