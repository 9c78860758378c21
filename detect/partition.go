package detect

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Partition is the state of one usage partition. It is not safe for concurrent use.
type Partition struct {
	engine *Engine
	lists  *lists.Set
	keeper *keeper
	scene  scene
	picks  map[facts]*pick // which rules remain for events of these facts
	recent [256]*pick      // those used lately, by a hash of their facts
	marks  marks
	pos    tokenwarden.Position
	fleet  *fleet // nil: no rule asks for it

	profiles *table
	begun    int        // profiles begun since the last Committed
	dirty    []*profile // that changed since then, in the order they did first
	segment  uint32     // counts what lies between one Committed and the next

	message uint64 // number of the message at hand
	now     tokenwarden.Position
	usages  []tokenwarden.Usage
	hashes  []uint64 // of the subjects of usages
	work    []job
	missing []tokenwarden.Subject
	touched []*profile
	stats   Stats
	ahead   [lookAhead]ahead
	fetched uint64  // so that what reads ahead is not optimized away
	verdict verdict // of the rule at hand
	fleets  []byte  // state of the fleet in the last checkpoint

	suppressed map[string]uint64
	events     []tokenwarden.Event
	states     []byte   // of the profiles in the last checkpoint
	coverage   Coverage // of picks that were forgotten
	out        tokenwarden.Checkpoint
	observed   []tokenwarden.Usage // what Observe makes of its event
	explained  *explained          // of the event at hand; nil: nobody asks for more than incidents
	asked      *explained          // what Explain keeps from one event to the next
	subjects   []tokenwarden.Subject
}

// job is a usage that is not a repeat, with its profile.
type job struct {
	usage int
	prof  *profile
}

// pick is which rules can fire on events of one combination of facts, by kind of subject.
type pick struct {
	facts  facts
	rules  [tokenwarden.SubjectIssuer + 1][]*rule
	events uint64 // of tokens
}

// maxPicks bounds how many combinations a partition remembers: some hundreds occur.
const maxPicks = 1 << 14

// NewPartition returns an empty partition. One goroutine owns it.
func (e *Engine) NewPartition() *Partition {
	k := newKeeper(e.opt.Lateness.Microseconds())
	p := &Partition{
		engine: e, keeper: k, scene: scene{keeper: k}, picks: map[facts]*pick{},
		profiles: newTable(e.opt.MaxProfiles), segment: 1, pos: tokenwarden.Position{Offset: -1},
	}
	p.scene.said, p.suppressed = &p.verdict, map[string]uint64{}
	if e.groupsFleet {
		p.fleet = newFleet()
	}
	p.SetLists(e.opt.Lists)
	return p
}

// Resume sets what the last durable checkpoint said: Position, Marks and Fleet of it are read. It is called once, before the
// first Begin; a partition that was never checkpointed needs no call. It keeps nothing of c.
func (p *Partition) Resume(c *tokenwarden.Checkpoint) {
	p.pos = c.Position
	p.marks.set(c.SourceOffsets)
	if p.fleet != nil {
		p.fleet = decodeFleet(c.Peers)
	}
}

// Begin takes the next usage message. It drops repeats and returns the subjects that are not in memory; the slice is
// the partition's and holds until the next Begin. us must stay as it is until Apply has returned, and the strings and
// lists in it until Committed.
//
// All usages of one source offset must be in one message: the mark of a source rises at the end of a message.
func (p *Partition) Begin(pos tokenwarden.Position, us []tokenwarden.Usage) (missing []tokenwarden.Subject) {
	p.begin(pos, us, true)
	return p.missing
}

