package detect

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
)

// outbox holds what the next checkpoint must write and only a checkpoint can free.
type outbox struct {
	interval uint32             // counts the intervals between one Committed and the next
	created  int                // profiles since the last Committed
	dirty    []*profile.Profile // that changed since then, in the order of their first change
	events   []tokenwarden.Event
	usage    []tokenwarden.UsageRow // of usage cells that closed
	ended    []tokenwarden.Alert    // of incidents that ended and changed since the last checkpoint
	buffers  tokenwarden.Checkpoint // slices of the last checkpoint
	states   []byte                 // of its profiles
	peers    []byte                 // of its peers
}

// add lists a profile that is about to change.
func (o *outbox) add(prof *profile.Profile) {
	if prof.Interval != o.interval {
		prof.Interval = o.interval
		prof.ClearDirty()
		o.dirty = append(o.dirty, prof)
	}
}

// len counts what the outbox holds.
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

// release empties a list that will be filled again, so that it retains nothing.
func release[T any](list []T) []T {
	clear(list)
	return list[:0]
}
