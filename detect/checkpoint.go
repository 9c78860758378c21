package detect

import "github.com/tokenwarden/tokenwarden"

// Stats are the counts of one call of Apply.
type Stats struct {
	Applied    uint64 // usages applied to a profile
	Requests   uint64 // of them, usages of tokens counted as a request
	Repeats    uint64 // dropped: applied before by their source offset
	Replayed   uint64 // skipped: the stored profile holds them already
	Late       uint64 // applied, but later than Options.Lateness
	Hits       uint64 // matches of rules, those of open incidents included
	Alerts     uint64 // of them, first matches of an incident
	Restored   uint64 // profiles taken from the store
	Created    uint64 // profiles created
	Unreadable uint64 // of the restored, profiles with an unreadable State
	Suppressed uint64 // matches without incident because peers did the same; not among Hits
}

// Add adds the counts of o.
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

// Pending counts the objects that only a checkpoint can free: events of some 600 bytes, profiles, rows and alerts.
// Make a checkpoint when it is large: at 100,000 the partition holds less than 100 MB besides its cache.
func (p *Partition) Pending() int { return p.outbox.len() }

// Checkpoint fills c with all changes since the last Committed, in a deterministic order. c.Topic is the caller's. The slices of c are the
// partition's: they hold until Committed, or until the next Begin. Without a Committed in between, a second Checkpoint returns the same
// again.
func (p *Partition) Checkpoint(c *tokenwarden.Checkpoint) {
	o := &p.outbox
	b := &o.buffers
	b.Alerts = append(b.Alerts[:0], o.ended...)
	b.Usage = append(b.Usage[:0], o.usage...)
	b.Profiles, o.states = b.Profiles[:0], o.states[:0]
	for _, prof := range o.dirty {
		b.Alerts = p.incidents.AppendDirty(b.Alerts, prof)
		b.Usage = prof.AppendUsage(b.Usage)
		row, from := prof.Row(), len(o.states)
		o.states = prof.AppendTo(o.states, &p.engine.registry)
		row.State = o.states[from:len(o.states):len(o.states)]
		b.Profiles = append(b.Profiles, row)
	}
	b.SourceOffsets = p.dedup.AppendTo(b.SourceOffsets[:0])
	c.Peers = nil
	if p.peers != nil {
		o.peers = p.peers.AppendTo(o.peers[:0])
		c.Peers = o.peers
	}
	c.Position, c.Events, c.SourceOffsets = p.position, o.events, b.SourceOffsets
	c.Alerts, c.Usage, c.Profiles = b.Alerts, b.Usage, b.Profiles
}

// Committed acknowledges the last checkpoint as durable. Profiles may be evicted from now on.
func (p *Partition) Committed() {
	p.outbox.release()
	p.cache.Evict()
}

// observed are the buffers of Observe.
type observed struct {
	subjects []tokenwarden.Subject
	usages   []tokenwarden.Usage
}

// Observe applies one event to all of its subjects, as a message of its own, for use without a store: a profile that was evicted begins
// anew. The strings of e must hold until Committed.
func (p *Partition) Observe(e *tokenwarden.Event) Stats {
	o := &p.observed
	o.subjects, o.usages = p.engine.appendSubjects(o.subjects[:0], e), o.usages[:0]
	for _, s := range o.subjects {
		o.usages = append(o.usages, tokenwarden.Usage{Subject: s, Event: *e})
	}
	pos := p.position
	pos.Offset++
	p.begin(pos, o.usages, false)
	return p.Apply()
}
