package simulate

import (
	"math"
	"time"
)

// curve is the traffic of each minute of a week relative to its mean, in UTC: least at four in the morning, most at three in
// the afternoon, less on weekends.
type curve struct {
	flat   bool
	minute int64 // the one that factor is for
	factor float64
}

const (
	saturday = 0.76
	sunday   = 0.70
	weekMean = (5 + saturday + sunday) / 7
)

// at returns the factor at a time in Unix nanoseconds.
func (c *curve) at(ns int64) float64 {
	minute := ns / int64(time.Minute)
	if minute == c.minute && c.factor != 0 {
		return c.factor
	}
	c.minute, c.factor = minute, 1
	if c.flat {
		return 1
	}
	ofDay := float64(minute%1440) / 1440
	c.factor = (1 + 0.55*math.Cos(2*math.Pi*(ofDay-15.0/24))) / weekMean
	switch (minute/1440 + 4) % 7 { // the epoch was a Thursday
	case 6:
		c.factor *= saturday
	case 0:
		c.factor *= sunday
	}
	return c.factor
}

// advance moves the time of the next ordinary line on. Before Start there are just as many as the planned lines of
// that time need for company.
func (g *Generator) advance() {
	gap := g.pastGap
	if g.next >= g.start {
		gap = int64(float64(time.Second) / (g.o.Rate * g.curve.at(g.next)))
	}
	step := g.gaps[g.traffic.n(len(g.gaps))]
	from := g.next
	g.next += gap>>gapBits*step + gap&(1<<gapBits-1)*step>>gapBits
	if from < g.start && g.next > g.start {
		g.next = g.start
	}
}

const week = 7 * day

// expect returns the number of ordinary lines in live traffic of a length in nanoseconds.
func (g *Generator) expect(live int64) float64 {
	lines := g.o.Rate * float64(live/week*week) / float64(second) // a whole week has the mean rate
	c := curve{flat: g.o.Flat}
	for at, end := g.start+live/week*week, g.start+live; at < end; at += minute {
		lines += g.o.Rate * c.at(at) * float64(min(minute, end-at)) / float64(second)
	}
	return lines
}

// last returns the length of live traffic with so many ordinary lines, in nanoseconds.
func (g *Generator) last(lines float64) int64 {
	perWeek := g.o.Rate * float64(week/second)
	weeks := int64(lines / perWeek)
	lines -= float64(weeks) * perWeek
	c := curve{flat: g.o.Flat}
	for live := weeks * week; ; live += minute {
		rate := g.o.Rate * c.at(g.start+live) // lines per second
		if took := lines / rate * float64(second); took <= float64(minute) {
			return live + int64(took)
		}
		lines -= rate * 60
	}
}
