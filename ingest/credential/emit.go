package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
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
	jwt        *jwtParts
	random     bool // it looks random
}

// maxParam is how much of a name a finding keeps.
const maxParam = 64

// emit reports v as a credential. It returns true also where v is the placeholder of one: something was there.
func (f *finder) emit(v view, pl place, e evidence) bool {
	v = v.trim()
	f.token = secret.Canonical(f.token[:0], v.b)
	if len(f.token) == 0 {
		return false
	}
	start, end := v.span()
	if _, n := placeholderIn(f.token); n > 0 {
		return true
	}
	if f.o.Policy.KeepPrefix && e.prefix > 0 && e.prefix < len(v.b) {
		start, end = v.from(e.prefix).span()
	}
	f.found = append(f.found, Finding{
		Start: start, End: end,
		Kind: e.kind, Confidence: e.confidence, Location: pl.loc, Reason: e.reason,
		Public:      e.public,
		Fingerprint: f.prints.OfCanonical(f.token),
		KeyID:       f.prints.KeyID(),
	})
	out := &f.found[len(f.found)-1]
	f.addOlder(out)
	if e.jwt != nil {
		f.claims(v.b, e.jwt, out)
		out.Strength.Length = len(f.token)
	} else {
		out.Strength = strength(f.token[min(e.prefix, len(f.token)):], e.random)
		out.Strength.Length = len(f.token)
		if !e.public {
			out.Strength.Sequence = f.seqs.of(f.token)
		}
	}
	if out.Owner == "" && len(pl.owner) > 0 {
		out.Owner = f.text.keep(pl.owner, maxParam)
	}
	out.Keep = f.keeps(out, pl)
	if !f.holdsToken(pl.param) {
		out.Param = f.text.keepLower(pl.param, maxParam)
	}
	return true
}

// holdsToken tells whether a token that speaks for itself stands in a name: a name leaves with what was found under it.
func (f *finder) holdsToken(b []byte) bool {
	for i := minRandom - 1; i < len(b); i += minRandom {
		if ascii.Class[b[i]]&ascii.Run == 0 {
			continue
		}
		start, end := ascii.RunAround(b, i)
		if _, _, ok := f.match(b, start, end); ok && end-start >= minRandom {
			return true
		}
	}
	return false
}

func (f *finder) addOlder(out *Finding) {
	if len(f.o.Keys) < 2 {
		return
	}
	from := len(f.older)
	f.older = f.prints.AppendOlder(f.older, f.token)
	n := len(f.older)
	out.Older = f.older[from:n:n]
}

// keeps applies the policy: what is meant to be public stays where no name calls it a secret.
func (f *finder) keeps(out *Finding, pl place) bool {
	p := &f.o.Policy
	if out.Public && !p.Public && !pl.name.known() {
		return true
	}
	least := p.Least
	if l, ok := p.LeastIn[out.Location]; ok {
		least = l
	}
	return out.Confidence < least
}

// placeholderIn finds the first placeholder in b: where it starts and how long it is, 0 if there is none.
func placeholderIn(b []byte) (at, n int) {
	for i := 0; ; {
		k := bytes.Index(b[i:], placeholderMark)
		if k < 0 {
			return 0, 0
		}
		i += k
		if n := placeholderLen(b[i:]); n > 0 {
			return i, n
		}
		i++
	}
}

// holdsPlaceholder tells whether a part of b has been redacted: it was a structure then, and is judged no other way now.
func holdsPlaceholder(b []byte) bool {
	_, n := placeholderIn(b)
	return n > 0
}

// isPlaceholder tells whether b is what AppendPlaceholder wrote, or that behind a type prefix.
func isPlaceholder(b []byte) bool {
	i := bytes.Index(b, placeholderMark)
	if i < 0 || placeholderLen(b[i:]) != len(b)-i {
		return false
	}
	return i == 0 || isTypePrefix(b[:i])
}

var placeholderMark = []byte(placeholderWord + ".")

// isTypePrefix tells whether b is the prefix of a provider's format.
func isTypePrefix(b []byte) bool {
	if len(b) < 3 {
		return len(b) == 2
	}
	for _, f := range providers.buckets[key3(b[0], b[1], b[2])] {
		if f.prefix == string(b) {
			return true
		}
	}
	return false
}

// placeholderLen is how long the placeholder is that b starts with, 0 if it starts with none.
func placeholderLen(b []byte) int {
	i := len(placeholderWord) + 1
	if len(b) < i || string(b[:i-1]) != placeholderWord || b[i-1] != '.' {
		return 0
	}
	from := i
	for i < len(b) && (ascii.IsLower(b[i]) || ascii.IsDigit(b[i]) || b[i] == '_') {
		i++
	}
	if i == from || i-from > maxKind || i >= len(b) || b[i] != '.' || len(b)-i <= placeholderHex {
		return 0
	}
	i++
	for _, c := range b[i : i+placeholderHex] {
		if !ascii.IsDigit(c) && c-'a' >= 6 {
			return 0
		}
	}
	return i + placeholderHex
}
