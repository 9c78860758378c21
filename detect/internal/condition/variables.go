package condition

import (
	"fmt"
	"strings"

	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// variable is a name in conditions. Exactly one of the getters is set. Times are Unix seconds, durations seconds, sizes bytes;
// an unknown time, text or number is 0 or "".
type variable struct {
	name     string
	doc      string
	text     TextFunc
	num      NumberFunc
	flag     FlagFunc
	list     ListFunc
	requires profile.Predicates // the log field or list it is read from; 0: always present
	yes      profile.Predicates // of flags: the equivalent predicate, and
	no       profile.Predicates // the one of its opposite
}

// variables lists all names; rules/README.md is generated from the list.
var variables = []variable{
	{name: "event.time", doc: "when the request was made",
		num: func(x *Env) float64 { return float64(window.FloorSecond(x.Event.Now)) }},
	{name: "event.hour", doc: "hour of the day, 0 to 23, UTC",
		num: func(x *Env) float64 { return float64(window.FloorSecond(x.Event.Now) / 3600 % 24) }},
	{name: "event.age", doc: "seconds since the token was issued (iat)", requires: profile.HasClaims, num: tokenAge},
	{name: "event.token_kind", doc: "jwt, github_pat, session, ...",
		text: func(x *Env) string { return x.Event.TokenKind }},
	{name: "event.identity", doc: "token, edge or foreign: what the fingerprint was made of",
		text: func(x *Env) string { return x.Event.Identity.String() }},
	{name: "event.confidence", doc: "low, medium or high",
		text: func(x *Env) string { return x.Event.Confidence.String() }},
	{name: "event.location", doc: "query, path, referer, header, cookie, userinfo or fragment",
		text: func(x *Env) string { return x.Event.Location.String() }},
	{name: "event.param", doc: "parameter, header or cookie name, lower case",
		text: func(x *Env) string { return x.Event.Param }},
	{name: "event.first_in_request", doc: "the first place of the request where this token stands",
		flag: func(x *Env) bool { return x.Event.FirstInRequest }, yes: profile.IsFirst, no: profile.NotFirst},
	{name: "event.country", doc: "ISO 3166-1 alpha-2", requires: profile.HasCountry,
		text: func(x *Env) string { return x.Event.Geo.Country }},
	{name: "event.city", doc: "English name", requires: profile.HasCountry,
		text: func(x *Env) string { return x.Event.Geo.City }},
	{name: "event.asn", doc: "autonomous system number", requires: profile.HasASN,
		num: func(x *Env) float64 { return float64(x.Event.Geo.ASN) }},
	{name: "event.as_org", doc: "name of the autonomous system", requires: profile.HasASN,
		text: func(x *Env) string { return x.Event.Geo.ASOrg }},
	{name: "event.method", doc: "GET, POST, ...", requires: profile.HasMethod,
		text: func(x *Env) string { return x.Event.Method }},
	{name: "event.write", doc: "POST, PUT, PATCH or DELETE", requires: profile.HasMethod,
		flag: func(x *Env) bool { return profile.IsWriteMethod(x.Event.Method) }, yes: profile.IsWrite, no: profile.NotWrite},
	{name: "event.host", doc: "as logged", requires: profile.HasHost, text: func(x *Env) string { return x.Event.Host }},
	{name: "event.service", doc: "that the request was for, as the log or the configuration says",
		text: func(x *Env) string { return x.Event.Event.Service }},
	{name: "event.environment", doc: "of the service, likewise",
		text: func(x *Env) string { return x.Event.Environment }},
	{name: "event.endpoint", doc: "path with ids replaced: /v1/orders/{id}", requires: profile.HasEndpoint,
		text: func(x *Env) string { return x.Event.Endpoint }},
	{name: "event.target", doc: "redacted request target", requires: profile.HasEndpoint,
		text: func(x *Env) string { return x.Event.Target }},
	{name: "event.path", doc: "redacted request target up to the ?", requires: profile.HasEndpoint,
		text: func(x *Env) string { return profile.Path(x.Event.Event) }},
	{name: "event.query", doc: "redacted request target after the ?", requires: profile.HasEndpoint, text: query},
	{name: "event.client_ip", doc: "client address; see within", requires: profile.HasClientIP, text: clientAddress},
	{name: "event.status", doc: "HTTP status", requires: profile.HasStatus,
		num: func(x *Env) float64 { return float64(x.Event.Status) }},
	{name: "event.accepted", doc: "status 2xx", requires: profile.HasStatus,
		flag: func(x *Env) bool { return x.Event.Accepted() }, yes: profile.IsAccepted, no: profile.NotAccepted},
	{name: "event.denied", doc: "status 401 or 403", requires: profile.HasStatus,
		flag: func(x *Env) bool { return x.Event.Denied() }, yes: profile.IsDenied, no: profile.NotDenied},
	{name: "event.bytes", doc: "response bytes", requires: profile.HasBytes,
		num: func(x *Env) float64 { return float64(x.Event.Bytes) }},
	{name: "event.user_agent", doc: "as logged, redacted", requires: profile.HasUserAgent,
		text: func(x *Env) string { return x.Event.UserAgent }},
	{name: "event.client", doc: "client family without version: curl, Chrome", requires: profile.HasClient,
		text: func(x *Env) string { return x.Event.Client }},
	{name: "event.scheme", doc: "http or https", requires: profile.HasScheme,
		text: func(x *Env) string { return x.Event.Scheme }},
	{name: "event.tls_protocol", doc: "TLSv1.3 as logged", requires: profile.HasTLS,
		text: func(x *Env) string { return x.Event.TLSProtocol }},
	{name: "event.owner", doc: "user that the log or the token names", requires: profile.HasOwner,
		text: func(x *Env) string { return x.Event.Owner }},
	{name: "event.scopes", doc: "scopes that the token says it has", requires: profile.HasScopes,
		list: func(x *Env) []string { return x.Event.Scopes }},

	{name: "event.claims.jwt", doc: "the token is a JWT that could be read", requires: profile.HasClaims,
		flag: func(x *Env) bool { return x.Event.Claims.JWT }, yes: profile.HasClaims, no: profile.NotJWT},
	{name: "event.claims.alg", doc: "as written in the header", requires: profile.HasClaims,
		text: func(x *Env) string { return x.Event.Claims.Alg }},
	{name: "event.claims.unsigned", doc: "alg none in any case, or no signature", requires: profile.HasClaims,
		flag: func(x *Env) bool { return x.Event.Claims.Unsigned }, yes: profile.IsUnsigned, no: profile.NotUnsigned},
	{name: "event.claims.issuer", doc: "iss", requires: profile.HasClaims,
		text: func(x *Env) string { return x.Event.Claims.Issuer }},
	{name: "event.claims.client", doc: "azp or client_id", requires: profile.HasClaims,
		text: func(x *Env) string { return x.Event.Claims.ClientID }},
	{name: "event.claims.issued_at", doc: "iat", requires: profile.HasClaims,
		num: func(x *Env) float64 { return float64(x.Event.Claims.IssuedAt) }},
	{name: "event.claims.not_before", doc: "nbf", requires: profile.HasClaims,
		num: func(x *Env) float64 { return float64(x.Event.Claims.NotBefore) }},
	{name: "event.claims.expires", doc: "exp", requires: profile.HasClaims,
		num: func(x *Env) float64 { return float64(x.Event.Claims.Expires) }},
	{name: "event.claims.lifetime", doc: "exp - iat in seconds, 0 if either is not known", requires: profile.HasClaims,
		num: lifetime},
	{name: "event.claims.auth_time", doc: "auth_time", requires: profile.HasClaims,
		num: func(x *Env) float64 { return float64(x.Event.Claims.AuthTime) }},
	{name: "event.claims.acr", doc: "acr", requires: profile.HasClaims,
		text: func(x *Env) string { return x.Event.Claims.ACR }},
	{name: "event.claims.amr", doc: "amr: how the user was authenticated", requires: profile.HasClaims,
		list: func(x *Env) []string { return x.Event.Claims.AMR }},
	{name: "event.claims.has_scopes", doc: "scope, scp or roles is present, even if empty", requires: profile.HasScopes,
		flag: func(x *Env) bool { return x.Event.Claims.HasScopes }},

	{name: "event.strength.length", doc: "characters of the token", requires: profile.HasStrength,
		num: func(x *Env) float64 { return float64(x.Event.Strength.Length) }},
	{name: "event.strength.bits", doc: "estimated entropy of the token, 0 if not measured", requires: profile.HasStrength,
		num: func(x *Env) float64 { return x.Event.Strength.Bits }},

	{name: "event.strength.sequence", doc: "counter or near where the token goes on from another one, else empty",
		requires: profile.HasStrength, text: func(x *Env) string { return x.Event.Strength.Sequence.String() }},
	{name: "event.speed", doc: "km/h at least needed from where the token was used nearest in time; 0 if not known",
		requires: profile.HasCoordinates, num: speedNeeded},

	{name: "event.watched", doc: "on the watchlist: known to have leaked", requires: profile.IsWatched,
		flag: has(profile.IsWatched), yes: profile.IsWatched},
	{name: "event.decoy", doc: "on the list of decoys", requires: profile.IsDecoy,
		flag: has(profile.IsDecoy), yes: profile.IsDecoy},
	{name: "event.revoked", doc: "on the revocation list, and not before it was revoked", requires: profile.IsRevoked,
		flag: has(profile.IsRevoked), yes: profile.IsRevoked},
	{name: "event.hosting", doc: "from a hosting network", requires: profile.IsHosting,
		flag: has(profile.IsHosting), yes: profile.IsHosting},
	{name: "event.anonymizer", doc: "from a VPN, Tor or proxy network", requires: profile.IsAnonymizer,
		flag: has(profile.IsAnonymizer), yes: profile.IsAnonymizer},
	{name: "event.sensitive", doc: "endpoint of the sensitive list", requires: profile.IsSensitive,
		flag: has(profile.IsSensitive), yes: profile.IsSensitive},
	{name: "event.network_class", doc: "kinds of the client's network by the lists: hosting, vpn, ...",
		text: func(x *Env) string { return x.Event.Class.String() }},
	{name: "event.listed", doc: "what the watchlist, decoy or revocation list says of the token", text: listedText},

	{name: "profile.requests", doc: "requests of the subject before this one",
		num: func(x *Env) float64 { return float64(x.Profile.Requests) }},
	{name: "profile.errors", doc: "of them, with status 400 and above",
		num: func(x *Env) float64 { return float64(x.Profile.Errors) }},
	{name: "profile.bytes", doc: "response bytes of the subject before this request",
		num: func(x *Env) float64 { return float64(x.Profile.Bytes) }},
	{name: "profile.age", doc: "seconds since the subject was first seen",
		num: func(x *Env) float64 { return profile.Since(x.Event.Now, x.Profile.First) }},
	{name: "profile.idle", doc: "seconds since the subject was last seen",
		num: func(x *Env) float64 { return profile.Since(x.Event.Now, x.Profile.Last) }},
	{name: "profile.networks", doc: "distinct client networks (/24, /64)",
		num: func(x *Env) float64 { return float64(x.Profile.Networks.Count()) }},
	{name: "profile.knows_country", doc: "the token was in this country before", flag: knows(profile.FeatureCountry)},
	{name: "profile.knows_asn", doc: "the token was in this network before", flag: knows(profile.FeatureASN)},
	{name: "profile.knows_client", doc: "the token was used by this client before", flag: knows(profile.FeatureClient)},
	{name: "profile.knows_host", doc: "the token was used at this host before", flag: knows(profile.FeatureHost)},
	{name: "profile.knows_endpoint", doc: "the token was used at this endpoint before",
		flag: knows(profile.FeatureEndpoint)},
	{name: "profile.knows_network", doc: "the token was in this client network (/24, /64) before", requires: profile.HasClientIP,
		flag: knowsNetwork},
	{name: "profile.endpoints", doc: "distinct endpoints",
		num: func(x *Env) float64 { return float64(x.Profile.Endpoints.Count()) }},

	{name: "rule.since", doc: "seconds since the condition under remember last held for the subject, 0 if it never did",
		num: func(x *Env) float64 { return x.Profile.SinceRemembered(x.Memory, x.Event.Now) }},
	{name: "hit.measure", doc: "severity_when alone: the count, speed or time that the rule compares",
		num: func(x *Env) float64 { return x.Result.Measure }},
	{name: "hit.ratio", doc: "severity_when alone: how many times what was learned",
		num: func(x *Env) float64 { return x.Result.Ratio }},
	{name: "hit.reached", doc: "severity_when alone: how many fields of count reached theirs",
		num: func(x *Env) float64 { return x.Result.Reached }},
}

func has(p profile.Predicates) FlagFunc { return func(x *Env) bool { return x.Predicates&p != 0 } }

// knows reports whether the profile has the event's value of a feature. A value that the log does not give is nothing new.
func knows(f profile.Feature) FlagFunc {
	return func(x *Env) bool { return x.At[f] != profile.NewValue }
}

// knowsNetwork is false only for a certainly new network.
func knowsNetwork(x *Env) bool {
	return !x.Event.ClientIP.IsValid() || x.Profile.Networks.MayContain(x.Event.Network)
}

func listedText(x *Env) string {
	f := x.Event.Fingerprint
	for _, e := range []*lists.Entry{x.Lists.Watched(f), x.Lists.Decoy(f), x.Lists.Revoked(f)} {
		if e != nil {
			return text.Clip(e.Source + ": " + e.Reason)
		}
	}
	return ""
}

func tokenAge(x *Env) float64 {
	if x.Event.Claims.IssuedAt == 0 {
		return 0
	}
	return float64(window.FloorSecond(x.Event.Now) - x.Event.Claims.IssuedAt)
}

func lifetime(x *Env) float64 {
	c := &x.Event.Claims
	if c.IssuedAt == 0 || c.Expires == 0 {
		return 0
	}
	return float64(c.Expires - c.IssuedAt)
}

func query(x *Env) string {
	_, query, _ := strings.Cut(x.Event.Target, "?")
	return query
}

// clientAddress allocates: rules that compare networks use within.
func clientAddress(x *Env) string {
	if !x.Event.ClientIP.IsValid() {
		return ""
	}
	return x.Event.ClientIP.Unmap().WithZone("").String()
}

// speedNeeded returns how fast the token must have travelled to be at the event's position, by the lower bound of the distance; 0 if that
// is not known.
func speedNeeded(x *Env) float64 {
	if x.Predicates&profile.HasCoordinates == 0 {
		return 0
	}
	i := x.Profile.Nearest(x.Event.Now)
	if i < 0 || i == x.Place {
		return 0
	}
	near := &x.Profile.Places[i]
	return max(0, near.Kilometres(&x.Event.Geo)) / near.Hours(x.Event.Now)
}

// Variable describes a name in conditions.
type Variable struct{ Name, Type, Doc string }

// Variables lists all names, in the order of the documentation.
func Variables() []Variable {
	out := make([]Variable, len(variables))
	for i := range variables {
		v := &variables[i]
		out[i] = Variable{v.name, v.valueType().String(), v.doc}
	}
	return out
}

func (v *variable) valueType() valueType {
	switch {
	case v.text != nil:
		return typeText
	case v.num != nil:
		return typeNumber
	case v.list != nil:
		return typeList
	}
	return typeFlag
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

// Text returns the getter of a text variable.
func Text(name string) (TextFunc, error) {
	v := findVariable(name)
	switch {
	case v == nil:
		return nil, ErrUnknown("field", name, variableNames())
	case v.text == nil:
		return nil, fmt.Errorf("%s is %s: want text", name, v.valueType())
	}
	return v.text, nil
}
