package detect

import (
	"fmt"
	"math"
	"time"
)

// minTrips is how often a token must have been at a place before the place can be a habit.
const minTrips = 20

// travel is the kind that fires when a token is used at two places too far apart for the time between.
//
// The event is compared with the place used nearest in time, earlier or later, so that events may come out of order. It
// is not judged when that place is its own, or is one of the same network: a network that jumps on the map is a flaw of
// the map, an anycast address or a carrier's gateway. The distance is a lower bound: great circle less both accuracy
// radii. Nor is it judged at a place that the token has used for the rule's habit: an office with two ways out.
type travel struct {
	distance float64 // km
	speed    float64 // km/h
	habit    int64   // microseconds, 0: no place is a habit
}

func newTravel(r *rule, _ *Options) (judge, error) {
	d := r.def
	r.demand(isFirst, notUnauthenticated, hasCoordinates, isElsewhere)
	r.lookback = 24 * time.Hour
	r.own(texts{
		summary:   "{said}: no one travels so fast; from {ip}",
		observed:  "{said}",
		baseline:  "{known}",
		threshold: "more than {distance} apart and faster than {speed}",
	})
	return &travel{distance: float64(d.Distance), speed: float64(d.Speed), habit: time.Duration(d.Habit).Microseconds()}, nil
}

func (j *travel) eval(x *scene, v *verdict) bool {
	p, e := x.prof, &x.event.Place
	i := p.nearest(x.now)
	if i < 0 || i == x.place {
		return false
	}
	near := &p.places[i]
	if near.asn != 0 && near.asn == e.ASN {
		return false
	}
	km := distance(near.lat, near.lon, float32(e.Lat), float32(e.Lon)) - float64(near.radius) - float64(e.Radius)
	if km <= j.distance {
		return false
	}
	hours := max(math.Abs(float64(x.now-near.last))/1e6, 1) / 3600
	if km/hours <= j.speed || j.isHabit(p, x) {
		return false
	}
	v.measure = km / hours
	v.observed = fmt.Sprintf("%s and %s, at least %s km apart, within %s: %s km/h", spot(near.city, near.country),
		spot(clip(e.City), clip(e.Country)), number(math.Floor(km)), period(hours*3600), number(math.Floor(km/hours)))
	v.baseline = fmt.Sprintf("%s known", plural(uint64(len(p.places)), "place"))
	return true
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

func (j *travel) isHabit(p *profile, x *scene) bool {
	i := x.place
	return j.habit > 0 && i >= 0 && p.places[i].count >= minTrips && x.now-p.places[i].first >= j.habit
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
