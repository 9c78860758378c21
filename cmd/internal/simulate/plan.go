package simulate

import (
	"container/heap"
)

// shot is one planned request. The habits of the holder fill its empty fields.
type shot struct {
	holder    *holder
	endpoint  *endpoint
	from      site
	ua        string
	status    int
	size      int64
	place     placement
	plaintext bool
	tls       string
	object    string
	late      int64 // nanoseconds between the request and its line
	honest    bool  // part of the campaign, but nothing to report
}

// stretch is a time from and a time to, in Unix nanoseconds.
type stretch struct{ from, to int64 }

// series is a number of shots spread over a stretch of time.
type series struct {
	stretch
	id      int // breaks ties
	at      int64
	n, done int
	holder  *holder // of all shots, unless fill names others
	fill    func(i int, s *shot)
	episode *episode // nil: not out of the ordinary
	life    *life    // sets times and number, instead of n
	sitting bool     // the next shot begins a sitting
	rng     *rng
}

// schedule sets the time of the next shot and reports whether there is one: somewhere in its n-th part of the stretch, the
// first one at its beginning.
func (s *series) schedule() bool {
	if s.life != nil {
		s.sitting = s.life.left == 0
		s.at = s.life.next(s.at)
		return s.at < s.to
	}
	if s.done == s.n {
		return false
	}
	part := (s.to - s.from) / int64(s.n)
	s.at = s.from + part*int64(s.done)
	if s.done > 0 && part > 0 {
		s.at += int64(s.rng.n(int(part)))
	}
	return true
}

// schedule is a heap of series by the time of their next shot.
type schedule []*series

// Len implements heap.Interface.
func (p schedule) Len() int { return len(p) }

// Less orders series of the same time by id.
func (p schedule) Less(i, j int) bool {
	return p[i].at < p[j].at || p[i].at == p[j].at && p[i].id < p[j].id
}

// Swap implements heap.Interface.
func (p schedule) Swap(i, j int) { p[i], p[j] = p[j], p[i] }

// Push implements heap.Interface.
func (p *schedule) Push(x any) { *p = append(*p, x.(*series)) }

// Pop implements heap.Interface.
func (p *schedule) Pop() any {
	last := len(*p) - 1
	s := (*p)[last]
	*p = (*p)[:last]
	return s
}

// scenario is a class of attack or a hard negative.
type scenario struct {
	name    string
	rule    string // that must fire; "" for a hard negative
	subject string // what the rule groups by: token, family, network or issuer
	learns  bool   // a hard negative that may be told of until it is learned, which is before its first line
	json    bool   // only a format with headers and schemes can show it
	plan    func(*campaign)
}

// campaign plans one instance of a scenario. Its methods add series; the random numbers are its own.
type campaign struct {
	g           *Generator
	rng         *rng
	episode     *episode
	strong      bool
	from, until int64 // Unix nanoseconds: when it begins, when it must have ended
}

// plan puts all attacks and hard negatives on the schedule: the attacks between 60 % and 90 % of the live traffic,
// one after the other, so that each can be told apart; the hard negatives over the whole of it.
func (g *Generator) plan() {
	var attacks, negatives []scenario
	for _, s := range attackScenarios() {
		if named(g.o.Attacks, s.name) && (!s.json || g.o.showsHeaders()) {
			attacks = append(attacks, s)
		}
	}
	for _, s := range negativeScenarios() {
		if named(g.o.Negatives, s.name) {
			negatives = append(negatives, s)
		}
	}
	if g.o.Rhythm {
		g.startLives()
		g.planAll(attacks, 0.6, 0.92)
		g.planAll(negatives, 0.55, 0.88)
	} else {
		g.planAll(attacks, 0.6, 0.9)
		g.planAll(negatives, 0.1, 0.85)
	}
	heap.Init(&g.planned)
}

