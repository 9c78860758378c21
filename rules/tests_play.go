package rules

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// MaxTestEvents bounds what one test may play.
const MaxTestEvents = 1_000_000

// Stream is a steady load: Rate requests per second for a time. The first comes at once, and the stream is half-open:
// "10/s for 1s" is ten requests, the last at 0.9 s.
type Stream struct {
	Rate float64
	For  Duration
}

// UnmarshalText reads "10/s for 61s".
func (l *Stream) UnmarshalText(text []byte) error {
	rate, period, ok := strings.Cut(string(text), "/s for ")
	v, err := strconv.ParseFloat(rate, 64)
	if !ok || err != nil || !(v > 0 && v <= MaxTestEvents) {
		return fmt.Errorf("load %q: want RATE/s for TIME, such as 10/s for 61s", text)
	}
	l.Rate = v
	return l.For.UnmarshalText([]byte(period))
}

// Repeat is a number of requests at a distance.
type Repeat struct {
	Times int
	Every Duration
}

// UnmarshalText reads "5 every 1m".
func (r *Repeat) UnmarshalText(text []byte) error {
	times, every, ok := strings.Cut(string(text), " every ")
	v, err := strconv.Atoi(times)
	if !ok || err != nil || v < 1 || v > MaxTestEvents {
		return fmt.Errorf("repeat %q: want TIMES every TIME, such as 5 every 1m", text)
	}
	r.Times = v
	return r.Every.UnmarshalText([]byte(every))
}

// Place is a point on the globe and how far off it may be.
type Place struct {
	Lat, Lon float64 // degrees
	Radius   uint16  // kilometres
}

// UnmarshalText reads "52.52 13.40 20 km"; a radius of 0 km means that the coordinates are unknown.
func (p *Place) UnmarshalText(text []byte) error {
	var unit string
	_, err := fmt.Sscan(string(text), &p.Lat, &p.Lon, &p.Radius, &unit)
	if err != nil || unit != "km" || p.Lat < -90 || p.Lat > 90 || p.Lon < -180 || p.Lon > 180 {
		return fmt.Errorf("place %q: want LATITUDE LONGITUDE RADIUS km, such as 52.52 13.40 20 km", text)
	}
	return nil
}

// Play calls yield with every event of the test in order, until it returns false. The event is yield's only during
// the call.
func (t *Test) Play(yield func(e *tokenwarden.Event) bool) {
	for i, p := range t.schedule() {
		r := p.step.Request.numbered(p.n)
		e := r.event(TestStart.Add(p.at))
		e.Source = tokenwarden.Source{File: "test", Line: int64(i) + 1}
		if !yield(&e) {
			return
		}
	}
}

var tokenName = regexp.MustCompile(`TOKEN\(([^)]*)\)`)

// ListTexts returns the test's lists with the fingerprints of the tokens that they name.
func (t *Test) ListTexts() map[string]string {
	out := make(map[string]string, len(t.Lists))
	for name, text := range t.Lists {
		out[name] = tokenName.ReplaceAllStringFunc(text, func(s string) string {
			return fingerprintOf(tokenName.FindStringSubmatch(s)[1]).String()
		})
	}
	return out
}

// planned is one request of a test and when it is made, since the test began.
type planned struct {
	at   time.Duration
	step *Step
	n    int // of the request within its step
}

// numbered replaces each # in the request's texts by n, in addresses by n modulo 250.
func (r *Request) numbered(n int) Request {
	c := *r
	digits := strconv.Itoa(n)
	for _, text := range []*string{&c.Token, &c.Family, &c.Country, &c.Method, &c.Host, &c.Endpoint, &c.Target, &c.UserAgent, &c.Client, &c.Owner, &c.Param} {
		*text = strings.ReplaceAll(*text, "#", digits)
	}
	c.From = strings.ReplaceAll(c.From, "#", strconv.Itoa(n%250))
	return c
}

