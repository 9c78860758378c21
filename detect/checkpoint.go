package detect

import (
	"github.com/tokenwarden/tokenwarden"
)

// Stats are counts of what one call of Apply did.
type Stats struct {
	Applied    uint64 // usages applied to a profile
	Requests   uint64 // of them, usages of tokens that count as a request
	Repeats    uint64 // dropped: the mark of their source covers them
	Replayed   uint64 // skipped: the stored profile holds them already
	Late       uint64 // applied, but later than Options.Lateness
	Hits       uint64 // events that satisfied a rule, those of open incidents included
	Alerts     uint64 // of them, those that opened an incident
	Restored   uint64 // profiles taken from the store
	Created    uint64 // profiles begun anew
	Unreadable uint64 // of those restored, profiles whose State could not be read
	Suppressed uint64 // hits that were no incident because many tokens did the same at once; not among Hits
}

// Add adds what o counts.
func (s *Stats) Add(o Stats) {
	s.Applied += o.Applied
	s.Requests += o.Requests
	s.Repeats += o.Repeats
	s.Replayed += o.Replayed
	s.Late += o.Late
	s.Hits += o.Hits
	s.Alerts += o.Alerts
	s.Restored += o.Restored
	s.Created += o.Created
	s.Unreadable += o.Unreadable
	s.Suppressed += o.Suppressed
}

// Checkpoint fills c with all that changed since the last Committed, in a deterministic order. c.Topic is the
// caller's. The slices of c are the partition's: they hold until Committed, or until the next Begin. Without a
// Committed in between, a second Checkpoint returns the same again.
func (p *Partition) Checkpoint(c *tokenwarden.Checkpoint) {
	o, k := &p.out, p.keeper
	o.Alerts = append(o.Alerts[:0], k.ended...)
	o.Usage = append(o.Usage[:0], k.closed...)
	o.Profiles, p.states = o.Profiles[:0], p.states[:0]
	for _, prof := range p.dirty {
		for _, inc := range prof.incidents {
			if inc.dirty {
				o.Alerts = append(o.Alerts, inc.alert(prof.subject, prof.keyID))
			}
		}
		for i := range prof.open {
			if m := &prof.open[i]; m.dirty {
				o.Usage = append(o.Usage, m.row(prof))
			}
		}
		row, from := prof.row(), len(p.states)
		p.states = prof.encode(p.states)
		row.State = p.states[from:len(p.states):len(p.states)]
		o.Profiles = append(o.Profiles, row)
	}
	o.SourceOffsets = p.marks.appendTo(o.SourceOffsets[:0])
	c.Peers = nil
	if p.fleet != nil {
		p.fleets = p.fleet.encode(p.fleets[:0])
		c.Peers = p.fleets
	}
	c.Position, c.Events, c.Alerts, c.Usage, c.Profiles, c.SourceOffsets = p.pos, p.events, o.Alerts, o.Usage, o.Profiles, o.SourceOffsets
}

// Committed says that the last checkpoint is durable. Profiles may be evicted from now on.
func (p *Partition) Committed() {
	p.dirty = release(p.dirty)
	p.segment++
	p.begun = 0
	p.profiles.trim()
	p.events = release(p.events)
	p.keeper.closed = release(p.keeper.closed)
	p.keeper.ended = release(p.keeper.ended)
	p.out.Alerts, p.out.Usage, p.out.Profiles = release(p.out.Alerts), release(p.out.Usage), release(p.out.Profiles)
}

// release empties a list that will be filled again, so that it holds on to nothing.
func release[T any](list []T) []T {
	clear(list)
	return list[:0]
}

// Observe applies one event under the subjects that follow from it, as a message of its own, for use without a store:
// a profile that was evicted begins anew. The strings of e must hold until Committed.
func (p *Partition) Observe(e *tokenwarden.Event) Stats {
	p.subjects = p.engine.subjectsOf(p.subjects[:0], e)
	p.observed = p.observed[:0]
	for _, s := range p.subjects {
		p.observed = append(p.observed, tokenwarden.Usage{Subject: s, Event: *e})
	}
	pos := p.pos
	pos.Offset++
	p.begin(pos, p.observed, false)
	return p.Apply()
}

// Coverage tells which fields the events of tokens carried, since the partition was made.
func (p *Partition) Coverage() Coverage {
	c := p.coverage
	for f, pick := range p.picks {
		c.count(f, pick.events)
	}
	return c
}

// forgetPicks empties the table of picks, because it is full or other rules have something to look at, and keeps what they
// counted.
func (p *Partition) forgetPicks() {
	p.coverage = p.Coverage()
	clear(p.picks)
	clear(p.recent[:])
}
