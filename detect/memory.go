package detect

import "github.com/tokenwarden/tokenwarden"

// Hold tells whether a subject's profile is in memory, and if so keeps it there until Committed: a caller that looks
// ahead over several messages can ask its store once for all that are not.
func (p *Partition) Hold(s tokenwarden.Subject) bool {
	if p.pinned[s] != nil {
		return true
	}
	prof, ok := p.cache.Get(s)
	if ok {
		p.pinned[s] = prof
	}
	return ok
}

// Profiles returns about how many profiles are in memory: those in the cache. Pinned ones that left it come on top
// until Committed.
func (p *Partition) Profiles() int { return p.cache.Len() }
