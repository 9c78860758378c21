package detect

import (
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// scene is what a condition sees: an event and the past of its subject before it.
type scene struct {
	event *tokenwarden.Event
	prof  *profile
	now   int64 // event.Time in Unix microseconds
	facts facts

	keeper  *keeper // the partition's
	lists   *lists.Set
	classes bool               // the lists tell networks apart
	class   lists.NetworkClass // of the client's network, as far as the lists know it
	rule    *rule              // at hand
	said    *verdict           // of its judge, for severity_when
	ahead   *ahead
	at      [features]int // where in the profile's values the event's stand, or one of:
	place   int           // which of the profile's places the event's is, -1 if none
	item    string        // what # stands for inside any, all and none
}

const (
	noValue  = -1 // the log does not tell
	newValue = -2 // the profile does not know it
)

// look finds what the profile knows of the event, once for all rules and for learning.
func (x *scene) look() {
	keys, vs := &x.ahead.keys, &x.prof.values
	for f := featureCountry; f < features; f++ {
		if keys[f] == 0 {
			x.at[f] = noValue
			continue
		}
		x.at[f] = vs.find(f, keys[f])
		if x.at[f] < 0 {
			x.at[f] = newValue
			x.facts |= newCountry << (f - featureCountry)
		}
	}
	x.place = -1
	if x.facts&hasCoordinates != 0 {
		x.place = x.prof.placeOf(&x.event.Geo)
		if ps := x.prof.places; len(ps) > 0 && (x.place != 0 || x.now < ps[0].last) {
			x.facts |= isElsewhere
		}
	}
}

// variable is one name that conditions may use. Exactly one of the getters is set. Times are Unix seconds, durations
// seconds, sizes bytes; a time, text or number that is not known is 0 or "".
type variable struct {
	name string
	doc  string
	text func(x *scene) string
	num  func(x *scene) float64
	flag func(x *scene) bool
	list func(x *scene) []string
	need facts // the log field that it is read from; 0: always there
	yes  facts // flags: the fact that is the same question, and
	no   facts // the one for its opposite
}

// variables is every name there is; rules/README.md lists them for those who write rules.
var variables = []variable{
	{name: "event.time", doc: "when the request was made", num: func(x *scene) float64 { return float64(floorSecond(x.now)) }},
	{name: "event.hour", doc: "hour of the day, 0 to 23, UTC", num: func(x *scene) float64 { return float64(floorSecond(x.now) / 3600 % 24) }},
	{name: "event.age", doc: "seconds since the token was issued (iat)", need: hasClaims, num: tokenAge},
	{name: "event.token_kind", doc: "jwt, github_pat, session, ...", text: func(x *scene) string { return x.event.TokenKind }},
	{name: "event.confidence", doc: "low, medium or high", text: func(x *scene) string { return x.event.Confidence.String() }},
	{name: "event.location", doc: "query, path, referer, header, cookie, userinfo or fragment", text: func(x *scene) string { return x.event.Location.String() }},
	{name: "event.param", doc: "parameter, header or cookie name, lower case", text: func(x *scene) string { return x.event.Param }},
	{name: "event.first_in_request", doc: "the first place of the request where this token stands", flag: func(x *scene) bool { return x.event.FirstInRequest }, yes: isFirst, no: notFirst},
	{name: "event.country", doc: "ISO 3166-1 alpha-2", need: hasCountry, text: func(x *scene) string { return x.event.Geo.Country }},
	{name: "event.city", doc: "English name", need: hasCountry, text: func(x *scene) string { return x.event.Geo.City }},
	{name: "event.asn", doc: "autonomous system number", need: hasASN, num: func(x *scene) float64 { return float64(x.event.Geo.ASN) }},
	{name: "event.as_org", doc: "name of the autonomous system", need: hasASN, text: func(x *scene) string { return x.event.Geo.ASOrg }},
	{name: "event.method", doc: "GET, POST, ...", need: hasMethod, text: func(x *scene) string { return x.event.Method }},
	{name: "event.write", doc: "POST, PUT, PATCH or DELETE", need: hasMethod, flag: func(x *scene) bool { return isWriteMethod(x.event.Method) }, yes: isWrite, no: notWrite},
	{name: "event.host", doc: "as logged", need: hasHost, text: func(x *scene) string { return x.event.Host }},
	{name: "event.endpoint", doc: "path with ids replaced: /v1/orders/{id}", need: hasEndpoint, text: func(x *scene) string { return x.event.Endpoint }},
	{name: "event.target", doc: "redacted request target", need: hasEndpoint, text: func(x *scene) string { return x.event.Target }},
	{name: "event.path", doc: "redacted request target up to the ?", need: hasEndpoint, text: func(x *scene) string { return pathOf(x.event) }},
	{name: "event.query", doc: "redacted request target after the ?", need: hasEndpoint, text: queryOf},
	{name: "event.client_ip", doc: "client address; see within", need: hasClientIP, text: clientAddress},
	{name: "event.status", doc: "HTTP status", need: hasStatus, num: func(x *scene) float64 { return float64(x.event.Status) }},
	{name: "event.accepted", doc: "status 2xx", need: hasStatus, flag: func(x *scene) bool { return x.event.Accepted() }, yes: isAccepted, no: notAccepted},
	{name: "event.denied", doc: "status 401 or 403", need: hasStatus, flag: func(x *scene) bool { return x.event.Denied() }, yes: isDenied, no: notDenied},
	{name: "event.bytes", doc: "response bytes", need: hasBytes, num: func(x *scene) float64 { return float64(x.event.Bytes) }},
	{name: "event.user_agent", doc: "as logged, redacted", need: hasUserAgent, text: func(x *scene) string { return x.event.UserAgent }},
	{name: "event.client", doc: "client family without version: curl, Chrome", need: hasClient, text: func(x *scene) string { return x.event.Client }},
	{name: "event.scheme", doc: "http or https", need: hasScheme, text: func(x *scene) string { return x.event.Scheme }},
	{name: "event.tls_protocol", doc: "TLSv1.3 as logged", need: hasTLS, text: func(x *scene) string { return x.event.TLSProtocol }},
	{name: "event.owner", doc: "user that the log or the token names", need: hasOwner, text: func(x *scene) string { return x.event.Owner }},
	{name: "event.scopes", doc: "scopes that the token says it has", need: hasScopes, list: func(x *scene) []string { return x.event.Scopes }},

	{name: "event.claims.jwt", doc: "the token is a JWT that could be read", need: hasClaims, flag: func(x *scene) bool { return x.event.Claims.JWT }, yes: hasClaims, no: notJWT},
	{name: "event.claims.alg", doc: "as written in the header", need: hasClaims, text: func(x *scene) string { return x.event.Claims.Alg }},
	{name: "event.claims.unsigned", doc: "alg none in any case, or no signature", need: hasClaims, flag: func(x *scene) bool { return x.event.Claims.Unsigned }, yes: isUnsigned, no: notUnsigned},
	{name: "event.claims.issuer", doc: "iss", need: hasClaims, text: func(x *scene) string { return x.event.Claims.Issuer }},
	{name: "event.claims.client", doc: "azp or client_id", need: hasClaims, text: func(x *scene) string { return x.event.Claims.ClientID }},
	{name: "event.claims.issued_at", doc: "iat", need: hasClaims, num: func(x *scene) float64 { return float64(x.event.Claims.IssuedAt) }},
	{name: "event.claims.not_before", doc: "nbf", need: hasClaims, num: func(x *scene) float64 { return float64(x.event.Claims.NotBefore) }},
	{name: "event.claims.expires", doc: "exp", need: hasClaims, num: func(x *scene) float64 { return float64(x.event.Claims.Expires) }},
	{name: "event.claims.lifetime", doc: "exp - iat in seconds, 0 if either is not known", need: hasClaims, num: lifetime},
	{name: "event.claims.auth_time", doc: "auth_time", need: hasClaims, num: func(x *scene) float64 { return float64(x.event.Claims.AuthTime) }},
	{name: "event.claims.acr", doc: "acr", need: hasClaims, text: func(x *scene) string { return x.event.Claims.ACR }},
	{name: "event.claims.amr", doc: "amr: how the user was authenticated", need: hasClaims, list: func(x *scene) []string { return x.event.Claims.AMR }},
	{name: "event.claims.has_scopes", doc: "scope, scp or roles is present, even if empty", need: hasScopes, flag: func(x *scene) bool { return x.event.Claims.HasScopes }},

	{name: "event.strength.length", doc: "characters of the token", need: hasStrength, num: func(x *scene) float64 { return float64(x.event.Strength.Length) }},
	{name: "event.strength.bits", doc: "estimated entropy of the token, 0 if not measured", need: hasStrength, num: func(x *scene) float64 { return x.event.Strength.Bits }},

	{name: "event.strength.sequence", doc: "counter or near where the token goes on from another one, else empty", need: hasStrength, text: func(x *scene) string { return x.event.Strength.Sequence.String() }},
	{name: "event.speed", doc: "km/h at least needed from where the token was used nearest in time; 0 if not known", need: hasCoordinates, num: speedNeeded},

	{name: "event.watched", doc: "on the watchlist: known to have leaked", need: isWatched, flag: has(isWatched), yes: isWatched},
	{name: "event.decoy", doc: "on the list of decoys", need: isDecoy, flag: has(isDecoy), yes: isDecoy},
	{name: "event.revoked", doc: "on the revocation list, and not before it was revoked", need: isRevoked, flag: has(isRevoked), yes: isRevoked},
	{name: "event.hosting", doc: "from a hosting network", need: isHosting, flag: has(isHosting), yes: isHosting},
	{name: "event.anonymizer", doc: "from a VPN, Tor or proxy network", need: isAnonymizer, flag: has(isAnonymizer), yes: isAnonymizer},
	{name: "event.sensitive", doc: "endpoint of the sensitive list", need: isSensitive, flag: has(isSensitive), yes: isSensitive},
	{name: "event.network_class", doc: "kinds of the client's network by the lists: hosting, vpn, ...", text: func(x *scene) string { return x.class.String() }},
	{name: "event.listed", doc: "what the watchlist, decoy or revocation list says of the token", text: listedText},

	{name: "profile.requests", doc: "requests of the subject before this one", num: func(x *scene) float64 { return float64(x.prof.requests) }},
	{name: "profile.errors", doc: "of them, with status 400 and above", num: func(x *scene) float64 { return float64(x.prof.errors) }},
	{name: "profile.bytes", doc: "response bytes of the subject before this request", num: func(x *scene) float64 { return float64(x.prof.bytes) }},
	{name: "profile.age", doc: "seconds since the subject was first seen", num: func(x *scene) float64 { return x.prof.since(x.now, x.prof.first) }},
	{name: "profile.idle", doc: "seconds since the subject was last seen", num: func(x *scene) float64 { return x.prof.since(x.now, x.prof.last) }},
	{name: "profile.networks", doc: "distinct client networks (/24, /64)", num: func(x *scene) float64 { return float64(x.prof.networks.count()) }},
	{name: "profile.knows_country", doc: "the token was in this country before", flag: knows(featureCountry)},
	{name: "profile.knows_asn", doc: "the token was in this network before", flag: knows(featureASN)},
	{name: "profile.knows_client", doc: "the token was used by this client before", flag: knows(featureClient)},
	{name: "profile.knows_host", doc: "the token was used at this host before", flag: knows(featureHost)},
	{name: "profile.knows_endpoint", doc: "the token was used at this endpoint before", flag: knows(featureEndpoint)},
	{name: "profile.knows_network", doc: "the token was in this client network (/24, /64) before", need: hasClientIP, flag: knowsNetwork},
	{name: "profile.endpoints", doc: "distinct endpoints", num: func(x *scene) float64 { return float64(x.prof.endpoints.count()) }},

	{name: "rule.since", doc: "seconds since the condition under remember last held for the subject, 0 if it never did", num: func(x *scene) float64 { return x.prof.sinceMark(x.rule, x.now) }},
	{name: "hit.measure", doc: "severity_when alone: the count, speed or time that the rule compares", num: func(x *scene) float64 { return x.said.measure }},
	{name: "hit.ratio", doc: "severity_when alone: how many times what was learned", num: func(x *scene) float64 { return x.said.ratio }},
	{name: "hit.reached", doc: "severity_when alone: how many fields of count reached theirs", num: func(x *scene) float64 { return x.said.reached }},
}

func has(f facts) func(x *scene) bool { return func(x *scene) bool { return x.facts&f != 0 } }

// knowsNetwork is false only where it is certain that the network is new.
func knowsNetwork(x *scene) bool {
	if !x.event.ClientIP.IsValid() {
		return true
	}
	s, h := x.prof.networks, x.ahead.network
	_, found := slices.BinarySearch(s, h)
	return found || len(s) == sketchSize && h > s[sketchSize-1]
}

func listedText(x *scene) string {
	for _, e := range []*lists.Entry{x.lists.Watched(x.event.Fingerprint), x.lists.Decoy(x.event.Fingerprint), x.lists.Revoked(x.event.Fingerprint)} {
		if e != nil {
			return clip(e.Source + ": " + e.Reason)
		}
	}
	return ""
}

// floorSecond turns microseconds into whole seconds, as the claims of a JWT count.
func floorSecond(us int64) int64 {
	s := us / 1e6
	if us%1e6 < 0 {
		s--
	}
	return s
}

func tokenAge(x *scene) float64 {
	if x.event.Claims.IssuedAt == 0 {
		return 0
	}
	return float64(floorSecond(x.now) - x.event.Claims.IssuedAt)
}

func lifetime(x *scene) float64 {
	c := &x.event.Claims
	if c.IssuedAt == 0 || c.Expires == 0 {
		return 0
	}
	return float64(c.Expires - c.IssuedAt)
}

// knows asks whether the profile has the event's value of a feature. A value that the log does not tell is no news.
func knows(f feature) func(x *scene) bool {
	return func(x *scene) bool { return x.at[f] != newValue }
}

// Variable describes one name that conditions may use.
type Variable struct{ Name, Type, Doc string }

// Variables lists them all, in the order of the documentation.
func Variables() []Variable {
	out := make([]Variable, len(variables))
	for i := range variables {
		v := &variables[i]
		out[i] = Variable{v.name, v.kind().String(), v.doc}
	}
	return out
}

func (v *variable) kind() valueKind {
	switch {
	case v.text != nil:
		return kindText
	case v.num != nil:
		return kindNumber
	case v.list != nil:
		return kindList
	}
	return kindFlag
}

func findVariable(name string) *variable {
	for i := range variables {
		if variables[i].name == name {
			return &variables[i]
		}
	}
	return nil
}

func variableNames() []string {
	names := make([]string, len(variables))
	for i := range variables {
		names[i] = variables[i].name
	}
	return names
}

func utc(us int64) time.Time { return time.UnixMicro(us).UTC() }
