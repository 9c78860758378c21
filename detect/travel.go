package detect

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// minTrips is how often a token must have been at a place before the place can be a habit.
const minTrips = 20

// travel is the kind that fires when a token is used at two places too far apart for the time between.
//
// The event is compared with the place used nearest in time, earlier or later, so that events may come out of order. It
// is not judged when that place is its own, or is one of the same network: a network that jumps on the map is a flaw of
// the map, an anycast address or a carrier's gateway. The distance is a lower bound: great circle less both accuracy
// radii. Nor is it judged at a place that the token has used for the rule's habit: an office with two ways out.
//
// With switches it fires instead when the token goes to and fro between two such places, however fast: each change of
// place within the window counts, unless both places are a habit.
//
// Networks that say nothing of where their user is (VPN, Tor, proxies, carriers, satellites, anycast), as far as the lists
// know them, are neither judged nor compared with.
type travel struct {
	id       string
	distance float64 // km
	speed    float64 // km/h
	habit    int64   // microseconds, 0: no place is a habit
	switches int
	window   int64 // microseconds
	borders  bool
}

// placeless are the networks whose addresses do not tell where their user is.
const placeless = lists.VPN | lists.Tor | lists.Proxy | lists.Mobile | lists.Satellite | lists.Anycast

func newTravel(r *rule, _ *Options) (judge, error) {
	spec := r.def.Spec.(*rules.Travel)
	r.demand(isFirst, notUnauthenticated, hasCoordinates, isElsewhere)
	r.lookback = max(24*time.Hour, time.Duration(spec.Window))
	r.category = "place"
	t := texts{
		summary:   "{observed}: no one travels so fast; from {ip}",
		observed:  "{observed}",
		baseline:  "{baseline}",
		threshold: "more than {distance} apart and faster than {speed}",
	}
	if spec.Transitions > 0 {
		t.summary = "{observed}; from {ip}"
		t.threshold = fmt.Sprintf("%d changes of place in {window}, more than {distance} apart", spec.Transitions)
	}
	r.own(t)
	return &travel{id: r.id, distance: float64(spec.Distance), speed: float64(spec.Speed), habit: time.Duration(spec.KnownAfter).Microseconds(),
		switches: spec.Transitions, window: time.Duration(spec.Window).Microseconds(), borders: spec.CrossBorderOnly}, nil
}

func (j *travel) eval(x *scene, v *verdict) bool {
	if x.class&placeless != 0 {
		return false
	}
	if j.switches > 0 {
		return j.evalSwitch(x, v)
	}
	i := x.prof.nearest(x.now)
	if i < 0 || i == x.place {
		return false
	}
	near := &x.prof.places[i]
	km, apart := j.apart(near, x)
	if !apart {
		return false
	}
	hours := x.hoursFrom(near)
	if km/hours <= j.speed || j.isHabit(x.prof, x.place, x.now) {
		return false
	}
	v.measure = km / hours
	v.observed = fmt.Sprintf("%s, at least %s km apart, within %s: %s km/h", x.fromTo(near), number(math.Floor(km)),
		period(hours*3600), number(math.Floor(km/hours)))
	v.baseline = plural(uint64(len(x.prof.places)), "place") + " known"
	return true
}

// apart tells whether the event's place lies too far from another one, and how far at least.
func (j *travel) apart(near *place, x *scene) (km float64, apart bool) {
	e := &x.event.Geo
	if near.asn != 0 && near.asn == e.ASN || j.borders && *near.country == clip(e.Country) {
		return 0, false
	}
	km = x.kilometres(near)
	return km, km > j.distance
}

// kilometres is the lower bound of the distance between the event and a place.
func (x *scene) kilometres(p *place) float64 {
	e := &x.event.Geo
	return distance(p.lat, p.lon, float32(e.Lat), float32(e.Lon)) - float64(p.radius) - float64(e.Radius)
}

// hoursFrom is the time between the event and the last use at a place, at least a second.
func (x *scene) hoursFrom(p *place) float64 {
	return max(math.Abs(float64(x.now-p.last))/1e6, 1) / 3600
}

func (x *scene) fromTo(p *place) string {
	e := &x.event.Geo
	return spot(*p.city, *p.country) + " and " + spot(clip(e.City), clip(e.Country))
}

// speedNeeded is how fast the token must have travelled to be here, by the lower bound of the distance; 0 if that is not
// known.
func speedNeeded(x *scene) float64 {
	if x.facts&hasCoordinates == 0 {
		return 0
	}
	i := x.prof.nearest(x.now)
	if i < 0 || i == x.place {
		return 0
	}
	near := &x.prof.places[i]
	return max(0, x.kilometres(near)) / x.hoursFrom(near)
}

// journey is when a token lately changed place, the last times first to last.
type journey struct {
	of *travel
	at []int64 // Unix microseconds
}

func (j *travel) evalSwitch(x *scene, v *verdict) bool {
	p := x.prof
	if len(p.places) == 0 || x.place == 0 || x.now < p.places[0].last {
		return false
	}
	last := &p.places[0]
	km, apart := j.apart(last, x)
	if !apart || j.isHabit(p, x.place, x.now) && j.isHabit(p, 0, x.now) {
		return false
	}
	n := p.journey(j).add(x.now, x.now-j.window)
	v.measure = float64(n)
	if n < j.switches {
		return false
	}
	v.observed = fmt.Sprintf("%s, at least %s km apart, in turn: %d changes of place in %s", x.fromTo(last), number(math.Floor(km)), n,
		period(float64(j.window)/1e6))
	v.baseline = plural(uint64(len(p.places)), "place") + " known"
	return true
}

func (p *profile) journey(j *travel) *journey {
	e := p.more()
	for i := range e.journeys {
		if e.journeys[i].of == j {
			return &e.journeys[i]
		}
	}
	e.journeys = append(e.journeys, journey{of: j})
	return &e.journeys[len(e.journeys)-1]
}

// add notes a change and returns how many there were since.
func (c *journey) add(now, since int64) int {
	c.at = slices.DeleteFunc(c.at, func(at int64) bool { return at <= since })
	if len(c.at) >= rules.MaxTransitions {
		c.at = c.at[1:]
	}
	c.at = append(c.at, now)
	return len(c.at)
}

// nearest returns which place was used nearest in time to now, -1 if there is none.
func (p *profile) nearest(now int64) int {
	best, least := -1, int64(math.MaxInt64)
	for i := range p.places {
		if d := p.places[i].gap(now); d < least {
			best, least = i, d
		}
	}
	return best
}

// gap is how long before or after its last use at the place now is.
func (p *place) gap(now int64) int64 {
	if now < p.last {
		return p.last - now
	}
	return now - p.last
}

func (j *travel) isHabit(p *profile, i int, now int64) bool {
	return j.habit > 0 && i >= 0 && p.places[i].count >= minTrips && now-p.places[i].first >= j.habit
}

// spot is "Berlin, DE", or less of it.
func spot(city, country string) string {
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

// silent says which limit would have kept the rule silent.
func (j *travel) silent(peak float64) string {
	if j.switches > 0 {
		return fmt.Sprintf("transitions: %.0f", peak+1)
	}
	return fmt.Sprintf("speed: %.0f km/h", math.Ceil(peak))
}
