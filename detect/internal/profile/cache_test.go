package profile

import (
	"math/rand/v2"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

// The index finds what it holds and nothing else, whatever was evicted in between.
func TestCacheFindsWhatItHolds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	c := NewCache(300)
	held := map[tokenwarden.Subject]*Profile{}
	for step := range 20_000 {
		s := tokenwarden.Subject{Kind: tokenwarden.SubjectKind(1 + rng.IntN(2)), ID: token(rng.IntN(700))}
		h := c.Hash(s)
		got := c.Find(h, s)
		if got != held[s] {
			t.Fatalf("step %d: found %p, want %p", step, got, held[s])
		}
		if got == nil {
			held[s] = New(s)
			c.Add(h, held[s])
		} else if got.uses < maxUses {
			got.uses++
		}
		if step%100 != 99 {
			continue
		}
		c.Evict()
		for s, prof := range held {
			switch c.Find(c.Hash(s), s) {
			case nil:
				delete(held, s)
			case prof:
			default:
				t.Fatalf("step %d: found another profile", step)
			}
		}
		if c.n != len(held) || c.n > c.limit || c.small.len()+c.main.len() != c.n {
			t.Fatalf("step %d: %d of %d counted, %d found, %d and %d in queues", step, c.n, c.limit, len(held), c.small.len(), c.main.len())
		}
	}
}

// Which profiles are evicted follows from what a cache was given, though its hash differs from cache to cache.
func TestCacheEvictsTheSame(t *testing.T) {
	a, b := NewCache(100), NewCache(100)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		for range 20 {
			s := tokenwarden.TokenSubject(token(rng.IntN(rng.IntN(400) + 1)))
			pa, pb := a.Find(a.Hash(s), s), b.Find(b.Hash(s), s)
			if (pa == nil) != (pb == nil) {
				t.Fatal("one cache evicted what the other holds")
			}
			if pa == nil {
				a.Add(a.Hash(s), New(s))
				b.Add(b.Hash(s), New(s))
				continue
			}
			pa.uses, pb.uses = min(pa.uses+1, maxUses), min(pb.uses+1, maxUses)
		}
		a.Evict()
		b.Evict()
	}
}

func token(n int) tokenwarden.Fingerprint {
	return tokenwarden.Fingerprint{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
}
