package sigma

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden/rules"
)

type fieldKind uint8

const (
	isText fieldKind = iota
	isNumber
	isAddress
	isExtension // of the path's last segment
)

// field is what an event has for a field of Sigma.
type field struct {
	kind  fieldKind
	name  string // as conditions call it
	need  string // the log field that it is read from
	count string // as rules of kind distinct call it; "": they do not count it
}

var (
	targetField = field{isText, "event.target", "endpoint", ""}
	pathField   = field{isText, "event.path", "endpoint", "path"}
	queryField  = field{isText, "event.query", "endpoint", ""}
	agentField  = field{isText, "event.user_agent", "user_agent", "user_agent"}
	hostField   = field{isText, "event.host", "host", "host"}
	ownerField  = field{isText, "event.owner", "owner", "owner"}
	clientField = field{isAddress, "event.client_ip", "client_ip", "address"}
)

// known are the fields of Sigma's taxonomies for webserver and proxy, and W3C's names for the same, that events have.
var known = map[string]field{
	"cs-method": {isText, "event.method", "method", ""}, "c-method": {isText, "event.method", "method", ""},
	"cs-uri": targetField, "c-uri": targetField,
	"cs-uri-stem": pathField, "c-uri-path": pathField, "c-uri-stem": pathField,
	"cs-uri-query": queryField, "c-uri-query": queryField,
	"c-uri-extension": {isExtension, "event.path", "endpoint", ""},
	"cs-uri-scheme":   {isText, "event.scheme", "scheme", ""},
	"cs-user-agent":   agentField, "c-useragent": agentField, "c-user-agent": agentField, "cs(user-agent)": agentField,
	"cs-host": hostField, "r-dns": hostField, "c-uri-host": hostField,
	"cs-username": ownerField, "c-username": ownerField,
	"c-ip": clientField, "src_ip": clientField, "client_ip": clientField,
	"sc-status": {isNumber, "event.status", "status", ""},
	"sc-bytes":  {isNumber, "event.bytes", "bytes", ""},
	// What tokenwarden adds: for correlations that count tokens.
	"fingerprint": {kind: isText, count: "token"}, "token": {kind: isText, count: "token"},
}

// absent says why events have no such field.
var absent = map[string]string{
	"cs-referer": "events do not keep the Referer", "cs-referrer": "events do not keep the Referer", "c-referer": "events do not keep the Referer",
	"c-referrer": "events do not keep the Referer", "cs(referer)": "events do not keep the Referer", "referer": "events do not keep the Referer",
	"cs-cookie": "events keep no cookies", "cs(cookie)": "events keep no cookies", "cs-cookie-vars": "events keep no cookies",
	"cs-bytes": "events do not keep the size of requests", "cs-version": "events do not keep the protocol's version",
	"r-ip": "events do not keep the server's address", "dst_ip": "events do not keep the server's address", "s-ip": "events do not keep the server's address",
	"s-port": "events do not keep ports", "src_port": "events do not keep ports", "dst_port": "events do not keep ports",
}

// findField returns what an event has for a field; n is where it stands.
func (d *document) findField(n *yaml.Node, name string) (field, error) {
	key := strings.ToLower(name)
	if f, ok := known[key]; ok {
		return f, nil
	}
	if why := absent[key]; why != "" {
		return field{}, d.errorf(n, name, "%s", why)
	}
	return field{}, d.errorf(n, name, "no event has this field%s", rules.DidYouMean(key, slices.Sorted(maps.Keys(known))))
}
