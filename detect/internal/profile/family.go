package profile

import "github.com/tokenwarden/tokenwarden"

// maxFamily bounds the remembered tokens of a family, the last ones seen.
const maxFamily = 8

// FamilyToken is a token of a family.
type FamilyToken struct {
	token  tokenwarden.Fingerprint
	issued int64 // iat, Unix seconds; 0 if the token does not say
	First  int64 // Unix microseconds
	last   int64
}

// Successor returns the earliest token of the family that appeared after the event's, and was issued after it where both say when.
// It is nil if there is none.
func (p *Profile) Successor(e *tokenwarden.Event, now int64) *FamilyToken {
	if p.sparse == nil {
		return nil
	}
	family := p.sparse.family
	var own, next *FamilyToken
	for i := range family {
		if family[i].token == e.Fingerprint {
			own = &family[i]
		}
	}
	began := now
	if own != nil {
		began = own.First
	}
	for i := range family {
		t := &family[i]
		if t == own || t.First <= began && own != nil || t.issued != 0 && e.Claims.IssuedAt != 0 && t.issued <= e.Claims.IssuedAt {
			continue
		}
		if own == nil && (t.issued == 0 || e.Claims.IssuedAt == 0) {
			continue // which of the two is older is not known
		}
		if next == nil || t.First < next.First {
			next = t
		}
	}
	return next
}

// addToFamily remembers the event's token as one of the family.
func (p *Profile) addToFamily(e *tokenwarden.Event, now int64) {
	s := p.ensureSparse()
	oldest := 0
	for i := range s.family {
		t := &s.family[i]
		if t.token == e.Fingerprint {
			t.First, t.last = min(t.First, now), max(t.last, now)
			return
		}
		if t.last < s.family[oldest].last {
			oldest = i
		}
	}
	fresh := FamilyToken{e.Fingerprint, e.Claims.IssuedAt, now, now}
	if len(s.family) < maxFamily {
		s.family = append(s.family, fresh)
	} else {
		s.family[oldest] = fresh
	}
}
