package window

import (
	"slices"

	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
)

// SequenceParams are the rule's parameters of a sequence.
type SequenceParams struct {
	Window  int64 // microseconds
	Stages  int
	Ordered bool
}

// Sequence remembers when each stage held last; of ordered stages, when the latest run up to the stage began.
type Sequence struct {
	at   []int64 // Unix microseconds, NoTime if never
	Slot Slot
}

// NewSequence returns a sequence without times.
func NewSequence(s Slot, stages int) Sequence {
	q := Sequence{Slot: s, at: make([]int64, stages)}
	for i := range q.at {
		q.at[i] = NoTime
	}
	return q
}

// Add notes the stages that hold at a time in Unix microseconds. advanced reports whether the event could complete the sequence:
// any stage holds, of ordered ones the last of a run.
func (q *Sequence) Add(p *SequenceParams, holds []bool, now int64) (advanced bool) {
	if p.Ordered {
		return q.advance(p, holds, now)
	}
	for i := range q.at {
		if holds[i] {
			q.at[i] = max(q.at[i], now)
			advanced = true
		}
	}
	return advanced
}

// advance extends runs by the event, the longest first so that one event is one stage of a run. It reports whether a run reached the
// last stage.
func (q *Sequence) advance(p *SequenceParams, holds []bool, now int64) (ended bool) {
	for i := len(q.at) - 1; i >= 0; i-- {
		switch {
		case !holds[i]:
		case i == 0:
			q.at[0] = max(q.at[0], now)
		case q.HoldsAt(p, i-1, now) && q.at[i-1] <= now:
			q.at[i] = max(q.at[i], q.at[i-1])
			ended = ended || i == len(q.at)-1
		}
	}
	return ended
}

// HoldsAt reports whether a stage held within the window before now.
func (q *Sequence) HoldsAt(p *SequenceParams, stage int, now int64) bool {
	return q.at[stage] != NoTime && q.at[stage] > now-p.Window
}

// Reached counts the stages within the window that ends now, or at the latest of them where the event comes late and order does not
// matter.
func (q *Sequence) Reached(p *SequenceParams, now int64) (n int) {
	if !p.Ordered {
		now = max(now, slices.Max(q.at))
	}
	for i := range q.at {
		if q.HoldsAt(p, i, now) {
			n++
		} else if p.Ordered {
			break
		}
	}
	return n
}

// AppendTo writes the times.
func (q *Sequence) AppendTo(w *codec.Writer) { w.Times(q.at) }

// DecodeSequence reads the output of AppendTo, of at most limit stages.
func DecodeSequence(r *codec.Reader, limit int) Sequence { return Sequence{at: r.Times(limit)} }

// Fits reports whether the sequence has as many stages as the parameters say.
func (q *Sequence) Fits(p *SequenceParams) bool { return len(q.at) == p.Stages }
