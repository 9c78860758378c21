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
	isExtension // file extension of the path
)

// field is the part of an event that a field of Sigma becomes.
type field struct {
	kind  fieldKind
	name  string // in conditions
	need  string // in a rule's needs
	count string // in count of kind distinct; "": not countable
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

// knownFields are the fields that events have, by name in lower case. Source: Sigma's taxonomy 2.1.0 (2025-08-02), categories proxy
// and webserver, and further spellings of the same after the W3C Extended Log File Format.
var knownFields = map[string]field{
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
	// Of tokenwarden, for correlations.
	"fingerprint": {kind: isText, count: "token"}, "token": {kind: isText, count: "token"},
}

// unsupportedFields are fields of the same sources that events do not have.
var unsupportedFields = []struct {
	why   string
	names []string
}{
	{"events do not keep the Referer", []string{"cs-referer", "cs-referrer", "c-referer", "c-referrer", "cs(referer)", "referer"}},
	{"events keep no cookies", []string{"cs-cookie", "cs(cookie)", "cs-cookie-vars"}},
	{"events do not keep the size of requests", []string{"cs-bytes"}},
	{"events do not keep the protocol's version", []string{"cs-version"}},
	{"events do not keep the server's address", []string{"r-ip", "dst_ip", "s-ip"}},
	{"events do not keep ports", []string{"s-port", "src_port", "dst_port"}},
}

// findField returns the field of that name; n is its node, for errors.
func (d *document) findField(n *yaml.Node, name string) (field, error) {
	key := strings.ToLower(name)
	if f, ok := knownFields[key]; ok {
		return f, nil
	}
	for _, u := range unsupportedFields {
		if slices.Contains(u.names, key) {
			return field{}, d.errorf(n, name, "%s", u.why)
		}
	}
	return field{}, d.errorf(n, name, "no event has this field%s", rules.DidYouMean(key, slices.Sorted(maps.Keys(knownFields))))
}
