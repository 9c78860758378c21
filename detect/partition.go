package detect

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/peers"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Partition is the state of one usage partition. It is not safe for concurrent use.
type Partition struct {
	engine     *Engine
	position   tokenwarden.Position // of the last message that was applied
	dedup      highWatermarks
	cache      *profile.Cache
	interner   *profile.Interner
	preparer   profile.Preparer
	candidates candidateCache
	incidents  incidentTracker
	outbox     outbox
	peers      *peers.Peers // nil: no rule compares peers
	suppressed map[string]uint64

	batch     batch
	stats     Stats // of the current message
	env       condition.Env
	result    condition.Result // of the current rule
	explainer explainer
	observed  observed
}

// batch is the message between Begin and Apply.
type batch struct {
	number   uint64 // counts messages
	position tokenwarden.Position
	usages   []tokenwarden.Usage
	hashes   []uint64 // of the subjects of usages
	pending  []pendingUsage
	missing  []tokenwarden.Subject
	applied  []*profile.Profile
	prepared [lookAhead]profile.Event
	touched  uint64 // result of prefetching, so that it is not optimized away
}

// pendingUsage is a new usage with its profile.
type pendingUsage struct {
	usage   int // index in batch.usages
	profile *profile.Profile
}

// lookAhead is the number of events prepared before the first is applied. With about 2 KB of each profile they fill a small
// part of the processor's second-level cache.
const lookAhead = 24

// NewPartition returns an empty partition. One goroutine owns it.
func (e *Engine) NewPartition() *Partition {
	in := profile.NewInterner()
	p := &Partition{
		engine: e, interner: in, preparer: profile.NewPreparer(in, e.lists), candidates: candidateCache{rules: e.rules},
		cache: profile.NewCache(e.options.MaxProfiles), outbox: outbox{interval: 1}, position: tokenwarden.Position{Offset: -1},
		suppressed: map[string]uint64{},
	}
	p.incidents = incidentTracker{rules: e.rules, interner: in, outbox: &p.outbox}
	p.env.Result = &p.result
	if e.comparesPeers {
		p.peers = peers.New()
	}
	p.SetLists(e.options.Lists)
	return p
}

// Resume restores Position, SourceOffsets and Peers of the last durable checkpoint and keeps nothing of c. It is called
// once, before the first Begin; a partition without a checkpoint needs no call.
func (p *Partition) Resume(c *tokenwarden.Checkpoint) {
	p.position = c.Position
	p.dedup.reset(c.SourceOffsets)
	if p.peers != nil {
		p.peers = peers.Decode(c.Peers)
	}
}

// SetLists replaces the user-supplied lists. It is called between messages. What follows is evaluated with the new lists: the same input
// gives the same alerts only with the same lists.
func (p *Partition) SetLists(set *lists.Set) {
	p.env.Lists = set
	p.preparer.SetLists(set)
	p.candidates.reset(set)
}

// Begin takes the next usage message. It drops repeats and returns the subjects that are not in memory; the slice is the partition's and
// holds until the next Begin. us must stay as it is until Apply has returned, and the strings and lists in it until Committed.
//
// All usages of one source offset must be in one message: the mark of a source rises at the end of a message.
func (p *Partition) Begin(pos tokenwarden.Position, us []tokenwarden.Usage) (missing []tokenwarden.Subject) {
	p.begin(pos, us, true)
	return p.batch.missing
}

func (p *Partition) begin(pos tokenwarden.Position, us []tokenwarden.Usage, dedup bool) {
	b := &p.batch
	if len(b.pending) > 0 { // no Apply followed the last Begin
		p.dedup.Rollback()
	}
	p.stats = Stats{}
	b.number++
	b.position, b.usages, b.pending, b.missing, b.hashes = pos, us, b.pending[:0], b.missing[:0], b.hashes[:0]
	for i := range us {
		b.hashes = append(b.hashes, p.cache.Hash(us[i].Subject))
	}
	b.touched = p.cache.PrefetchSlots(b.hashes)
	var prof *profile.Profile
	for i := range us {
		u := &us[i]
		if dedup && p.dedup.Seen(&u.Event.Source) {
			p.stats.Repeats++
			continue
		}
		if prof == nil || prof.Subject != u.Subject {
			prof = p.profile(b.hashes[i], u.Subject)
		}
		b.pending = append(b.pending, pendingUsage{i, prof})
	}
}

