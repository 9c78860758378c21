package detect

import (
	"strings"

	"github.com/tokenwarden/tokenwarden"
)

// countable is a field whose different values the kind distinct counts.
type countable struct {
	name string
	need facts // the log field that it is read from; 0: always there
	hash func(x *scene) (hash uint64, ok bool)
}

// countables is every field there is. Their hashes are stored: they must never change.
var countables = []countable{
	{"token", 0, func(x *scene) (uint64, bool) { return idHash(x.event.Fingerprint), true }},
	{"family", 0, func(x *scene) (uint64, bool) { return idHash(x.event.Family), !x.event.Family.IsZero() }},
	{"address", hasClientIP, func(x *scene) (uint64, bool) {
		a := x.event.ClientIP.As16()
		return hashText(7, string(a[:])), x.event.ClientIP.IsValid()
	}},
	{"network", hasClientIP, func(x *scene) (uint64, bool) { return x.ahead.network, x.event.ClientIP.IsValid() }},
	{"asn", hasASN, func(x *scene) (uint64, bool) { return mix(uint64(x.event.Geo.ASN)), x.event.Geo.ASN != 0 }},
	{"country", hasCountry, textHash(func(e *tokenwarden.Event) string { return e.Geo.Country })},
	{"client", hasClient, textHash(func(e *tokenwarden.Event) string { return e.Client })},
	{"user_agent", hasUserAgent, textHash(func(e *tokenwarden.Event) string { return e.UserAgent })},
	{"host", hasHost, textHash(func(e *tokenwarden.Event) string { return e.Host })},
	{"endpoint", hasEndpoint, textHash(func(e *tokenwarden.Event) string { return e.Endpoint })},
	{"object", hasEndpoint, func(x *scene) (uint64, bool) {
		s := clip(objectOf(x))
		return hashText(0, s), s != ""
	}},
	{"owner", hasOwner, textHash(func(e *tokenwarden.Event) string { return e.Owner })},
	{"path", hasEndpoint, textHash(pathOf)},
	{"param", 0, textHash(func(e *tokenwarden.Event) string { return e.Param })},
}

func countableNames() []string {
	names := make([]string, len(countables))
	for i := range countables {
		names[i] = countables[i].name
	}
	return names
}

func findCountable(name string) (*countable, error) {
	for i := range countables {
		if countables[i].name == name {
			return &countables[i], nil
		}
	}
	return nil, errUnknown("field", name, countableNames())
}

func idHash(f tokenwarden.Fingerprint) uint64 {
	return mix(load(string(f[:8])) ^ mix(load(string(f[8:]))))
}

func textHash(of func(e *tokenwarden.Event) string) func(x *scene) (uint64, bool) {
	return func(x *scene) (uint64, bool) {
		s := clip(of(x.event))
		return hashText(0, s), s != ""
	}
}

// objectOf is what tells the objects of one endpoint apart: the path where the endpoint has an {id}, else the value of a
// query parameter that is called id or ends so. "" if the request names no object.
func objectOf(x *scene) string {
	path, query, _ := strings.Cut(x.event.Target, "?")
	if x.ahead.route.hasID {
		return path
	}
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		if name == "id" || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "Id") || name == "uuid" {
			return value
		}
	}
	return ""
}

func pathOf(e *tokenwarden.Event) string {
	path, _, _ := strings.Cut(e.Target, "?")
	return path
}

func queryOf(x *scene) string {
	_, query, _ := strings.Cut(x.event.Target, "?")
	return query
}

// clientAddress allocates: rules that compare networks use within.
func clientAddress(x *scene) string {
	if !x.event.ClientIP.IsValid() {
		return ""
	}
	return x.event.ClientIP.Unmap().WithZone("").String()
}
