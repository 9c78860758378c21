// Package canary tests redaction while it works. A [Prober] stands beside an [ingest.Processor]: after every so many
// lines it plants a synthetic token in a copy of the line at hand, has the Processor redact the copy, and searches the
// result for the token. The result is counted and discarded; it reaches no topic, file or event.
package canary

import (
	crand "crypto/rand"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
)

// Options of a Prober.
type Options struct {
	Every   int          // lines between two canaries; 0 turns them off
	Log     *slog.Logger // reports missed canaries, at most one a minute; nil is silent
	Metrics *Metrics     // shared by the Probers of a process; nil counts for [Prober.Counts] alone
}

// Prober plants canaries in the lines of one Processor. It is for the goroutine of that Processor.
type Prober struct {
	processor *ingest.Processor
	options   Options
	remaining int // lines until the next canary
	random    *rand.Rand
	fields    []ingest.FieldSpan
	line      []byte // the copy with the token
	out       []byte
	counts    [len(outcomeNames)]int
	logged    *atomic.Int64 // when the last miss was logged, Unix seconds; one for all Probers with the same Metrics
}

// New returns a Prober of p.
func New(p *ingest.Processor, o Options) *Prober {
	var seed [32]byte
	_, _ = crand.Read(seed[:]) // never fails
	logged := &atomic.Int64{}
	if o.Metrics != nil {
		logged = &o.Metrics.logged
	}
	return &Prober{
		processor: p, options: o, remaining: o.Every, logged: logged,
		random: rand.New(rand.NewChaCha8(seed)), //nolint:gosec // seeded from crypto/rand
	}
}

type outcome int

const (
	outcomeFound  outcome = iota // the finder replaced it, or the line was masked whole
	outcomeGuard                 // the finder left it and the second check masked it
	outcomeMissed                // it is in the redacted line or in the record
)

var outcomeNames = [...]string{outcomeFound: "found", outcomeGuard: "guard", outcomeMissed: "missed"}

// Counts returns the number of canaries by outcome.
func (p *Prober) Counts() (found, guard, missed int) {
	return p.counts[outcomeFound], p.counts[outcomeGuard], p.counts[outcomeMissed]
}

// Observe counts a line that the Processor has just processed, and sends a canary when one is due. Call it when res is
// used up: a canary is the Processor's next call. It implements [ingest.Prober].
func (p *Prober) Observe(line []byte, res ingest.Result, now time.Time) {
	if p.options.Every <= 0 || res.IsEmpty() || res.Reason == ingest.ReasonTooLong {
		return
	}
	if p.remaining--; p.remaining > 0 || res.Reason == ingest.ReasonBinary { // nothing can be planted in a binary line: the next one will do
		return
	}
	p.remaining = p.options.Every
	t := p.plant(ingest.TrimEnding(line), errors.Is(res.Err, accesslog.ErrFormat))
	o := p.probe(&t)
	p.counts[o]++
	if m := p.options.Metrics; m != nil {
		m.count(o)
	}
	if o == outcomeMissed {
		p.logMiss(&t, now)
	}
}

// probe has the Processor redact p.line and looks for the token in the line and the record.
func (p *Prober) probe(t *plant) outcome {
	var res ingest.Result
	p.out, res = p.processor.Redact(p.out[:0], p.line)
	if res.Reason == ingest.ReasonBinary || res.Reason == ingest.ReasonTooLong {
		return outcomeFound
	}
	if t.leakedIn(p.out) {
		return outcomeMissed
	}
	p.out = p.processor.AppendRecord(p.out[:0], 1, res)
	for i := range res.Requests {
		p.out = p.processor.AppendRecord(p.out, 1, p.processor.Request(i))
	}
	if t.leakedIn(p.out) {
		return outcomeMissed
	}
	p.out = p.processor.AppendUnchecked(p.out[:0])
	if t.leakedIn(p.out) {
		return outcomeGuard
	}
	return outcomeFound
}

func (p *Prober) logMiss(t *plant, now time.Time) {
	last := p.logged.Load()
	if p.options.Log == nil || now.Unix() < last+60 || !p.logged.CompareAndSwap(last, now.Unix()) {
		return
	}
	p.options.Log.Error("a canary came out: credentials of its kind leave with the logs", "format", p.processor.Format(), "field", t.field,
		"placement", t.placement.name, "kind", t.kind, "encoding", t.encoding)
}
