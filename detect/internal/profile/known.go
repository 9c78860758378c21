package profile

import "github.com/tokenwarden/tokenwarden/detect/internal/window"

// Values of Known.At besides an index.
const (
	NoValue  = -1 // the log does not say
	NewValue = -2 // the profile does not know the value
)

// Known is a profile's knowledge of an event before it learns from the event.
type Known struct {
	At         [Features]int // index of the event's value of each feature, NoValue or NewValue
	Place      int           // index of the event's place, -1 if it is new or not known
	Predicates Predicates    // of the event and of the profile
}

// Lookup fills k, once for all rules and for learning.
func (p *Profile) Lookup(ev *Event, k *Known) {
	k.Predicates = ev.Predicates
	for f := FeatureCountry; f < Features; f++ {
		if ev.keys[f] == 0 {
			k.At[f] = NoValue
			continue
		}
		k.At[f] = p.Values.find(f, ev.keys[f])
		if k.At[f] < 0 {
			k.At[f] = NewValue
			k.Predicates |= f.Newness()
		}
	}
	k.Place = -1
	if k.Predicates&HasCoordinates != 0 {
		k.Place = p.placeOf(&ev.Geo)
		if len(p.Places) > 0 && (k.Place != 0 || ev.Now < p.Places[0].Last) {
			k.Predicates |= IsElsewhere
		}
	}
}

const dayMicros = 86400e6

// ExpireValues forgets old values when an event comes on another day than the last one.
func (p *Profile) ExpireValues(now int64) {
	if p.Last != window.NoTime && now/dayMicros != p.Last/dayMicros {
		p.Values.expire(window.Minutes(now))
	}
}
