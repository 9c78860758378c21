package detect

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
)

// outbox holds the content of the next checkpoint.
type outbox struct {
	interval uint32             // counts the intervals between one Committed and the next
	created  int                // profiles since the last Committed
	dirty    []*profile.Profile // changed since then, in the order of their first change
	events   []tokenwarden.Event
	usage    []tokenwarden.UsageRow // of closed usage cells
	ended    []tokenwarden.Alert    // of dirty incidents that ended
	buffers  tokenwarden.Checkpoint // slices of the last checkpoint
	states   []byte                 // of its profiles
	peers    []byte                 // of its peers
}

// add lists a profile before it changes.
func (o *outbox) add(prof *profile.Profile) {
	if prof.Interval != o.interval {
		prof.Interval = o.interval
		prof.ClearDirty()
		o.dirty = append(o.dirty, prof)
	}
}

// len counts the objects in the outbox.
func (o *outbox) len() int {
	return len(o.events) + max(o.created, len(o.dirty)) + len(o.usage) + len(o.ended)
}

// release empties the outbox and begins the next interval.
func (o *outbox) release() {
	o.interval++
	o.created = 0
	o.dirty, o.events, o.usage, o.ended = release(o.dirty), release(o.events), release(o.usage), release(o.ended)
	b := &o.buffers
	b.Alerts, b.Usage, b.Profiles = release(b.Alerts), release(b.Usage), release(b.Profiles)
}

// release empties a list for reuse without retaining its elements.
func release[T any](list []T) []T {
	clear(list)
	return list[:0]
}
