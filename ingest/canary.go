package ingest

import (
	crand "crypto/rand"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Canary configures the test that runs in production: of every so many lines a copy gets a token made for the purpose
// and goes the way of a line, through parser, finder and second check. What comes out is searched for the token, counted
// and thrown away: it reaches no output, no event and no usage.
type Canary struct {
	Every int          // lines between two canaries; 0 is off
	Log   *slog.Logger // for what was missed, at most one line a minute; nil is silent
}

// canary is the state of a Processor's canaries.
type canary struct {
	Canary
	wait   int // lines until the next one
	random *rand.Rand
	line   []byte
	out    []byte
}

func newCanary(o Canary) *canary {
	if o.Every <= 0 {
		return nil
	}
	var seed [32]byte
	_, _ = crand.Read(seed[:])                                                        // never fails
	return &canary{Canary: o, wait: o.Every, random: rand.New(rand.NewChaCha8(seed))} //nolint:gosec // seeded from crypto/rand
}

// outcome of a canary.
const (
	canaryFound  = iota // the finder found it
	canaryGuard         // the finder left it and the second check caught it
	canaryMissed        // it came out
)

var canaryOutcomes = [...]string{canaryFound: "found", canaryGuard: "guard", canaryMissed: "missed"}

// canaryTally is what all canaries of the process came to.
type canaryTally struct {
	ran, missed atomic.Int64
	logged      atomic.Int64 // when the last miss was logged, Unix seconds
}

// fly sends a canary in the shape of the line body, unless that is not text. It leaves no trace in the Processor but in
// the parser, which has seen the line before it comes.
func (p *Processor) fly(body []byte, now time.Time) {
	c := p.canary
	reason, _ := p.find(body)
	if reason == ReasonBinary {
		return // the next line will do
	}
	c.wait = c.Every
	var perch perch
	if reason == ReasonUnparsed {
		perch = c.appended(body)
	} else {
		perch = c.perch(&p.rec)
	}
	outcome := p.outcome(&perch)
	p.counts.canaries[outcome]++
	if outcome == canaryMissed {
		p.missed(&perch, p.Format(), now)
	}
	p.findings, p.caught, p.arena, p.hidden = p.findings[:0], p.caught[:0], p.arena[:0], false
}

// outcome sends the line of a perch the way of a line.
func (p *Processor) outcome(x *perch) int {
	c := p.canary
	reason, err := p.find(c.line)
	if reason == ReasonBinary {
		return canaryFound // masked whole
	}
	c.out = credential.AppendRedacted(c.out[:0], c.line, p.findings)
	left := x.stands(c.out)
	c.out = p.check(c.out, 0)
	if x.stands(c.out) {
		return canaryMissed
	}
	c.out = p.AppendRecord(c.out[:0], 1, Result{Err: err, Record: &p.rec, Findings: p.findings})
	switch {
	case x.stands(c.out):
		return canaryMissed
	case left:
		return canaryGuard
	}
	return canaryFound
}

func (p *Processor) missed(x *perch, format string, now time.Time) {
	logged := &p.logged
	if p.metrics != nil {
		logged = &p.metrics.canaryTally.logged
	}
	last := logged.Load()
	if p.canary.Log == nil || now.Unix() < last+60 || !logged.CompareAndSwap(last, now.Unix()) {
		return
	}
	p.canary.Log.Error("a canary came out: credentials of its kind leave with the logs", "format", format, "field", x.field,
		"place", x.name, "kind", x.kind, "encoding", x.encoding)
}

// perch puts a token into one of the fields of rec, in c.line.
func (c *canary) perch(rec *record.Record) perch {
	choice := make([]int, 0, len(rec.Fields))
	for i, f := range rec.Fields {
		if len(placementsIn[f.Kind]) > 0 && (f.Kind != record.KindText || f.Start > 0 && rec.Line[f.End-1] > ' ') { // no prefix of a shipper
			choice = append(choice, i)
		}
	}
	if len(choice) == 0 {
		return c.appended(rec.Line)
	}
	f := rec.Fields[choice[c.random.IntN(len(choice))]]
	list := placementsIn[f.Kind]
	x := c.draw(list[c.random.IntN(len(list))])
	x.field = fieldKinds[f.Kind]
	text := x.text(rec.Raw(f))
	c.line = append(append(append(c.line[:0], rec.Line[:f.Start]...), text...), rec.Line[f.End:]...)
	return x
}

// appended puts a token behind a line that no format fits.
func (c *canary) appended(body []byte) perch {
	x := c.draw(placement{"text", " access_token={}", true})
	x.field, x.encoding = "line", encodingRaw
	c.line = append(append(c.line[:0], body...), x.text(nil)...)
	return x
}
