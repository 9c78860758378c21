package kind

import (
	"fmt"
	"math"
	"time"

	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules"
)

// minVisitsKnown is the number of visits before a place can be known.
const minVisitsKnown = 20

// travel matches when a token is used at two places too far apart for the time between.
//
// The event is compared with the place used nearest in time, earlier or later, so that events may come out of order. It does not match
// when that place is its own or belongs to the same network: a network that jumps on the map is a flaw of the map, an anycast
// address or a carrier's gateway. The distance is a lower bound: great circle less both accuracy radii. Nor does it match at a known
// place, one that the token has used for the rule's known_after: an office with two ways out.
//
// With transitions it matches instead when the token goes to and fro between two such places, at any speed: each change of place within
// the window counts, unless both places are known.
//
// Networks without a user's location (VPN, Tor, proxies, carriers, satellites, anycast), as far as the lists know
// their class, neither match nor are compared with.
type travel struct {
	slot            window.Slot
	distance        float64 // km
	speed           float64 // km/h
	knownAfter      int64   // microseconds, 0: no place becomes known
	transitions     int     // 0: the speed is compared
	window          int64   // microseconds
	crossBorderOnly bool
}

func newTravel(d *rules.Definition, s *rules.Travel, o Options) (Evaluator, Spec, error) {
	e := &travel{distance: float64(s.Distance), speed: float64(s.Speed), knownAfter: time.Duration(s.KnownAfter).Microseconds(),
		transitions: s.Transitions, window: time.Duration(s.Window).Microseconds(), crossBorderOnly: s.CrossBorderOnly}
	e.slot = o.State.Transitions.Register(d.ID, struct{}{})
	spec := Spec{
		Category: "place",
		Lookback: max(24*time.Hour, time.Duration(s.Window)),
		Texts: Texts{
			Summary:   "{observed}: no one travels so fast; from {ip}",
			Observed:  "{observed}",
			Baseline:  "{baseline}",
			Threshold: "more than {distance} apart and faster than {speed}",
		},
	}
	if s.Transitions > 0 {
		spec.Texts.Summary = "{observed}; from {ip}"
		spec.Texts.Threshold = fmt.Sprintf("%d changes of place in {window}, more than {distance} apart", s.Transitions)
	}
	spec.require(profile.IsFirst, profile.NotUnauthenticated, profile.HasCoordinates, profile.IsElsewhere)
	return e, spec, nil
}

// Evaluate implements Evaluator.
func (e *travel) Evaluate(x *condition.Env, r *condition.Result) bool {
	if x.Event.Class&profile.Unlocatable != 0 {
		return false
	}
	if e.transitions > 0 {
		return e.evaluateTransition(x, r)
	}
	i := x.Profile.Nearest(x.Event.Now)
	if i < 0 || i == x.Place {
		return false
	}
	near := &x.Profile.Places[i]
	km, apart := e.isApart(near, x.Event)
	if !apart {
		return false
	}
	hours := near.Hours(x.Event.Now)
	if km/hours <= e.speed || e.isKnown(x, x.Place) {
		return false
	}
	r.Measure = km / hours
	r.Observed = fmt.Sprintf("%s, at least %s km apart, within %s: %s km/h", fromTo(near, x.Event), text.Number(math.Floor(km)),
		text.Period(hours*3600), text.Number(math.Floor(km/hours)))
	r.Baseline = text.Plural(uint64(len(x.Profile.Places)), "place") + " known"
	return true
}

func (e *travel) evaluateTransition(x *condition.Env, r *condition.Result) bool {
	p := x.Profile
	if len(p.Places) == 0 || x.Place == 0 || x.Event.Now < p.Places[0].Last {
		return false
	}
	last := &p.Places[0]
	km, apart := e.isApart(last, x.Event)
	if !apart || e.isKnown(x, x.Place) && e.isKnown(x, 0) {
		return false
	}
	n := p.Transitions(e.slot).Add(x.Event.Now, x.Event.Now-e.window, rules.MaxTransitions)
	r.Measure = float64(n)
	if n < e.transitions {
		return false
	}
	r.Observed = fmt.Sprintf("%s, at least %s km apart, in turn: %d changes of place in %s", fromTo(last, x.Event),
		text.Number(math.Floor(km)), n,
		text.Period(float64(e.window)/1e6))
	r.Baseline = text.Plural(uint64(len(p.Places)), "place") + " known"
	return true
}

// isApart reports whether the event's place is too far from another one, and the lower bound of their distance.
func (e *travel) isApart(from *profile.Place, ev *profile.Event) (km float64, apart bool) {
	if from.ASN != 0 && from.ASN == ev.Geo.ASN || e.crossBorderOnly && *from.Country == text.Clip(ev.Geo.Country) {
		return 0, false
	}
	km = from.Kilometres(&ev.Geo)
	return km, km > e.distance
}

// isKnown reports whether the token has used a place often and for long.
func (e *travel) isKnown(x *condition.Env, i int) bool {
	return e.knownAfter > 0 && i >= 0 && x.Profile.Places[i].Count >= minVisitsKnown &&
		x.Event.Now-x.Profile.Places[i].First >= e.knownAfter
}

func fromTo(p *profile.Place, ev *profile.Event) string {
	return placeName(*p.City, *p.Country) + " and " + placeName(text.Clip(ev.Geo.City), text.Clip(ev.Geo.Country))
}

// placeName returns "Berlin, DE", or as much of it as is known.
func placeName(city, country string) string {
	switch {
	case city == "" && country == "":
		return "a place"
	case city == "":
		return country
	case country == "":
		return city
	}
	return city + ", " + country
}

// QuietSetting implements QuietSetter.
func (e *travel) QuietSetting(peak float64) string {
	if e.transitions > 0 {
		return fmt.Sprintf("transitions: %.0f", peak+1)
	}
	return fmt.Sprintf("speed: %.0f km/h", math.Ceil(peak))
}

// Explain implements Explainer.
func (e *travel) Explain(x *condition.Env, r *condition.Result) Distance {
	i := x.Profile.Nearest(x.Event.Now)
	if e.transitions > 0 {
		i = min(0, len(x.Profile.Places)-1)
	}
	switch {
	case x.Event.Class&profile.Unlocatable != 0:
		return Distance{0, "the network says nothing of where its user is: " + x.Event.Class.String()}
	case i < 0:
		return Distance{0, "the first place there is"}
	case i == x.Place:
		return Distance{0, "the place that was used nearest in time is the same"}
	}
	near := &x.Profile.Places[i]
	if near.ASN != 0 && near.ASN == x.Event.Geo.ASN {
		return Distance{0, fromTo(near, x.Event) + " belong to one network: what moves is the map"}
	}
	km := max(0, near.Kilometres(&x.Event.Geo))
	seen := fmt.Sprintf("%s: at least %s of %s km", fromTo(near, x.Event), text.Number(float64(int(km))), text.Number(e.distance))
	if e.transitions > 0 {
		return Distance{min(km/e.distance, 1) * r.Measure / float64(e.transitions),
			fmt.Sprintf("%s, %s of %d changes of place", seen, text.Number(r.Measure), e.transitions)}
	}
	speed := km / near.Hours(x.Event.Now)
	seen = fmt.Sprintf("%s, %s of %s km/h", seen, text.Number(float64(int(speed))), text.Number(e.speed))
	if km > e.distance && speed > e.speed {
		return Distance{Near, seen + ", but the place is a habit of the token or lies in the same country"}
	}
	return Distance{min(km/e.distance, 1) * min(speed/e.speed, 1) * 0.99, seen}
}
