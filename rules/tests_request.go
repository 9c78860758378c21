package rules

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// Request holds the fields of a test's event. README.md lists their defaults. A # in a text stands for the number of the
// request within its step.
type Request struct {
	Token          string         `yaml:"token"` // any name; another name is another token
	TokenKind      string         `yaml:"token_kind"`
	Identity       string         `yaml:"identity"` // token, edge or foreign
	From           string         `yaml:"from"`     // client address
	Country        string         `yaml:"country"`
	City           string         `yaml:"city"`
	ASN            uint32         `yaml:"asn"`
	Place          *Position      `yaml:"place"` // "52.52 13.40 20 km": latitude, longitude, accuracy radius
	Method         string         `yaml:"method"`
	Host           string         `yaml:"host"`
	Service        string         `yaml:"service"`
	Environment    string         `yaml:"environment"`
	Endpoint       string         `yaml:"endpoint"`
	Target         string         `yaml:"target"`
	Status         int            `yaml:"status"`
	Bytes          int64          `yaml:"bytes"`
	UserAgent      string         `yaml:"user_agent"`
	Client         string         `yaml:"client"`
	Scheme         string         `yaml:"scheme"`
	TLS            string         `yaml:"tls_protocol"`
	Location       string         `yaml:"location"`
	Param          string         `yaml:"param"`
	Owner          string         `yaml:"owner"`
	FirstInRequest *bool          `yaml:"first_in_request"` // false: the same token a second time in the request before
	Bits           float64        `yaml:"bits"`             // strength of the token
	Length         int            `yaml:"length"`
	Sequence       string         `yaml:"sequence"` // near or counter: the token continues another one
	Family         string         `yaml:"family"`   // any name
	Scopes         []string       `yaml:"scopes"`
	Claims         *RequestClaims `yaml:"claims"` // set: the token is a JWT
}

// RequestClaims holds the claims of a JWT. Times count from the request: "expires: -61s" expired 61 seconds before it.
type RequestClaims struct {
	Alg       string    `yaml:"alg"`
	Unsigned  bool      `yaml:"unsigned"`
	Issuer    string    `yaml:"issuer"`
	Client    string    `yaml:"client"`
	IssuedAt  *Duration `yaml:"issued_at"`
	NotBefore *Duration `yaml:"not_before"`
	Expires   *Duration `yaml:"expires"`
	AuthTime  *Duration `yaml:"auth_time"`
	ACR       string    `yaml:"acr"`
	AMR       []string  `yaml:"amr"`
}

// Position is a point on the globe with its accuracy.
type Position struct {
	Lat, Lon float64 // degrees
	Radius   uint16  // kilometres
}

// UnmarshalText parses "52.52 13.40 20 km"; a radius of 0 km means unknown coordinates.
func (p *Position) UnmarshalText(text []byte) error {
	var unit string
	_, err := fmt.Sscan(string(text), &p.Lat, &p.Lon, &p.Radius, &unit)
	if err != nil || unit != "km" || p.Lat < -90 || p.Lat > 90 || p.Lon < -180 || p.Lon > 180 {
		return fmt.Errorf("place %q: want LATITUDE LONGITUDE RADIUS km, such as 52.52 13.40 20 km", text)
	}
	return nil
}

// clone returns a deep copy.
func (r Request) clone() Request {
	r.Place, r.FirstInRequest, r.Claims = copied(r.Place), copied(r.FirstInRequest), copied(r.Claims)
	if c := r.Claims; c != nil {
		c.IssuedAt, c.NotBefore, c.Expires, c.AuthTime = copied(c.IssuedAt), copied(c.NotBefore), copied(c.Expires), copied(c.AuthTime)
	}
	return r
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// numbered returns a copy with each # in texts replaced by n, in the address by n modulo 250.
func (r *Request) numbered(n int) Request {
	c := *r
	digits := strconv.Itoa(n)
	texts := []*string{
		&c.Token, &c.Family, &c.Country, &c.Method, &c.Host, &c.Service, &c.Environment, &c.Endpoint, &c.Target,
		&c.UserAgent, &c.Client, &c.Owner, &c.Param,
	}
	for _, text := range texts {
		*text = strings.ReplaceAll(*text, "#", digits)
	}
	c.From = strings.ReplaceAll(c.From, "#", strconv.Itoa(n%250))
	return c
}

// event returns the event of a request made at that time.
func (r *Request) event(at time.Time) tokenwarden.Event {
	identity, _ := tokenwarden.ParseIdentity(or(r.Identity, tokenwarden.IdentityToken.String())) // checked
	e := tokenwarden.Event{
		Time: at, Fingerprint: fingerprintOf(or(r.Token, "token")), Identity: identity,
		TokenKind: r.TokenKind, Confidence: tokenwarden.ConfidenceHigh,
		Location: locationNames[or(r.Location, "header")], Param: or(r.Param, "authorization"),
		FirstInRequest: r.FirstInRequest == nil || *r.FirstInRequest,
		Geo:            tokenwarden.Geo{Country: r.Country, City: r.City, ASN: r.ASN},
		Method:         or(r.Method, "GET"), Host: r.Host, Endpoint: or(r.Endpoint, "/v1/items"),
		Status: r.Status, Bytes: r.Bytes, UserAgent: r.UserAgent, Client: r.Client, Scheme: r.Scheme, TLSProtocol: r.TLS,
		Service: r.Service, Environment: r.Environment,
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
