package window

import (
	"slices"

	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
)

// Transitions remembers the times of the last changes of place, in the order of the events.
type Transitions struct {
	at   []int64 // Unix microseconds
	Slot Slot
}

// Add notes a change and returns how many there were after since. It keeps the last limit of them.
func (t *Transitions) Add(now, since int64, limit int) int {
	t.at = slices.DeleteFunc(t.at, func(at int64) bool { return at <= since })
	if len(t.at) >= limit {
		t.at = t.at[1:]
	}
	t.at = append(t.at, now)
	return len(t.at)
}

// AppendTo writes the times.
func (t *Transitions) AppendTo(w *codec.Writer) { w.Times(t.at) }

// DecodeTransitions reads the output of AppendTo, of at most limit times.
func DecodeTransitions(r *codec.Reader, limit int) Transitions {
	return Transitions{at: r.Times(limit)}
}