func (t *Test) schedule() []planned {
	var all []planned
	var end time.Duration
	for i := range t.Steps {
		s := &t.Steps[i]
		n, every := s.times()
		start := end
		if s.At != nil {
			start = time.Duration(*s.At)
		} else if s.After != nil {
			start += time.Duration(*s.After)
		}
		for k := range n {
			all = append(all, planned{(start + time.Duration(float64(k)*every)).Truncate(time.Microsecond), s, k})
		}
		end = start + time.Duration(float64(n)*every)
	}
	if t.Merge {
		slices.SortStableFunc(all, func(a, b planned) int { return cmp.Compare(a.at, b.at) })
	}
	return all
}

// times returns how many requests the step is and how many nanoseconds lie between them.
func (s *Step) times() (int, float64) {
	switch {
	case s.Load != nil:
		return int(s.Load.Rate*time.Duration(s.Load.For).Seconds() + 1e-9), float64(time.Second) / s.Load.Rate
	case s.Repeat != nil:
		return s.Repeat.Times, float64(s.Repeat.Every)
	}
	return 1, 0
}

func (r *Request) event(at time.Time) tokenwarden.Event {
	e := tokenwarden.Event{
		Time: at, Fingerprint: fingerprintOf(or(r.Token, "token")), TokenKind: r.TokenKind, Confidence: tokenwarden.ConfidenceHigh,
		Location: locationNames[or(r.Location, "header")], Param: or(r.Param, "authorization"), FirstInRequest: r.FirstInRequest == nil || *r.FirstInRequest,
		Geo:    tokenwarden.Geo{Country: r.Country, City: r.City, ASN: r.ASN},
		Method: or(r.Method, "GET"), Host: r.Host, Endpoint: or(r.Endpoint, "/v1/items"),
		Status: r.Status, Bytes: r.Bytes, UserAgent: r.UserAgent, Client: r.Client, Scheme: r.Scheme, TLSProtocol: r.TLS,
		Owner: r.Owner, Scopes: r.Scopes, Strength: tokenwarden.Strength{Length: r.Length, Bits: r.Bits, Sequence: sequenceNames[r.Sequence]},
	}
	if r.Family != "" {
		e.Family = fingerprintOf("family " + r.Family)
	}
	e.Target = or(r.Target, e.Endpoint)
	e.ClientIP, _ = netip.ParseAddr(or(r.From, "192.0.2.1"))
	if r.Place != nil {
		e.Geo.Lat, e.Geo.Lon, e.Geo.Radius = r.Place.Lat, r.Place.Lon, r.Place.Radius
	}
	if r.Claims != nil {
		e.Claims = r.Claims.claims(at)
		e.Claims.HasScopes = r.Scopes != nil
		e.TokenKind = or(e.TokenKind, "jwt")
	}
	return e
}

func (c *RequestClaims) claims(at time.Time) tokenwarden.Claims {
	unix := func(d *Duration) int64 {
		if d == nil {
			return 0
		}
		return at.Add(time.Duration(*d)).Unix()
	}
	return tokenwarden.Claims{
		JWT: true, Alg: or(c.Alg, "RS256"), Unsigned: c.Unsigned, Issuer: c.Issuer, ClientID: c.Client,
		IssuedAt: unix(c.IssuedAt), NotBefore: unix(c.NotBefore), Expires: unix(c.Expires), AuthTime: unix(c.AuthTime),
		ACR: c.ACR, AMR: c.AMR,
	}
}

var sequenceNames = map[string]tokenwarden.Sequence{
	"": tokenwarden.SequenceNone, "near": tokenwarden.SequenceNear, "counter": tokenwarden.SequenceCounter,
}

var locationNames = map[string]tokenwarden.Location{}

func init() {
	for l := tokenwarden.LocationQuery; l <= tokenwarden.LocationFragment; l++ {
		locationNames[l.String()] = l
	}
}

func fingerprintOf(name string) tokenwarden.Fingerprint {
	sum := sha256.Sum256([]byte(name))
	return tokenwarden.Fingerprint(sum[:16])
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
