package profile

// A profile's pointers are known only when the profile is in the processor's cache. To read profile by profile would wait for
// memory at each step; touching a batch of profiles level by level lets the processor wait for many at once. Results of the Touch
// functions are meaningless: the caller keeps them, so that the reads are not optimized away.

// TouchHeader reads a field of each cache line that every event needs.
func (p *Profile) TouchHeader() uint64 {
	t := &p.Values.stats
	return p.Version + uint64(cap(p.cells)+len(p.sliding)+len(p.Incidents)+len(p.Values.list)) +
		uint64(t[FeatureClient].Events+t[FeatureHour].Events)
}

// TouchLists reads the lists that the profile points to.
func (p *Profile) TouchLists() (n uint64) {
	for i := 0; i < len(p.Values.list); i += 4 {
		n += uint64(p.Values.list[i].count)
	}
	for i := len(p.cellKeys) - 1; i >= 0; i -= 16 {
		n += uint64(p.cellKeys[i])
	}
	for i := range p.sliding {
		n += p.sliding[i].TouchHeader()
	}
	for i := range p.distinct {
		n += p.distinct[i].TouchHeader()
	}
	for i := range p.baselines {
		n += p.baselines[i].TouchHeader()
	}
	if len(p.Places) > 0 {
		n += uint64(p.Places[0].Count)
	}
	if len(p.Incidents) > 0 && p.Incidents[0] != nil {
		n++
	}
	return n
}

// FindCell notes in the event where its usage cell is in the profile.
func (p *Profile) FindCell(ev *Event) {
	i := len(p.cellKeys) - 1
	for i >= 0 && p.cellKeys[i] != ev.cellKey {
		i--
	}
	ev.cellHint = i
}

// TouchTails reads the lists inside these lists, and the event's usage cell.
func (p *Profile) TouchTails(ev *Event) (n uint64) {
	if ev.cellHint >= 0 {
		n = p.cells[ev.cellHint].bytes
	}
	for i := range p.sliding {
		n += p.sliding[i].TouchTail()
	}
	for i := range p.distinct {
		n += p.distinct[i].TouchList()
	}
	for _, inc := range p.Incidents {
		n += inc.Count + uint64(len(inc.Owner))
	}
	return n
}
