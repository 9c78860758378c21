package detect

// A profile's lists lie in one piece of memory as long as they fit: the processor looks up where each page of memory lies,
// and one profile in two dozen pages costs it more than reading them. The first room is part of the profile and is enough for
// two or three requests, which is all that most tokens make; the second is made for a profile that has more. A list that
// outgrows it lives elsewhere, as any slice.

// small is the first room. What has pointers comes first, in both: the garbage collector does not look at what lies behind.
type small struct {
	open      [3]minute
	windows   [1]window
	counters  [2]counter
	places    [1]place
	names     [9]*string
	values    [9]value
	openKeys  [4]uint32
	buckets   [1 * smallBuckets]bucket
	seen      [2 * smallSeen]seen
	networks  [1]uint64
	endpoints [1]uint64
}

// large is the second. With the eight bytes that the allocator adds they fill its sizes of 1280 (a profile with the first) and 2304
// bytes (TestRoomsFillTheirSizes).
type large struct {
	windows   [3]window
	counters  [3]counter
	habits    [2]habit
	incidents [4]*incident
	names     [22]*string
	open      [12]minute
	openKeys  [16]uint32
	values    [22]value
	buckets   [3 * largeBuckets]bucket
	seen      [3 * largeSeen]seen
	endpoints [12]uint64
}

const (
	smallEvents  = 3 // events that a profile has before it gets the second room
	smallBuckets = 3 // of each window
	smallSeen    = 3 // values of each counter
	largeBuckets = 8
	largeSeen    = 7
)

// furnish puts the lists into the first room.
func (p *profile) furnish() {
	r := &p.small
	p.open, p.openKeys = move(p.open, r.open[:]), move(p.openKeys, r.openKeys[:])
	p.windows, p.counters, p.places = move(p.windows, r.windows[:]), move(p.counters, r.counters[:]), move(p.places, r.places[:])
	p.values.list, p.values.names = move(p.values.list, r.values[:]), move(p.values.names, r.names[:])
	p.networks, p.endpoints = move(p.networks, r.networks[:]), move(p.endpoints, r.endpoints[:])
}

// enlarge puts the lists into the second room.
func (p *profile) enlarge() {
	r := new(large)
	p.large = r
	p.open, p.openKeys = move(p.open, r.open[:]), move(p.openKeys, r.openKeys[:])
	p.windows, p.counters, p.habits = move(p.windows, r.windows[:]), move(p.counters, r.counters[:]), move(p.habits, r.habits[:])
	p.values.list, p.values.names = move(p.values.list, r.values[:]), move(p.values.names, r.names[:])
	p.incidents, p.endpoints = move(p.incidents, r.incidents[:]), move(p.endpoints, r.endpoints[:])
	for i := range p.windows {
		p.windows[i].list = move(p.windows[i].list, p.bucketRoom(i))
	}
	for i := range p.counters {
		p.counters[i].list = move(p.counters[i].list, p.seenRoom(i))
	}
}

// bucketRoom is where the buckets of the i-th window may lie, nil if there is no room.
func (p *profile) bucketRoom(i int) []bucket {
	if p.large != nil {
		return part(p.large.buckets[:], i, largeBuckets)
	}
	return part(p.small.buckets[:], i, smallBuckets)
}

// seenRoom is where the values of the i-th counter may lie.
func (p *profile) seenRoom(i int) []seen {
	if p.large != nil {
		return part(p.large.seen[:], i, largeSeen)
	}
	return part(p.small.seen[:], i, smallSeen)
}

// part returns the i-th part of a room.
func part[T any](room []T, i, size int) []T {
	if (i+1)*size > len(room) {
		return nil
	}
	return room[i*size : (i+1)*size]
}

func (p *profile) addWindow(w window) *window {
	w.list = move(w.list, p.bucketRoom(len(p.windows)))
	p.windows = append(p.windows, w)
	return &p.windows[len(p.windows)-1]
}

func (p *profile) addCounter(c counter) *counter {
	c.list = move(c.list, p.seenRoom(len(p.counters)))
	p.counters = append(p.counters, c)
	return &p.counters[len(p.counters)-1]
}

// move returns the list in the room, if it is larger than where the list lies.
func move[L ~[]T, T any](list L, room []T) L {
	if cap(list) >= len(room) {
		return list
	}
	return append(L(room[:0:len(room)]), list...)
}
