package detect

import (
	"math/bits"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// facts is what can be said of an event in bits: which fields it carries, and the yes-or-no questions that rules ask
// most. They are computed once per event. A rule whose gate needs a fact that the event lacks is not even looked at:
// a partition remembers, for each combination of facts it has met, which rules remain.
type facts uint64

// Presence: the event carries the field. The order is that of coverNames.
const (
	hasStatus facts = 1 << iota
	hasCountry
	hasASN
	hasCoordinates
	hasClientIP
	hasClient
	hasUserAgent
	hasScheme
	hasTLS
	hasHost
	hasMethod
	hasEndpoint
	hasBytes
	hasOwner
	hasClaims
	hasExpires
	hasScopes
	hasStrength
	hasFamily

	// Answers. Each question that a rule may want answered with no has a second bit for it: a gate can only ask for
	// bits that are set.
	isFirst
	notFirst
	isAccepted
	notAccepted
	isDenied
	notDenied
	isUnauthenticated // 401: the server did not know the credential
	notUnauthenticated
	isWrite
	notWrite
	isUnsigned
	notUnsigned
	notJWT
	isHTTP
	isHTTPS
	notExpires
	isForbidden // 403
	isNotFound  // 404
	notTLS12    // the TLS protocol is another one, or not known
	notTLS13

	inQuery
	inPath
	inReferer
	inHeader
	inCookie
	inUserinfo
	inFragment

	// What the profile says of the event; see look. The order of the first is that of the features.
	newCountry
	newASN
	newClient
	newHost
	newEndpoint
	newAccess
	newHour
	newClass
	isElsewhere // not where the token was used last, as far as can be told

	// What people's lists say; see listed.
	isWatched
	isDecoy
	isRevoked
	isHosting
	isAnonymizer
	isSensitive
	isBound
)

// fromLists are the facts that come from people's lists.
const fromLists = isWatched | isDecoy | isRevoked | isHosting | isAnonymizer | isSensitive | isBound

// listFacts are what reports call these lists, and whether a set has them.
var listFacts = []struct {
	fact facts
	name string
	has  func(c lists.Counts) bool
}{
	{isWatched, "watchlist", func(c lists.Counts) bool { return c.Watchlist > 0 }},
	{isDecoy, "decoys", func(c lists.Counts) bool { return c.Decoys > 0 }},
	{isRevoked, "revoked", func(c lists.Counts) bool { return c.Revoked > 0 }},
	{isHosting, "networks.hosting", func(c lists.Counts) bool { return c.Classes&lists.Hosting != 0 }},
	{isAnonymizer, "networks.vpn", func(c lists.Counts) bool { return c.Classes&lists.Anonymizer != 0 }},
	{isSensitive, "sensitive", func(c lists.Counts) bool { return c.Sensitive > 0 }},
	{isBound, "bindings", func(c lists.Counts) bool { return c.Bindings > 0 }},
}

// missingList returns the name of the list that f needs and set does not have, "" if there is none: where f names
// several, one of them is enough.
func missingList(f facts, set *lists.Set) string {
	name := ""
	for _, l := range listFacts {
		if f&l.fact == 0 {
			continue
		}
		if l.has(set.Counts()) {
			return ""
		}
		name = l.name
	}
	return name
}

// listed returns what the lists say of an event, as far as any of the facts wanted depends on it.
func (x *scene) listed(wanted facts, set *lists.Set) facts {
	var f facts
	e := x.event
	if wanted&(isWatched|isDecoy|isRevoked) != 0 {
		f = f.when(set.Watched(e.Fingerprint) != nil, isWatched).when(set.Decoy(e.Fingerprint) != nil, isDecoy)
		if r := set.Revoked(e.Fingerprint); r != nil && !e.Time.Before(r.At) {
			f |= isRevoked
		}
	}
	if wanted&isSensitive != 0 {
		f = f.when(set.Sensitive(e.Method, e.Host, e.Endpoint), isSensitive)
	}
	if wanted&isBound != 0 {
		f = f.when(set.Bound(e.Fingerprint, e.Family), isBound)
	}
	x.class = 0
	if e.ClientIP.IsValid() {
		x.class = set.Network(e.ClientIP) | set.NetworkOf(e.Geo.ASN)
	}
	if x.class&lists.Egress == 0 {
		f = f.when(x.class&lists.Hosting != 0, isHosting).when(x.class&lists.Anonymizer != 0, isAnonymizer)
	}
	return f
}

// coverNames are the fields that logs may lack, as needs and reports spell them.
var coverNames = [...]string{
	"status", "country", "asn", "coordinates", "client_ip", "client", "user_agent", "scheme", "tls_protocol", "host",
	"method", "endpoint", "bytes", "owner", "claims", "expires", "scopes", "strength", "family",
}

const presence facts = 1<<len(coverNames) - 1

func (f facts) when(yes bool, bit facts) facts {
	if yes {
		return f | bit
	}
	return f
}

func (f facts) either(yes bool, then, otherwise facts) facts {
	if yes {
		return f | then
	}
	return f | otherwise
}

func factsOf(e *tokenwarden.Event) facts {
	var f facts
	f = f.when(e.Status != 0, hasStatus).
		when(e.Geo.Country != "", hasCountry).
		when(e.Geo.ASN != 0, hasASN).
		when(e.Geo.Radius != 0, hasCoordinates).
		when(e.ClientIP.IsValid(), hasClientIP).
		when(e.Client != "", hasClient).
		when(e.UserAgent != "", hasUserAgent).
		when(e.Scheme != "", hasScheme).
		when(e.TLSProtocol != "", hasTLS).
		when(e.Host != "", hasHost).
		when(e.Method != "", hasMethod).
		when(e.Endpoint != "", hasEndpoint).
		when(e.Bytes != 0, hasBytes).
		when(e.Owner != "", hasOwner).
		when(e.Strength != tokenwarden.Strength{}, hasStrength).
		when(!e.Family.IsZero(), hasFamily).
		when(e.Scheme == "http", isHTTP).
		when(e.Scheme == "https", isHTTPS).
		either(e.Claims.JWT, hasClaims, notJWT).
		when(e.Status == 403, isForbidden).
		when(e.Status == 404, isNotFound).
		when(e.TLSProtocol != "TLSv1.2", notTLS12).
		when(e.TLSProtocol != "TLSv1.3", notTLS13).
		when(e.Claims.Expires > 0, hasExpires).
		when(e.Claims.Expires == 0, notExpires).
		when(e.Claims.HasScopes, hasScopes)
	if e.Location >= tokenwarden.LocationQuery && e.Location <= tokenwarden.LocationFragment {
		f |= inQuery << (e.Location - tokenwarden.LocationQuery)
	}
	return f.either(e.FirstInRequest, isFirst, notFirst).
		either(e.Accepted(), isAccepted, notAccepted).
		either(e.Denied(), isDenied, notDenied).
		either(e.Status == 401, isUnauthenticated, notUnauthenticated).
		either(isWriteMethod(e.Method), isWrite, notWrite).
		either(e.Claims.Unsigned, isUnsigned, notUnsigned)
}

// isWriteMethod tells whether the method changes state: RFC 9110, section 9.2.1, defines the safe ones.
func isWriteMethod(m string) bool {
	switch m {
	case "POST", "PUT", "PATCH", "DELETE":
		return true
	}
	return false
}

// gate is what a rule needs of an event before its condition is looked at: of every clause at least one fact.
type gate []facts

func (g gate) admits(f facts) bool {
	for _, clause := range g {
		if f&clause == 0 {
			return false
		}
	}
	return true
}

// need is fields of which an event must carry at least one for a rule to see it.
type need facts

// String joins the names by |.
func (n need) String() string {
	var names []string
	for f := facts(n) & presence; f != 0; f &= f - 1 {
		names = append(names, coverNames[bits.TrailingZeros64(uint64(f))])
	}
	for _, l := range listFacts {
		if facts(n)&l.fact != 0 {
			names = append(names, l.name)
		}
	}
	return strings.Join(names, "|")
}

// parseNeed reads what String prints.
func parseNeed(text string) (need, error) {
	var n need
	for name := range strings.SplitSeq(text, "|") {
		i := indexOf(coverNames[:], name)
		if i < 0 {
			return 0, errUnknown("field", name, coverNames[:])
		}
		n |= 1 << i
	}
	return n, nil
}

func indexOf(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}

func errUnknown(what, name string, known []string) error {
	return &unknownError{what, name, rules.Suggest(name, known)}
}

// unknownError is a name that nobody knows, with the one that was probably meant.
type unknownError struct{ what, name, suggestion string }

func (e *unknownError) Error() string {
	s := "unknown " + e.what + " \"" + e.name + "\""
	if e.suggestion != "" {
		s += ": did you mean \"" + e.suggestion + "\"?"
	}
	return s
}
