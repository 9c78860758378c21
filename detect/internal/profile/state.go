package profile

import "github.com/tokenwarden/tokenwarden/detect/internal/window"

// Sliding returns the profile's sliding window of a slot, a new one if there is none.
func (p *Profile) Sliding(s window.Slot) *window.Sliding {
	for i := range p.sliding {
		if p.sliding[i].Slot == s {
			return &p.sliding[i]
		}
	}
	return p.addSliding(window.Sliding{Slot: s})
}

// Distinct returns the profile's distinct values of a slot, new ones if there are none.
func (p *Profile) Distinct(s window.Slot) *window.Distinct {
	for i := range p.distinct {
		if p.distinct[i].Slot == s {
			return &p.distinct[i]
		}
	}
	return p.addDistinct(window.NewDistinct(s))
}

// Baseline returns the profile's baseline of a slot, a new one if there is none.
func (p *Profile) Baseline(s window.Slot) *window.Baseline {
	for i := range p.baselines {
		if p.baselines[i].Slot == s {
			return &p.baselines[i]
		}
	}
	p.baselines = append(p.baselines, window.NewBaseline(s))
	return &p.baselines[len(p.baselines)-1]
}

// sparse is rare state behind one pointer: a profile without it pays 8 bytes.
type sparse struct {
	buckets     []window.TokenBucket
	family      []FamilyToken
	remembered  []remembered
	transitions []window.Transitions
	sequences   []window.Sequence
}

func (p *Profile) ensureSparse() *sparse {
	if p.sparse == nil {
		p.sparse = new(sparse)
	}
	return p.sparse
}

// TokenBucket returns the profile's token bucket of a slot, a new one if there is none.
func (p *Profile) TokenBucket(s window.Slot) *window.TokenBucket {
	x := p.ensureSparse()
	for i := range x.buckets {
		if x.buckets[i].Slot == s {
			return &x.buckets[i]
		}
	}
	x.buckets = append(x.buckets, window.NewTokenBucket(s))
	return &x.buckets[len(x.buckets)-1]
}

// Transitions returns the profile's changes of place of a slot, new ones if there are none.
func (p *Profile) Transitions(s window.Slot) *window.Transitions {
	x := p.ensureSparse()
	for i := range x.transitions {
		if x.transitions[i].Slot == s {
			return &x.transitions[i]
		}
	}
	x.transitions = append(x.transitions, window.Transitions{Slot: s})
	return &x.transitions[len(x.transitions)-1]
}

// FindSequence returns the profile's sequence of a slot, or nil.
func (p *Profile) FindSequence(s window.Slot) *window.Sequence {
	if p.sparse == nil {
		return nil
	}
	for i := range p.sparse.sequences {
		if q := &p.sparse.sequences[i]; q.Slot == s {
			return q
		}
	}
	return nil
}

// Sequence returns the profile's sequence of a slot, a new one of so many stages if there is none.
func (p *Profile) Sequence(s window.Slot, stages int) *window.Sequence {
	if q := p.FindSequence(s); q != nil {
		return q
	}
	x := p.ensureSparse()
	x.sequences = append(x.sequences, window.NewSequence(s, stages))
	return &x.sequences[len(x.sequences)-1]
}

// remembered is the last time the remembered condition of a rule held for the subject.
type remembered struct {
	at   int64 // Unix microseconds
	slot window.Slot
}

// SinceRemembered returns the seconds since the condition of a slot held last, 0 if it never did or only later.
func (p *Profile) SinceRemembered(s window.Slot, now int64) float64 {
	if p.sparse == nil {
		return 0
	}
	for i := range p.sparse.remembered {
		if m := &p.sparse.remembered[i]; m.slot == s {
			return Since(now, m.at)
		}
	}
	return 0
}

// Remember notes that the condition of a slot holds now.
func (p *Profile) Remember(s window.Slot, now int64) {
	x := p.ensureSparse()
	for i := range x.remembered {
		if m := &x.remembered[i]; m.slot == s {
			m.at = max(m.at, now)
			return
		}
	}
	x.remembered = append(x.remembered, remembered{now, s})
}
