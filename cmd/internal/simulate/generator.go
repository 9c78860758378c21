package simulate

import (
	"container/heap"
	"fmt"
	"slices"
	"time"
)

// Generator generates lines. It is not safe for concurrent use.
type Generator struct {
	o       Options
	traffic *rng // draws whatever belongs to ordinary lines
	minting rng  // seeded anew for each credential
	gaps    [1024]int64
	curve   curve

	services []*service // as often as their weight
	pools    pools
	visitors [crowds][]visitor
	crowd    []*holder // as often as they are busy; with a calendar once each
	holders  int       // made so far

	begin, start, end int64   // Unix nanoseconds: of History, of live traffic, after it
	next              int64   // time of the next ordinary line
	pastGap           int64   // mean nanoseconds between ordinary lines of History
	pastOrdinary      int     // how many of these there are
	base              float64 // share of ordinary lines that carry a credential
	ordinary, carried int     // ordinary lines so far, and how many of them carry one

	planned  schedule
	pastPlan int // planned lines before Start
	livePlan int // and after it
	episodes []*episode
	tokens   []tokenUse
	leaked   []int // indexes of tokens
	decoys   []int
	revoked  []revocation
	bindings []binding

	emitted int
	stamps  stamps
	text    []byte
	req     request
	truth   Truth
	label   Label
	shot    shot
	denied  float64 // chance that an ordinary holder is refused
}

const (
	second = int64(time.Second)
	minute = int64(time.Minute)
	hour   = int64(time.Hour)
	day    = 24 * hour
)

// New returns a generator of the traffic that o describes.
func New(o Options) (*Generator, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	if o.Duration > 0 {
		return build(o, int64(o.Duration)), nil
	}
	// Planned lines count among Lines: see how many there are, then give the rest to ordinary traffic.
	bare := &Generator{o: o, start: o.Start.UnixNano()}
	g := build(o, bare.last(float64(o.Lines)))
	extra := g.pastPlan + g.livePlan + g.pastOrdinary
	if extra == 0 {
		return g, nil
	}
	spare := o.Lines - extra
	if spare < o.Lines/4 {
		return nil, fmt.Errorf("simulate: lines: want %d or more for these attacks and this history, or a duration", extra*4/3+1)
	}
	return build(o, bare.last(float64(spare))), nil
}

// build makes a generator for a length of live traffic in nanoseconds.
func build(o Options, live int64) *Generator {
	g := &Generator{
		o: o, traffic: newRNG(o.Seed, streamTraffic), gaps: newGaps(), curve: curve{flat: o.Flat},
		pools: newPools(newRNG(o.Seed, streamPools)), visitors: newVisitors(newRNG(o.Seed, streamPools+2), 1024),
		start: o.Start.UnixNano(), end: o.Start.UnixNano() + live, begin: o.Start.Add(-o.History).UnixNano(),
	}
	for _, s := range catalogue() {
		for range s.weight {
			if g.serves(s.name) {
				g.services = append(g.services, s)
			}
		}
	}
	if !o.Rhythm {
		tokenRate := o.Rate * o.TokenShare
		g.draw(tokenRate)
		g.denied = min(0.004, 1/tokenRate)
	}
	g.plan()
	g.balance(live)
	return g
}

func (g *Generator) serves(name string) bool { return slices.Contains(g.o.Services, name) }

// balance chooses how many ordinary lines carry a credential, so that together with the planned ones they make
// TokenShare, and how many lines there are before Start.
func (g *Generator) balance(live int64) {
	if g.o.Rhythm {
		g.next = g.start
		return
	}
	share := g.o.TokenShare
	past := 0.0
	if g.pastPlan > 0 && g.begin < g.start {
		past = float64(g.pastPlan) * (2/share - 1)
		g.pastGap = max(1, int64(float64(g.start-g.begin)/past))
		g.next = g.begin
	} else {
		g.next = g.start
	}
	g.pastOrdinary = int(past)
	planned := float64(g.pastPlan + g.livePlan)
	ordinary := g.expect(live) + past
	g.base = max(share/3, min(1, (share*(ordinary+planned)-planned)/ordinary))
}

// Next returns the next line, false after the last.
func (g *Generator) Next() (Line, bool) {
	if g.o.Lines > 0 && g.emitted >= g.o.Lines {
		return Line{}, false
	}
	if len(g.planned) > 0 && g.planned[0].at <= g.next {
		g.emitted++
		return g.step(), true
	}
	if g.o.Duration > 0 && g.next >= g.end {
		return Line{}, false
	}
	g.emitted++
	at := g.next
	g.advance()
	g.ordinary++
	if g.o.Bad > 0 && g.traffic.chance(g.o.Bad) {
		return g.damagedLine(at), true
	}
	// The feedback keeps the share exact without making it regular.
	behind := float64(g.base*float64(g.ordinary)) - float64(g.carried)
	if g.traffic.chance((g.base + behind/64) / (1 - g.o.Bad)) {
		g.carried++
		return g.lineWithCredential(at), true
	}
	return g.lineWithoutCredential(at), true
}

// step returns the next planned line.
func (g *Generator) step() Line {
	s := g.planned[0]
	at := s.at
	g.shot = shot{holder: s.holder}
	if s.life != nil {
		s.life.fill(s.sitting, &g.shot)
	}
	if s.fill != nil {
		s.fill(s.done, &g.shot)
	}
	of := s.episode
	if g.shot.honest {
		of = nil
	}
	line := g.renderShot(of, at, &g.shot)
	if s.done++; s.schedule() {
		heap.Fix(&g.planned, 0)
	} else {
		heap.Pop(&g.planned)
	}
	return line
}

// lineWithoutCredential returns an ordinary line without a credential.
func (g *Generator) lineWithoutCredential(at int64) Line {
	r, q := g.traffic, &g.req
	svc := pick(r, g.services)
	who := pick(r, g.visitors[pick(r, svc.crowds)])
	*q = request{at: at, endpoint: pick(r, svc.plain), from: who.site, ua: who.ua, tls: "TLSv1.3"}
	g.outcome(q)
	g.text = g.render(g.text[:0], q)
	return g.line(at, q)
}

// outcome draws status, size and Referer.
func (g *Generator) outcome(q *request) {
	r, e := g.traffic, q.endpoint
	q.status = pick(r, e.profile.statuses)
	if q.status != 304 && q.status != 204 && e.method != "HEAD" {
		q.size = int64(e.profile.min + r.n(e.profile.span))
	}
	if e.visited {
		q.referer = pick(r, e.svc.referers)
	}
	if bits := r.pcg.Uint64(); bits&7 == 0 {
		q.cookie = ordinaryCookies[bits>>8%uint64(len(ordinaryCookies))]
		if bits>>16&3 == 0 && q.tls == "TLSv1.3" {
			q.tls = "TLSv1.2"
		}
	}
}

var ordinaryCookies = []string{"theme=dark", "lang=de; theme=light", "consent=all", "ab=variant-b; lang=en"}

func (g *Generator) line(at int64, q *request) Line {
	return Line{Time: time.Unix(0, at).UTC(), Service: q.endpoint.svc.name, Text: g.text}
}
