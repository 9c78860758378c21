package detect

import "github.com/tokenwarden/tokenwarden"

// Hold tells whether a subject's profile is in memory, where it stays until Committed: a caller that looks ahead over
// several messages can ask its store once for all that are not.
func (p *Partition) Hold(s tokenwarden.Subject) bool {
	prof := p.profiles.find(p.profiles.hash(s), s)
	return prof != nil && prof.message != 0
}

// Profiles returns how many profiles are in memory: no more than Options.MaxProfiles after Committed.
func (p *Partition) Profiles() int { return p.profiles.n }
