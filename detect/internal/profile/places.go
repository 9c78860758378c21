package profile

import (
	"math"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// maxPlaces bounds the places of a profile: enough for home, work, two networks of a phone and a journey.
const maxPlaces = 8

// samePlace is the distance in kilometres within which two positions of one network and country are one place.
const samePlace = 100

// Unlocatable are the networks whose addresses do not locate their user.
const Unlocatable = lists.VPN | lists.Tor | lists.Proxy | lists.Mobile | lists.Satellite | lists.Anycast

// Place is a place of use. A profile orders its places by their last use, the latest first.
type Place struct {
	First, Last int64 // event time, Unix microseconds
	Count       uint32
	ASN         uint32
	lat, lon    float32 // degrees
	radius      uint16  // kilometres, of the position seen first
	Country     *string
	City        *string
}

// visit adds the event's place, if its position is known. i is its index, -1 if it is new.
func (p *Profile) visit(ev *Event, i int, in *Interner) {
	if ev.Predicates&HasCoordinates == 0 || ev.Class&Unlocatable != 0 {
		return
	}
	if i < 0 {
		e := &ev.Geo
		fresh := Place{First: ev.Now, Last: ev.Now, ASN: e.ASN, lat: float32(e.Lat), lon: float32(e.Lon), radius: e.Radius,
			Country: in.Intern(e.Country), City: in.Intern(e.City)}
		if len(p.Places) < maxPlaces {
			p.Places = append(p.Places, fresh)
		} else {
			p.Places[maxPlaces-1] = fresh
		}
		i = len(p.Places) - 1
	}
	got := &p.Places[i]
	got.First, got.Last = min(got.First, ev.Now), max(got.Last, ev.Now)
	if got.Count < math.MaxUint32 {
		got.Count++
	}
	for ; i > 0 && p.Places[i-1].Last <= p.Places[i].Last; i-- {
		p.Places[i-1], p.Places[i] = p.Places[i], p.Places[i-1]
	}
}

// placeOf returns the index of the known place of a position, or -1.
func (p *Profile) placeOf(e *tokenwarden.Geo) int {
	for i := range p.Places {
		if p.Places[i].contains(e) {
			return i
		}
	}
	return -1
}

func (p *Place) contains(e *tokenwarden.Geo) bool {
	if p.ASN != e.ASN || *p.Country != text.Clip(e.Country) {
		return false
	}
	return p.lat == float32(e.Lat) && p.lon == float32(e.Lon) || distance(p.lat, p.lon, float32(e.Lat), float32(e.Lon)) <= samePlace
}

// Nearest returns the index of the place used nearest in time to now, -1 if there is none.
func (p *Profile) Nearest(now int64) int {
	best, least := -1, int64(math.MaxInt64)
	for i := range p.Places {
		if d := p.Places[i].gap(now); d < least {
			best, least = i, d
		}
	}
	return best
}

// gap returns the microseconds between now and the last use of the place, before or after it.
func (p *Place) gap(now int64) int64 {
	if now < p.Last {
		return p.Last - now
	}
	return now - p.Last
}

// Kilometres returns a lower bound of the distance to a position: great circle less both accuracy radii. It may be negative.
func (p *Place) Kilometres(e *tokenwarden.Geo) float64 {
	return distance(p.lat, p.lon, float32(e.Lat), float32(e.Lon)) - float64(p.radius) - float64(e.Radius)
}

// Hours returns the hours between now and the last use of the place, at least those of a second.
func (p *Place) Hours(now int64) float64 { return max(math.Abs(float64(now-p.Last))/1e6, 1) / 3600 }

// distance returns the great-circle distance in kilometres (haversine, mean radius of the Earth 6371 km; at most 0.6 % off).
func distance(lat1, lon1, lat2, lon2 float32) float64 {
	const rad = math.Pi / 180
	a1, a2 := float64(lat1)*rad, float64(lat2)*rad
	dLat, dLon := a2-a1, (float64(lon2)-float64(lon1))*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a1)*math.Cos(a2)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * 6371 * math.Asin(math.Sqrt(math.Min(1, h)))
}
