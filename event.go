package tokenwarden

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Location is the part of a request that held a credential.
type Location uint8

// The locations. The numbers are part of the usage format: never reuse one.
const (
	LocationQuery    Location = 1 // query parameter, matrix parameter included
	LocationPath     Location = 2 // path segment
	LocationReferer  Location = 3 // anywhere in the Referer
	LocationHeader   Location = 4 // a request header the log carries, the user agent included
	LocationCookie   Location = 5 // a cookie
	LocationUserinfo Location = 6 // user:password@ of a URL, HTTP Basic, or the log's user field
	LocationFragment Location = 7 // after the # of a URL
)

var locations = [...]string{
	LocationQuery: "query", LocationPath: "path", LocationReferer: "referer", LocationHeader: "header",
	LocationCookie: "cookie", LocationUserinfo: "userinfo", LocationFragment: "fragment",
}

// String returns the location's name as outputs spell it.
func (l Location) String() string {
	if int(l) < len(locations) {
		return locations[l]
	}
	return ""
}

// MarshalText returns the text of String.
func (l Location) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// InURL reports whether the credential stood in the request target, which logs, histories and proxies keep.
func (l Location) InURL() bool {
	return l == LocationQuery || l == LocationPath || l == LocationUserinfo || l == LocationFragment
}

// Confidence grades the evidence for a finding.
type Confidence uint8

// The grades of confidence.
const (
	ConfidenceLow    Confidence = 1 // the shape alone speaks for a credential
	ConfidenceMedium Confidence = 2 // the name, or the shape and the place
	ConfidenceHigh   Confidence = 3 // a provider's format, a JWT, or name and shape together
)

// String returns low, medium or high.
func (c Confidence) String() string {
	switch c {
	case ConfidenceLow:
		return "low"
	case ConfidenceMedium:
		return "medium"
	case ConfidenceHigh:
		return "high"
	}
	return ""
}

// MarshalText returns the text of String.
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Geo is the position and network of an address by GeoIP databases. The zero value means "unknown".
type Geo struct {
	Country  string  // ISO 3166-1 alpha-2
	City     string  // English name
	ASN      uint32  // autonomous system number
	ASOrg    string  // its name
	Lat, Lon float64 // degrees; meaningful when Radius > 0
	Radius   uint16  // accuracy radius in kilometres; 0 means the coordinates are unknown
}

// Claims are header and claims of a JWT (RFC 7519). They are read, never verified. Times are Unix seconds, 0 if
// absent. The zero value means "not a JWT".
type Claims struct {
	JWT       bool   // the token is a JWT whose header and claims could be read
	Alg       string // header alg, as written
	Unsigned  bool   // alg is none, in any case, or the signature is empty
	Issuer    string // iss
	ClientID  string // azp or client_id
	IssuedAt  int64  // iat
	NotBefore int64  // nbf
	Expires   int64  // exp
	AuthTime  int64  // auth_time (OpenID Connect Core)
	ACR       string // acr
	AMR       []string
	HasScopes bool // scope, scp or roles is present, even if empty
}

// Strength holds measures of a token, taken before it is hashed.
type Strength struct {
	Length   int      // characters
	Bits     float64  // estimated entropy of the whole token in bits; 0 if not measured
	Sequence Sequence // relation to tokens seen before it
}

// Sequence is the relation of a token to another one that was seen shortly before.
type Sequence uint8

// The grades of Sequence. The numbers are part of the usage format: never reuse one.
const (
	SequenceNone    Sequence = 0 // nothing like it was seen
	SequenceNear    Sequence = 1 // it differs from another one in a few characters at one place
	SequenceCounter Sequence = 2 // it differs by a small step of a counter
)

// String returns "", near or counter.
func (s Sequence) String() string {
	switch s {
	case SequenceNear:
		return "near"
	case SequenceCounter:
		return "counter"
	}
	return ""
}

// Source is the position of an event in the input. A Kafka source has a Topic; a file has a File and a Line.
type Source struct {
	Topic     string
	Partition int32
	Epoch     uint32 // life of the topic: rises when it is deleted and created again; 0 means unchanged
	Offset    int64
	File      string
	Line      int64 // 1-based; for Kafka the line within a message of several lines, 0 for the first
}

// String prints topic/partition/offset or file:line.
func (s Source) String() string {
	if s.Topic != "" {
		if s.Line > 0 {
			return fmt.Sprintf("%s/%d/%d#%d", s.Topic, s.Partition, s.Offset, s.Line)
		}
		return fmt.Sprintf("%s/%d/%d", s.Topic, s.Partition, s.Offset)
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}

// MarshalText returns the text of String.
func (s Source) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Event is one credential seen in one request. Everything in it is redacted.
//
// The strings may point into a buffer of the event's maker and are valid only until its next call: Clone an event that lives
// longer.
type Event struct {
	Time           time.Time // UTC, as the log says
	Fingerprint    Fingerprint
	KeyID          KeyID
	Identity       Identity    // what the fingerprint was made of
	PairedWith     Fingerprint // of an identity that is no token: the token that the same request shows; zero if none
	Family         Fingerprint // of (iss, sub, client); zero if the token does not say
	TokenKind      string      // "jwt", "github_pat", "session", ...; of a foreign identity its system and field: "kong_consumer"
	Confidence     Confidence
	Location       Location
	Param          string // parameter, header or cookie name, lower case; for a path its endpoint position
	FirstInRequest bool   // the first event of this fingerprint in its request: a request counts once per token
	ClientIP       netip.Addr
	Geo            Geo
	Method         string
	Host           string
	Service        string // that the request was for; "" if neither the log nor the configuration says
	Environment    string // of the service: "production"; "" likewise
	Endpoint       string // path with ids replaced: /v1/orders/{id}
	Target         string // redacted request target, at most MaxTarget bytes
	Status         int    // HTTP status, 0 if the log has none
	Bytes          int64  // response bytes, 0 if the log has none
	UserAgent      string // as logged, redacted
	Client         string // client family: "curl", "Chrome", "Go-http-client", without version
	Scheme         string // "http", "https" or "" when the log does not say
	TLSProtocol    string // "TLSv1.3" as logged, "" when the log does not say
	Owner          string // user the log or the token names; "" if none
	Scopes         []string
	Claims         Claims
	Strength       Strength
	Source         Source
}

// MaxTarget bounds the bytes of a redacted request target in an event.
const MaxTarget = 512

// Accepted reports whether the server answered with a status of 2xx.
func (e *Event) Accepted() bool { return e.Status >= 200 && e.Status < 300 }

// Denied reports whether the server refused the credential: 401 or 403.
func (e *Event) Denied() bool { return e.Status == 401 || e.Status == 403 }

// Clone returns an event that owns all its strings.
func (e *Event) Clone() Event {
	c := *e
	for _, s := range []*string{
		&c.TokenKind, &c.Param, &c.Geo.Country, &c.Geo.City, &c.Geo.ASOrg, &c.Method, &c.Host, &c.Service,
		&c.Environment, &c.Endpoint, &c.Target, &c.UserAgent, &c.Client, &c.Scheme, &c.TLSProtocol, &c.Owner, &c.Claims.Alg, &c.Claims.Issuer,
		&c.Claims.ClientID, &c.Claims.ACR, &c.Source.Topic, &c.Source.File,
	} {
		*s = strings.Clone(*s)
	}
	c.Scopes = cloneStrings(e.Scopes)
	c.Claims.AMR = cloneStrings(e.Claims.AMR)
	return c
}

func cloneStrings(in []string) []string {
	if in == nil {
		return nil
	}
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = strings.Clone(s)
	}
	return out
}
