package profile

import (
	"math"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// usageCell accumulates a row of token_usage_1m: the requests of one minute, host, endpoint, country and status class.
type usageCell struct {
	where    *usageKey
	segment  uint64
	bytes    uint64
	requests uint32
	errors   uint32
	minute   uint32 // Unix minutes
	class    uint8
	dirty    bool // it counted since the last checkpoint; see Profile.ClearDirty
}

// usageKey is the host, endpoint and country of usage cells. Profiles share keys, but equal keys need not be one pointer: compare
// their keys.
type usageKey struct {
	key                     uint64
	service                 uint64 // hash of the host, 0 if there is none
	host, endpoint, country string
	hasID                   bool // the endpoint contains {id}
}

// usageKey returns the key of three texts. keys are the interner's of their features.
func (in *Interner) usageKey(keys *[Features]uint64, host, endpoint, country string) *usageKey {
	key := hash.Mix(keys[FeatureEndpoint] + 3*keys[FeatureHost] + 5*keys[FeatureCountry])
	slot := &in.usages[key%uint64(len(in.usages))]
	if *slot == nil || (*slot).key != key {
		*slot = &usageKey{key, serviceOfHost(host), in.InternString(host), in.InternString(endpoint), in.InternString(country),
			strings.Contains(endpoint, "{id}")}
	}
	return *slot
}

func statusClass(e *tokenwarden.Event) uint8 { return uint8(min(max(e.Status, 0)/100, 9)) }

// cellKey returns the hash of a cell within a profile; two cells may have the same.
func (u *usageKey) cellKey(minute uint32, class uint8) uint32 {
	return uint32(hash.Mix(u.key + uint64(minute)<<8 + uint64(class)))
}

// countUsage adds the request to its cell.
func (p *Profile) countUsage(ev *Event) {
	c := p.cell(ev)
	c.dirty = true
	c.requests++
	c.bytes += uint64(max(ev.Event.Bytes, 0))
	if ev.Status >= 400 {
		c.errors++
	}
}

// cell finds the event's usage cell or opens it.
func (p *Profile) cell(ev *Event) *usageCell {
	minute, class, where, key := window.Minutes(ev.Now), statusClass(ev.Event), ev.usage, ev.cellKey
	is := func(i int) bool {
		c := &p.cells[i]
		return p.cellKeys[i] == key && c.minute == minute && c.class == class && c.where.key == where.key && c.requests < math.MaxUint32
	}
	if i := ev.cellHint; i >= 0 && i < len(p.cells) && is(i) {
		return &p.cells[i]
	}
	for i := len(p.cells) - 1; i >= 0; i-- {
		if is(i) {
			return &p.cells[i]
		}
	}
	if len(p.cells) == 0 || minute < p.oldestCell {
		p.oldestCell = minute
	}
	p.cellKeys = append(p.cellKeys, key)
	p.cells = append(p.cells, usageCell{minute: minute, class: class, where: where, segment: p.Requests})
	return &p.cells[len(p.cells)-1]
}

// HasClosedUsage reports whether CloseUsage has something to do.
func (p *Profile) HasClosedUsage(lateness int64) bool {
	return len(p.cells) > MaxCells || len(p.cells) > 0 && minuteEnd(p.oldestCell) < p.Last-lateness
}

// CloseUsage removes the cells whose minute ended more than lateness microseconds before the greatest event time and, where more than
// MaxCells are open, those opened first. It appends the rows that no checkpoint has written yet. Cells close as a function of the
// profile's own events alone, so that a replay closes them at the same event.
func (p *Profile) CloseUsage(lateness int64, rows []tokenwarden.UsageRow) []tokenwarden.UsageRow {
	over := p.Last - lateness
	kept, surplus := p.cells[:0], len(p.cells)-MaxCells
	p.oldestCell = math.MaxUint32
	for i := range p.cells {
		c := &p.cells[i]
		if minuteEnd(c.minute) >= over && i >= surplus {
			p.oldestCell = min(p.oldestCell, c.minute)
			p.cellKeys[len(kept)] = p.cellKeys[i]
			kept = append(kept, *c)
		} else if c.dirty {
			rows = append(rows, c.row(p))
		}
	}
	clear(p.cells[len(kept):])
	p.cells, p.cellKeys = kept, p.cellKeys[:len(kept)]
	return rows
}

// AppendUsage appends the rows of open cells that changed since the last checkpoint.
func (p *Profile) AppendUsage(rows []tokenwarden.UsageRow) []tokenwarden.UsageRow {
	for i := range p.cells {
		if c := &p.cells[i]; c.dirty {
			rows = append(rows, c.row(p))
		}
	}
	return rows
}

// minuteEnd returns the end of a Unix minute in Unix microseconds.
func minuteEnd(minute uint32) int64 { return (int64(minute) + 1) * 60e6 }

func (c *usageCell) row(p *Profile) tokenwarden.UsageRow {
	return tokenwarden.UsageRow{
		Fingerprint: p.Subject.ID, KeyID: p.KeyID, Minute: text.UTC(int64(c.minute) * 60e6), Host: c.where.host,
		Endpoint: c.where.endpoint, Country: c.where.country, StatusClass: c.class, Segment: c.segment,
		Requests: uint64(c.requests), Errors: uint64(c.errors), Bytes: c.bytes,
	}
}