func (g *Generator) planAll(scenarios []scenario, lo, hi float64) {
	live := float64(g.end - g.start)
	total := float64(len(scenarios) * g.o.Instances)
	for no := range g.o.Instances {
		for i, s := range scenarios {
			done := float64(no*len(scenarios) + i)
			c := &campaign{
				g: g, strong: no%2 == 0, rng: newRNG(g.o.Seed, streamCampaign+uint64(len(g.episodes))),
				from:    g.start + int64(live*(lo+(hi-lo)*done/total)),
				until:   g.end - int64(live*0.02),
				episode: &episode{scenario: s, no: no + 1, strong: no%2 == 0, token: -1},
			}
			if g.o.Rhythm { // not at the same time with each seed
				c.from += int64(c.rng.n(int(live * (hi - lo) / total)))
			}
			g.episodes = append(g.episodes, c.episode)
			s.plan(c)
		}
	}
}

// by returns one of two values: for the strong variant, or for the weak one.
func by[T any](c *campaign, strong, weak T) T {
	if c.strong {
		return strong
	}
	return weak
}

// needs sets the number of malicious lines that the rule needs.
func (c *campaign) needs(n int) { c.episode.needs = n }

// days returns the days between the start of all traffic and the campaign, at least least.
func (c *campaign) days(least int64) int64 {
	if c.g.o.Rhythm {
		return max(least, (c.from-c.g.start)/day)
	}
	return least
}

// groupSize returns the number of tokens of one group of clients: a few, or with a calendar as many as in a real one.
func (c *campaign) groupSize(strong, weak int) int {
	n := by(c, strong, weak)
	if c.g.o.Rhythm {
		n *= 4
	}
	return n
}

// addMalicious adds n labelled shots of h from the start of the campaign, over at most span nanoseconds.
func (c *campaign) addMalicious(h *holder, n int, span int64, fill func(i int, s *shot)) {
	to := min(c.from+span, c.until)
	c.add(&series{stretch: stretch{c.from, to}, n: n, holder: h, fill: fill, episode: c.episode})
}

// addOrdinary adds n ordinary shots.
func (c *campaign) addOrdinary(h *holder, n int, over stretch, fill func(i int, s *shot)) {
	c.add(&series{stretch: over, n: n, holder: h, fill: fill})
}

// recently returns the earliest use of a token that was issued an hour before the campaign.
func (c *campaign) recently() int64 { return max(c.g.start, c.from-40*minute) }

// learned is a number of events that completes the learning of a profile.
const learned = 240

// addPast gives h the past that a rule needs for comparison: learned events between the begin of all traffic and until.
func (c *campaign) addPast(h *holder, until int64) { c.addPastWith(h, until, nil) }

func (c *campaign) addPastWith(h *holder, until int64, fill func(i int, s *shot)) {
	if c.g.o.Rhythm {
		c.liveUntil(h, until, fill)
		return
	}
	from := min(c.g.begin, until-hour)
	c.addOrdinary(h, learned, stretch{from, until - (until-from)/100}, fill)
}

// liveUntil adds ordinary traffic of h from Start until then.
func (c *campaign) liveUntil(h *holder, until int64, fill func(i int, s *shot)) {
	s := c.g.addLife(rhythmOf(h.kind), h, stretch{c.g.start, until})
	s.life.victim, s.fill = true, fill
}

func (c *campaign) add(s *series) {
	if s.n <= 0 {
		return
	}
	s.id = len(c.g.planned)
	s.rng = newRNG(c.g.o.Seed, streamCampaign<<8+uint64(s.id))
	_ = s.schedule()
	c.g.planned = append(c.g.planned, s)
	past := s.n
	if s.to > s.from {
		past = int(float64(s.n) * min(1, max(0, float64(c.g.start-s.from)/float64(s.to-s.from))))
	} else if s.from >= c.g.start {
		past = 0
	}
	c.g.pastPlan += past
	c.g.livePlan += s.n - past
}

// victim makes a holder whose credential does not rotate, at home in one of the networks.
func (c *campaign) victim(k *kind, home *network) *holder {
	pinned := *k
	pinned.rotates = static
	r := c.g.nextHolder()
	h := c.g.makeHolder(&pinned, r)
	h.homes = []site{home.address(r)}
	h.serial = c.from/second - hourly // where it is a time of issue
	return h
}

// anyone is a victim at home where its kind is.
func (c *campaign) anyone(k *kind) *holder {
	if c.g.o.Rhythm {
		return c.victim(k, pick(c.rng, residences(k, false)))
	}
	return c.victim(k, pick(c.rng, homes(k, false)))
}