func (p *Partition) begin(pos tokenwarden.Position, us []tokenwarden.Usage, marked bool) {
	if len(p.work) > 0 { // no Apply followed the last Begin
		p.marks.abandon()
	}
	p.now, p.usages = pos, us
	p.message++
	p.work, p.missing, p.hashes, p.stats = p.work[:0], p.missing[:0], p.hashes[:0], Stats{}
	for i := range us {
		p.hashes = append(p.hashes, p.profiles.hash(us[i].Subject))
	}
	p.fetched = p.profiles.warm(p.hashes)
	var prof *profile
	for i := range us {
		u := &us[i]
		if marked && p.marks.repeated(&u.Event.Source) {
			p.stats.Repeats++
			continue
		}
		if prof == nil || prof.subject != u.Subject {
			prof = p.profile(p.hashes[i], u.Subject)
		}
		p.work = append(p.work, job{i, prof})
	}
}

// profile returns the subject's profile; one that is not in memory is begun. It is listed as missing once a message, until
// Apply is done with a message that brings it.
func (p *Partition) profile(hash uint64, s tokenwarden.Subject) *profile {
	prof := p.profiles.find(hash, s)
	if prof == nil {
		prof = newProfile(s)
		p.profiles.add(hash, prof)
		p.begun++
	}
	if prof.message == 0 && prof.asked != p.message {
		prof.asked = p.message
		p.missing = append(p.missing, s)
	}
	return prof
}

// Restore hands over what the store knows of the subjects that Begin returned. A subject that is absent is new. It may
// be called several times before Apply, or not at all. It keeps nothing of ps.
func (p *Partition) Restore(ps []tokenwarden.Profile) {
	for i := range ps {
		prof := p.profiles.find(p.profiles.hash(ps[i].Subject), ps[i].Subject)
		if prof == nil || prof.version != 0 {
			continue // not asked for
		}
		if err := p.decode(prof, ps[i].State); err != nil {
			p.stats.Unreadable++
			prof.begin(&ps[i], p.keeper)
		}
		p.stats.Restored++
	}
}

// Apply applies the message given to Begin. It cannot fail.
func (p *Partition) Apply() Stats {
	for i, w := range p.work {
		if i%lookAhead == 0 {
			p.readAhead(p.work[i:min(i+lookAhead, len(p.work))])
		}
		prof := w.prof
		if prof.message != p.message {
			if prof.message != 0 && prof.uses < maxUses {
				prof.uses++
			}
			prof.message = p.message
			prof.covered = prof.applied.Covers(p.now)
			if !prof.covered {
				p.touched = append(p.touched, prof)
			}
		}
		e := &p.usages[w.usage].Event
		p.meet(prof, e, &p.ahead[i%lookAhead])
		if prof.covered {
			p.stats.Replayed++
			continue
		}
		p.apply(prof)
	}
	for i, prof := range p.touched {
		prof.applied = p.now
		p.touched[i] = nil
	}
	p.touched, p.work, p.usages = p.touched[:0], p.work[:0], nil
	p.marks.end()
	p.pos = p.now
	return p.stats
}

// meet sets the scene, and lets the fleet see the event, also where the profile has seen it already.
func (p *Partition) meet(prof *profile, e *tokenwarden.Event, a *ahead) {
	x := &p.scene
	x.event, x.prof, x.now, x.facts, x.ahead = e, prof, a.now, factsOf(e), a
	if p.lists != nil {
		x.facts |= x.listed(p.engine.lists, p.lists)
	}
	a.keys[featureClass] = p.keeper.key(featureClass, classOf(x))
	if p.fleet != nil && prof.subject.Kind == tokenwarden.SubjectToken && x.facts&isFirst != 0 && x.facts&isUnauthenticated == 0 {
		p.fleet.observe(x, p.engine.fleet)
	}
}

func (p *Partition) apply(prof *profile) {
	x := p.arrive(prof)
	pick := p.pick(x.facts)
	if prof.subject.Kind == tokenwarden.SubjectToken {
		pick.events++
		p.events = append(p.events, *x.event)
		if x.event.FirstInRequest {
			p.stats.Requests++
		}
	}
	if p.explained != nil {
		p.explain(prof.subject)
	} else if kind := int(prof.subject.Kind); kind < len(pick.rules) {
		for _, r := range pick.rules[kind] {
			x.rule = r
			switch {
			case r.mark != nil:
				p.try(x, r)
			case r.cond.admits(x):
				p.judge(x, r)
			}
		}
	}
	prof.learn(x)
}

