package detect

import "github.com/tokenwarden/tokenwarden"

// ahead is what follows from an event alone, computed before its turn comes.
type ahead struct {
	now     int64            // Unix microseconds
	network uint64           // networkHash of the client's address; of an invalid one it means nothing
	keys    [features]uint64 // of the event's values; 0: the log does not tell. That of the class comes with the lists, in meet
	route   *route
	minute  uint32 // key of the minute that it counts in
	open    int    // where that probably stands among the profile's, -1 if nowhere
}

// lookAhead is how many events are prepared before the first of them is worked on: with about 2 KB of each profile they fill
// a small part of the second level of its cache.
const lookAhead = 24

// readAhead prepares events and reads what will be needed of their profiles. What a profile points to is known when the profile
// is there: reading profile by profile would wait for memory at each step, reading them in rows lets the processor wait for
// many at once. BenchmarkApply gains a quarter by it at 100,000 tokens.
func (p *Partition) readAhead(work []job) {
	for i := range work {
		e := &p.usages[work[i].usage].Event
		p.ahead[i].prepare(e, p.keeper)
	}
	n := uint64(0)
	for i := range work {
		n += work[i].prof.fetchLines()
	}
	for i := range work {
		n += work[i].prof.fetchLists()
	}
	for i := range work {
		p.ahead[i].open = work[i].prof.indexOf(p.ahead[i].minute)
	}
	for i := range work {
		n += work[i].prof.fetchEnds(p.ahead[i].open)
	}
	p.fetched = n
}

func (a *ahead) prepare(e *tokenwarden.Event, k *keeper) {
	a.now, a.network = e.Time.UnixMicro(), networkHash(e.ClientIP)
	for _, f := range [...]feature{featureCountry, featureClient, featureHost, featureEndpoint, featureAccess} {
		a.keys[f] = k.key(f, f.text(e))
	}
	a.keys[featureASN], a.keys[featureHour] = k.asn(e.Geo.ASN).key, k.hours[hourOfWeek(a.now)]
	a.route = k.routeOf(&a.keys, featureHost.text(e), featureEndpoint.text(e), featureCountry.text(e))
	a.minute = a.route.minuteKey(minutes(a.now), statusClass(e))
}

// fetchLines reads a field of each line of the profile that every event needs.
func (p *profile) fetchLines() uint64 {
	t := &p.values.tally
	return p.version + uint64(cap(p.open)+len(p.windows)+len(p.incidents)+len(p.values.list)) + uint64(t[featureClient].events+t[featureHour].events)
}

// fetchLists reads the lists that the profile points to.
func (p *profile) fetchLists() (n uint64) {
	for i := 0; i < len(p.values.list); i += 4 {
		n += uint64(p.values.list[i].count)
	}
	for i := len(p.openKeys) - 1; i >= 0; i -= 16 {
		n += uint64(p.openKeys[i])
	}
	for i := range p.windows {
		n += p.windows[i].sum
	}
	for i := range p.counters {
		n += uint64(p.counters[i].newest)
	}
	for i := range p.habits {
		n += p.habits[i].at + uint64(p.habits[i].hours)
	}
	if len(p.places) > 0 {
		n += uint64(p.places[0].count)
	}
	if len(p.incidents) > 0 && p.incidents[0] != nil {
		n++
	}
	return n
}

// indexOf returns where a minute with the key stands among those that are open, or -1.
func (p *profile) indexOf(minute uint32) int {
	i := len(p.openKeys) - 1
	for i >= 0 && p.openKeys[i] != minute {
		i--
	}
	return i
}

// fetchEnds reads the lists in these lists, and one of the open minutes.
func (p *profile) fetchEnds(open int) (n uint64) {
	if open >= 0 {
		n = p.open[open].bytes
	}
	for i := range p.windows {
		if list := p.windows[i].list; len(list) > 0 {
			n += uint64(list[len(list)-1].n)
		}
	}
	for i := range p.counters {
		for j, list := 0, p.counters[i].list; j < len(list); j += 4 {
			n += list[j].key
		}
	}
	for _, inc := range p.incidents {
		n += inc.count + uint64(len(inc.owner))
	}
	return n
}
