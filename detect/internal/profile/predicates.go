package profile

import (
	"math/bits"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Predicates is a set of statements about an event: the fields it carries, and the answers to the yes-or-no questions rules ask
// most. The set is computed once per event, and prefilters of rules test it.
type Predicates uint64

// Presence: the event carries the field. The order is that of FieldNames.
const (
	HasStatus Predicates = 1 << iota
	HasCountry
	HasASN
	HasCoordinates
	HasClientIP
	HasClient
	HasUserAgent
	HasScheme
	HasTLS
	HasHost
	HasMethod
	HasEndpoint
	HasBytes
	HasOwner
	HasClaims
	HasExpires
	HasScopes
	HasStrength
	HasFamily

	// Answers. A question that a rule may want answered with no has a second bit for it: a prefilter can only ask for bits that
	// are set.
	IsFirst
	NotFirst
	IsAccepted
	NotAccepted
	IsDenied
	NotDenied
	IsUnauthenticated // 401: the server did not know the credential
	NotUnauthenticated
	IsWrite
	NotWrite
	IsUnsigned
	NotUnsigned
	NotJWT
	IsHTTP
	IsHTTPS
	NotExpires
	IsForbidden // 403
	IsNotFound  // 404
	NotTLS12    // the TLS protocol is another one, or not known
	NotTLS13

	InQuery
	InPath
	InReferer
	InHeader
	InCookie
	InUserinfo
	InFragment

	// Added by the profile; see Profile.Lookup. New predicates are in the order of the features.
	NewCountry
	NewASN
	NewClient
	NewHost
	NewEndpoint
	NewAccess
	NewHour
	NewClass
	IsElsewhere // not where the token was used last, as far as is known

	// Added by the user-supplied lists; see Preparer.
	IsWatched
	IsDecoy
	IsRevoked
	IsHosting
	IsAnonymizer
	IsSensitive
	IsBound
)

// FromLists are the predicates of user-supplied lists.
const FromLists = IsWatched | IsDecoy | IsRevoked | IsHosting | IsAnonymizer | IsSensitive | IsBound

// FieldNames are the fields that logs may lack, as rule files and reports spell them.
var FieldNames = [...]string{
	"status", "country", "asn", "coordinates", "client_ip", "client", "user_agent", "scheme", "tls_protocol", "host",
	"method", "endpoint", "bytes", "owner", "claims", "expires", "scopes", "strength", "family",
}

// Presence are the predicates of FieldNames.
const Presence Predicates = 1<<len(FieldNames) - 1

// Newness returns the predicate that the event's value of the feature is new to the profile.
func (f Feature) Newness() Predicates { return NewCountry << (f - FeatureCountry) }

// NewFeature returns the feature that a predicate calls new; ok is false for all other predicates.
func (p Predicates) NewFeature() (f Feature, ok bool) {
	if p < NewCountry || p > NewClass {
		return 0, false
	}
	return FeatureCountry + Feature(bits.TrailingZeros64(uint64(p))-bits.TrailingZeros64(uint64(NewCountry))), true
}

func (p Predicates) when(yes bool, bit Predicates) Predicates {
	if yes {
		return p | bit
	}
	return p
}

func (p Predicates) either(yes bool, then, otherwise Predicates) Predicates {
	if yes {
		return p | then
	}
	return p | otherwise
}

// predicatesOf returns the predicates of the event alone.
func predicatesOf(e *tokenwarden.Event) Predicates {
	var p Predicates
	p = p.when(e.Status != 0, HasStatus).
		when(e.Geo.Country != "", HasCountry).
		when(e.Geo.ASN != 0, HasASN).
		when(e.Geo.Radius != 0, HasCoordinates).
		when(e.ClientIP.IsValid(), HasClientIP).
		when(e.Client != "", HasClient).
		when(e.UserAgent != "", HasUserAgent).
		when(e.Scheme != "", HasScheme).
		when(e.TLSProtocol != "", HasTLS).
		when(e.Host != "", HasHost).
		when(e.Method != "", HasMethod).
		when(e.Endpoint != "", HasEndpoint).
		when(e.Bytes != 0, HasBytes).
		when(e.Owner != "", HasOwner).
		when(e.Strength != tokenwarden.Strength{}, HasStrength).
		when(!e.Family.IsZero(), HasFamily).
		when(e.Scheme == "http", IsHTTP).
		when(e.Scheme == "https", IsHTTPS).
		either(e.Claims.JWT, HasClaims, NotJWT).
		when(e.Status == 403, IsForbidden).
		when(e.Status == 404, IsNotFound).
		when(e.TLSProtocol != "TLSv1.2", NotTLS12).
		when(e.TLSProtocol != "TLSv1.3", NotTLS13).
		when(e.Claims.Expires > 0, HasExpires).
		when(e.Claims.Expires == 0, NotExpires).
		when(e.Claims.HasScopes, HasScopes)
	if e.Location >= tokenwarden.LocationQuery && e.Location <= tokenwarden.LocationFragment {
		p |= InQuery << (e.Location - tokenwarden.LocationQuery)
	}
	return p.either(e.FirstInRequest, IsFirst, NotFirst).
		either(e.Accepted(), IsAccepted, NotAccepted).
		either(e.Denied(), IsDenied, NotDenied).
		either(e.Status == 401, IsUnauthenticated, NotUnauthenticated).
		either(IsWriteMethod(e.Method), IsWrite, NotWrite).
		either(e.Claims.Unsigned, IsUnsigned, NotUnsigned)
}

// IsWriteMethod reports whether the method changes state: RFC 9110, section 9.2.1, defines the safe ones.
func IsWriteMethod(m string) bool {
	switch m {
	case "POST", "PUT", "PATCH", "DELETE":
		return true
	}
	return false
}

// predicatesFrom returns the predicates of the lists, as far as wanted, and the class of the event's network.
func predicatesFrom(set *lists.Set, wanted Predicates, e *tokenwarden.Event) (p Predicates, class lists.NetworkClass) {
	if wanted&(IsWatched|IsDecoy|IsRevoked) != 0 {
		p = p.when(set.Watched(e.Fingerprint) != nil, IsWatched).when(set.Decoy(e.Fingerprint) != nil, IsDecoy)
		if r := set.Revoked(e.Fingerprint); r != nil && !e.Time.Before(r.At) {
			p |= IsRevoked
		}
	}
	if wanted&IsSensitive != 0 {
		p = p.when(set.Sensitive(e.Method, e.Host, e.Endpoint), IsSensitive)
	}
	if wanted&IsBound != 0 {
		p = p.when(set.Bound(e.Fingerprint, e.Family), IsBound)
	}
	if e.ClientIP.IsValid() {
		class = set.Network(e.ClientIP) | set.NetworkOf(e.Geo.ASN)
	}
	if class&lists.Egress == 0 {
		p = p.when(class&lists.Hosting != 0, IsHosting).when(class&lists.Anonymizer != 0, IsAnonymizer)
	}
	return p, class
}