// arrive looks up what the profile knows of the event of the scene.
func (p *Partition) arrive(prof *profile) *scene {
	x := &p.scene
	p.stats.Applied++
	if prof.version == 0 {
		p.stats.Created++
	}
	if prof.last != noTime && x.now < prof.last-p.keeper.lateness {
		p.stats.Late++
	}
	if prof.segment != p.segment {
		prof.segment = p.segment
		prof.settle()
		p.dirty = append(p.dirty, prof)
	}
	if prof.version >= smallEvents && prof.large == nil {
		prof.enlarge()
	}
	if prof.last != noTime && x.now/dayMicros != prof.last/dayMicros {
		prof.values.sweep(minutes(x.now))
	}
	x.look()
	return x
}

const dayMicros = 86400e6

// try asks a rule of which it is not known whether the event's facts satisfy it.
func (p *Partition) try(x *scene, r *rule) {
	x.rule = r
	if r.cond.gate.admits(x.facts) && r.cond.admits(x) {
		p.judge(x, r)
	}
	if r.mark != nil && r.mark.gate.admits(x.facts) && r.mark.admits(x) {
		x.prof.mark(r, x.now)
	}
}

// judge asks the rule's kind, and tells the rule's incident if it is a hit.
func (p *Partition) judge(x *scene, r *rule) {
	p.verdict = verdict{}
	if !r.judge.eval(x, &p.verdict) {
		return
	}
	if r.fleet > 0 && p.isFleets(x, r) {
		p.stats.Suppressed++
		p.suppressed[r.id]++
		return
	}
	p.stats.Hits++
	if p.keeper.hit(x, r, &p.verdict) {
		p.stats.Alerts++
	}
}

// isFleets tells whether what the rule saw is what many tokens do at once.
func (p *Partition) isFleets(x *scene, r *rule) bool {
	if j, ok := r.judge.(*novelty); ok {
		return p.fleet.shares(x, j.field, r.fleet)
	}
	return p.fleet.surges(x, r.fleet)
}

// Suppressed returns by rule how many hits were no incident because many tokens did the same at once, since the partition
// was made. The map belongs to the partition.
func (p *Partition) Suppressed() map[string]uint64 { return p.suppressed }

// SetLists replaces the user-supplied lists. It is called between messages. What
// follows is judged by the new set: the same input gives the same alerts only with the same lists.
func (p *Partition) SetLists(set *lists.Set) {
	p.lists = set
	p.scene.lists = set
	c := set.Counts()
	p.scene.classes = c.Prefixes+c.ASNs > 0
	p.scene.class = 0
	p.forgetPicks()
}

// pick returns the rules that events of these facts can satisfy.
func (p *Partition) pick(f facts) *pick {
	slot := &p.recent[mix(uint64(f))%uint64(len(p.recent))]
	if *slot != nil && (*slot).facts == f {
		return *slot
	}
	got := p.picks[f]
	if got == nil {
		got = &pick{facts: f}
		for _, r := range p.engine.rules {
			if r.admits(f) && (r.mark != nil || r.unconfigured(p.lists) == "") {
				got.rules[r.by] = append(got.rules[r.by], r)
			}
		}
		if len(p.picks) >= maxPicks {
			p.forgetPicks()
		}
		p.picks[f] = got
	}
	*slot = got
	return got
}

// Pending returns how many things the partition holds that only a checkpoint can free: events of some 600 bytes, profiles,
// rows and alerts. Make a checkpoint when it is large: at 100,000 the partition holds less than 100 MB besides its cache.
func (p *Partition) Pending() int {
	return len(p.events) + max(p.begun, len(p.dirty)) + len(p.keeper.closed) + len(p.keeper.ended)
}