// profile returns the subject's profile, a new one if it is not in memory. A new profile is listed as missing once a message, until
// it was applied.
func (p *Partition) profile(hash uint64, s tokenwarden.Subject) *profile.Profile {
	prof := p.cache.Find(hash, s)
	if prof == nil {
		prof = profile.New(s)
		p.cache.Add(hash, prof)
		p.outbox.created++
	}
	if prof.Message == 0 && prof.Requested != p.batch.number {
		prof.Requested = p.batch.number
		p.batch.missing = append(p.batch.missing, s)
	}
	return prof
}

// Restore hands over the stored profiles of the subjects from Begin. An absent subject is new. It may be called several
// times before Apply, or not at all. It keeps nothing of ps.
func (p *Partition) Restore(ps []tokenwarden.Profile) {
	for i := range ps {
		prof := p.cache.Find(p.cache.Hash(ps[i].Subject), ps[i].Subject)
		if prof == nil || prof.Version != 0 {
			continue // not missing
		}
		if err := prof.Decode(ps[i].State, &p.engine.registry, p.interner); err != nil {
			p.stats.Unreadable++
			prof.Restart(&ps[i], p.interner)
		}
		p.stats.Restored++
	}
}

// Apply applies the message given to Begin. It cannot fail.
func (p *Partition) Apply() Stats {
	b := &p.batch
	for i, u := range b.pending {
		if i%lookAhead == 0 {
			p.prefetch(b.pending[i:min(i+lookAhead, len(b.pending))])
		}
		prof, ev := u.profile, &b.prepared[i%lookAhead]
		if prof.Message != b.number {
			p.enter(prof)
		}
		if p.peers != nil && isPeerActivity(prof, ev) {
			p.peers.Observe(ev, p.engine.sharedFeatures)
		}
		if prof.Replayed {
			p.stats.Replayed++
			continue
		}
		p.apply(prof, ev)
	}
	for i, prof := range b.applied {
		prof.Applied = b.position
		b.applied[i] = nil
	}
	b.applied, b.pending, b.usages = b.applied[:0], b.pending[:0], nil
	p.dedup.Commit()
	p.position = b.position
	return p.stats
}

// enter prepares a profile for its first usage in the current message.
func (p *Partition) enter(prof *profile.Profile) {
	if prof.Message != 0 {
		prof.CountUse()
	}
	prof.Message = p.batch.number
	if prof.Replayed = prof.Applied.Covers(p.batch.position); !prof.Replayed {
		p.batch.applied = append(p.batch.applied, prof)
	}
}

// isPeerActivity reports whether peers observe the event. They do so for replayed events too: their state is not part of profiles.
func isPeerActivity(prof *profile.Profile, ev *profile.Event) bool {
	return prof.Subject.Kind == tokenwarden.SubjectToken && ev.Predicates&profile.IsFirst != 0 && ev.Predicates&profile.IsUnauthenticated == 0
}

// prefetch prepares events and touches their profiles level by level. BenchmarkApply gains a quarter
// by it at 100,000 tokens.
func (p *Partition) prefetch(usages []pendingUsage) {
	b := &p.batch
	for i := range usages {
		p.preparer.Prepare(&b.prepared[i], &b.usages[usages[i].usage].Event)
	}
	n := uint64(0)
	for i := range usages {
		n += usages[i].profile.TouchHeader()
	}
	for i := range usages {
		n += usages[i].profile.TouchLists()
	}
	for i := range usages {
		usages[i].profile.FindCell(&b.prepared[i])
	}
	for i := range usages {
		n += usages[i].profile.TouchTails(&b.prepared[i])
	}
	b.touched = n
}

// Resident reports whether a subject's profile is in memory, where it stays until Committed. A caller that looks ahead over several
// messages can ask its store once for all that are not.
func (p *Partition) Resident(s tokenwarden.Subject) bool {
	prof := p.cache.Find(p.cache.Hash(s), s)
	return prof != nil && prof.Message != 0
}

// Profiles returns the number of profiles in memory: no more than Options.MaxProfiles after Committed.
func (p *Partition) Profiles() int { return p.cache.Len() }

// Suppressed returns by rule how many matches were no incident because peers did the same, since the partition was made. The map belongs
// to the partition.
func (p *Partition) Suppressed() map[string]uint64 { return p.suppressed }

// Coverage returns which fields the events of tokens carried, since the partition was made.
func (p *Partition) Coverage() Coverage { return p.candidates.coverage() }
