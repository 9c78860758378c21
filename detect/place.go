package detect

import (
	"math"

	"github.com/tokenwarden/tokenwarden"
)

// maxPlaces is how many places a profile remembers: enough for home, work, two networks of a phone and a journey.
const maxPlaces = 8

// samePlace is within how many kilometres two positions of one network and country are one place.
const samePlace = 100

// place is somewhere a token was used from. Places are kept by when they were used last, the latest first.
type place struct {
	first, last int64 // Unix microseconds of event time
	count       uint32
	asn         uint32
	lat, lon    float32 // degrees
	radius      uint16  // kilometres, of the position seen first
	country     *string
	city        *string
}

// visit keeps where the event came from, if its position is known.
func (p *profile) visit(x *scene, k *keeper) {
	if x.facts&hasCoordinates == 0 || x.class&placeless != 0 {
		return
	}
	e, i := &x.event.Geo, x.place
	if i < 0 {
		fresh := place{first: x.now, last: x.now, asn: e.ASN, lat: float32(e.Lat), lon: float32(e.Lon), radius: e.Radius,
			country: k.share(e.Country), city: k.share(e.City)}
		if len(p.places) < maxPlaces {
			p.places = append(p.places, fresh)
		} else {
			p.places[maxPlaces-1] = fresh
		}
		i = len(p.places) - 1
	}
	got := &p.places[i]
	got.first, got.last = min(got.first, x.now), max(got.last, x.now)
	if got.count < math.MaxUint32 {
		got.count++
	}
	for ; i > 0 && p.places[i-1].last <= p.places[i].last; i-- {
		p.places[i-1], p.places[i] = p.places[i], p.places[i-1]
	}
}

// placeOf returns which of the known places e is, or -1.
func (p *profile) placeOf(e *tokenwarden.Geo) int {
	for i := range p.places {
		if p.places[i].at(e) {
			return i
		}
	}
	return -1
}

func (p *place) at(e *tokenwarden.Geo) bool {
	if p.asn != e.ASN || *p.country != clip(e.Country) {
		return false
	}
	return p.lat == float32(e.Lat) && p.lon == float32(e.Lon) || distance(p.lat, p.lon, float32(e.Lat), float32(e.Lon)) <= samePlace
}

// distance is the great-circle distance in kilometres (haversine, mean radius of the Earth 6371 km; at most 0.6 % off).
func distance(lat1, lon1, lat2, lon2 float32) float64 {
	const rad = math.Pi / 180
	a1, a2 := float64(lat1)*rad, float64(lat2)*rad
	dLat, dLon := a2-a1, (float64(lon2)-float64(lon1))*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a1)*math.Cos(a2)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * 6371 * math.Asin(math.Sqrt(math.Min(1, h)))
}
