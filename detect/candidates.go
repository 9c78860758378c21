package detect

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// candidateCache remembers, for each combination of predicates that events had, which rules can match them. It also counts the events, for
// the coverage of fields.
type candidateCache struct {
	rules        []*rule
	lists        *lists.Set
	byPredicates map[profile.Predicates]*candidates
	recent       [256]*candidates // by a hash of their predicates
	forgotten    Coverage         // of evicted candidates
}

// candidates are the rules for events of one combination of predicates, by kind of subject.
type candidates struct {
	predicates profile.Predicates
	rules      [tokenwarden.SubjectIssuer + 1][]*rule
	events     uint64 // of tokens
}

// maxCandidates bounds the cached combinations: some hundreds occur.
const maxCandidates = 1 << 14

// of returns the candidates for events with these predicates.
func (c *candidateCache) of(p profile.Predicates) *candidates {
	slot := &c.recent[hash.Mix(uint64(p))%uint64(len(c.recent))]
	if *slot != nil && (*slot).predicates == p {
		return *slot
	}
	got := c.byPredicates[p]
	if got == nil {
		got = c.find(p)
		if len(c.byPredicates) >= maxCandidates {
			c.reset(c.lists)
		}
		c.byPredicates[p] = got
	}
	*slot = got
	return got
}

// find leaves out the rules that lack input, unless they have something to remember: the input may come.
func (c *candidateCache) find(p profile.Predicates) *candidates {
	out := &candidates{predicates: p}
	for _, r := range c.rules {
		if r.admits(p) && (r.remember != nil || r.missingInput(c.lists) == "") {
			out.rules[r.by] = append(out.rules[r.by], r)
		}
	}
	return out
}

// reset empties the cache, because it is full or the lists changed, and keeps the counts.
func (c *candidateCache) reset(set *lists.Set) {
	c.forgotten = c.coverage()
	c.lists, c.byPredicates = set, map[profile.Predicates]*candidates{}
	clear(c.recent[:])
}

func (c *candidateCache) coverage() Coverage {
	sum := c.forgotten
	for p, one := range c.byPredicates {
		sum.count(p, one.events)
	}
	return sum
}
