package credential

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/jwt"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// evidence is why a view is taken for a credential.
type evidence struct {
	kind       string
	confidence tokenwarden.Confidence
	reason     string
	public     bool
	prefix     int // length of a provider's type prefix
	jwt        *jwt.Parts
	random     bool // it looks random
}

// maxParam is how much of a name a finding keeps.
const maxParam = 64

// report reports v as a credential. It returns true also for the placeholder of one.
func (f *finder) report(v offset.View, pl context, e evidence) bool {
	v = v.Trim()
	if f.reportEdge(v, pl) {
		return true
	}
	f.count(stepsOfShape * len(v.Text))
	start, end := v.Span()
	if f.options.Policy.KeepPrefix && e.prefix > 0 && e.prefix < len(v.Text) {
		start, end = v.From(e.prefix).Span()
	}
	if f.repeat(start, end, e.confidence) {
		return true
	}
	f.token = secret.Canonical(f.token[:0], f.asSent(v.Text))
	if len(f.token) == 0 {
		return false
	}
	if placeholder.IsIn(f.token) {
		f.reportBeside(v, pl, e)
		return true
	}
	out := f.add(Finding{
		Start: start, End: end,
		Kind: e.kind, Confidence: e.confidence, Location: pl.loc, Reason: e.reason,
		Public:      e.public,
		Fingerprint: f.prints.OfCanonical(f.token),
		KeyID:       f.prints.KeyID(),
	})
	if e.jwt != nil {
		f.addClaims(v.Text, e.jwt, out)
		out.Strength.Length = len(f.token)
	} else {
		out.Strength = strength(f.token[min(e.prefix, len(f.token)):], e.random)
		out.Strength.Length = len(f.token)
		if !e.public && e.kind != KindUnknown {
			out.Strength.Sequence = f.sequences.grade(f.token, pl.param)
		}
	}
	if out.Owner == "" && len(pl.owner) > 0 {
		out.Owner = f.strings.Keep(pl.owner, maxParam)
	}
	out.Keep = f.isKept(out, pl)
	if !f.holdsToken(pl.param) {
		out.Param = f.strings.KeepLower(pl.param, maxParam)
	}
	return true
}

// reportBeside reports the stretches of v beside its placeholders that look like credentials.
func (f *finder) reportBeside(v offset.View, pl context, e evidence) {
	if e.jwt != nil || !placeholder.IsIn(v.Text) {
		return
	}
	for len(v.Text) > 0 {
		var s offset.View
		if s, v = cutPlaceholder(v); len(s.Text) >= shape.MinRandom && shape.Of(s.Text) >= shape.Mixed {
			f.report(s, pl, e)
		}
	}
}

// addClaims fills out from the claims of the JWT b with the parts p.
func (f *finder) addClaims(b []byte, p *jwt.Parts, out *Finding) {
	c := f.jwt.Claims(b, p, &f.strings)
	said := JWT{Claims: c.Standard, Scopes: c.Scopes}
	if len(c.Issuer) > 0 && len(c.Subject) > 0 {
		said.Family = f.prints.Family(c.Issuer, c.Subject, c.Client)
	}
	f.jwts = append(f.jwts, said)
	out.JWT, out.Owner = &f.jwts[len(f.jwts)-1], c.Owner
}

// maxTokenInName is how far behind the bytes that are kept of a name the end of a token is looked for.
const maxTokenInName = 512

// holdsToken reports whether a name holds a self-evident token. Names are emitted with events, so such a name is dropped.
func (f *finder) holdsToken(b []byte) bool {
	b = b[:min(len(b), maxParam+maxTokenInName)]
	for i := shape.MinRandom - 1; i < len(b); i += shape.MinRandom {
		if ascii.Class[b[i]]&ascii.Run == 0 {
			continue
		}
		start, end := ascii.RunAround(b, i)
		if _, ok := f.match(b, start, end); ok && end-start >= shape.MinRandom {
			return true
		}
	}
	return false
}

// isKept applies the policy: public values stay unless their name is sensitive.
func (f *finder) isKept(out *Finding, pl context) bool {
	p := &f.options.Policy
	if out.Kind == KindUnknown {
		return false
	}
	if out.Public && !p.Public && !pl.name.IsSensitive() {
		return true
	}
	least := p.Least
	if l, ok := p.LeastIn[out.Location]; ok {
		least = l
	}
	return out.Confidence < least
}
