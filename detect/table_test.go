package detect

import (
	"math/rand/v2"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

// The index finds whom it holds and nobody else, whatever was forgotten in between.
func TestTableFindsWhomItHolds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	tab := newTable(300)
	held := map[tokenwarden.Subject]*profile{}
	for step := range 20_000 {
		s := tokenwarden.Subject{Kind: tokenwarden.SubjectKind(1 + rng.IntN(2)), ID: token(rng.IntN(700))}
		h := tab.hash(s)
		got := tab.find(h, s)
		if got != held[s] {
			t.Fatalf("step %d: found %p, want %p", step, got, held[s])
		}
		if got == nil {
			held[s] = newProfile(s)
			tab.add(h, held[s])
		} else if got.uses < maxUses {
			got.uses++
		}
		if step%100 != 99 {
			continue
		}
		tab.trim()
		for s, prof := range held {
			switch tab.find(tab.hash(s), s) {
			case nil:
				delete(held, s)
			case prof:
			default:
				t.Fatalf("step %d: found another profile", step)
			}
		}
		if tab.n != len(held) || tab.n > tab.max || tab.young.len()+tab.old.len() != tab.n {
			t.Fatalf("step %d: %d of %d counted, %d found, %d and %d in queues", step, tab.n, tab.max, len(held), tab.young.len(), tab.old.len())
		}
	}
}

// Who is forgotten follows from what a table was given, though its hash differs from table to table.
func TestTableForgetsTheSame(t *testing.T) {
	a, b := newTable(100), newTable(100)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		for range 20 {
			s := tokenwarden.TokenSubject(token(rng.IntN(rng.IntN(400) + 1)))
			pa, pb := a.find(a.hash(s), s), b.find(b.hash(s), s)
			if (pa == nil) != (pb == nil) {
				t.Fatal("one table forgot whom the other holds")
			}
			if pa == nil {
				a.add(a.hash(s), newProfile(s))
				b.add(b.hash(s), newProfile(s))
				continue
			}
			pa.uses, pb.uses = min(pa.uses+1, maxUses), min(pb.uses+1, maxUses)
		}
		a.trim()
		b.trim()
	}
}

// A Begin that no Apply followed asks again for whom it began.
func TestMissingUntilApplied(t *testing.T) {
	p := engineOf(t, anyURL).NewPartition()
	us := []tokenwarden.Usage{{Subject: tokenwarden.TokenSubject(token(1))}, {Subject: tokenwarden.TokenSubject(token(2))}, {Subject: tokenwarden.TokenSubject(token(1))}}
	for n := range 2 {
		if got := len(p.Begin(tokenwarden.Position{Offset: 1}, us)); got != 2 {
			t.Errorf("Begin %d: %d missing, want 2", n, got)
		}
		if p.Hold(us[0].Subject) {
			t.Error("held before it was applied")
		}
	}
	p.Apply()
	if n := len(p.Begin(tokenwarden.Position{Offset: 2}, us)); n != 0 || !p.Hold(us[0].Subject) {
		t.Errorf("%d missing after Apply", n)
	}
}
