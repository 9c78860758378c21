package lists

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden"
)

// binding is the declared use of one token or family. An empty part allows everything.
type binding struct {
	networks       []netip.Prefix
	asns           []uint32
	classes        NetworkClass
	clients        []string
	endpoints      *routes[struct{}]
	hours          []hours
	scopes         []string
	declaresScopes bool
}

// breach returns the first part of the binding that e is outside of, "" if none. A field that the log lacks breaks nothing.
func (b *binding) breach(s *Set, e *tokenwarden.Event) string {
	switch {
	case !b.fromNetwork(s, e):
		return "network"
	case len(b.clients) > 0 && e.Client != "" && !slices.Contains(b.clients, e.Client):
		return "client"
	case b.endpoints != nil && e.Endpoint != "" && b.endpoints.find(e.Method, e.Host, e.Endpoint) == nil:
		return "endpoint"
	case len(b.hours) > 0 && !slices.ContainsFunc(b.hours, func(h hours) bool { return h.contain(e.Time) }):
		return "hour"
	}
	return ""
}

// fromNetwork reports whether e came from a declared network, or its network is unknown.
func (b *binding) fromNetwork(s *Set, e *tokenwarden.Event) bool {
	if len(b.networks) == 0 && len(b.asns) == 0 && b.classes == 0 || !e.ClientIP.IsValid() {
		return true
	}
	addr, asn := e.ClientIP.Unmap().WithZone(""), e.Geo.ASN
	for _, p := range b.networks {
		if p.Contains(addr) {
			return true
		}
	}
	if slices.Contains(b.asns, asn) || (s.Network(addr)|s.NetworkOf(asn))&b.classes != 0 {
		return true
	}
	return asn == 0 && len(b.asns) > 0
}

// readBindings adds the bindings of a file, bindings: [{fingerprint or family, note, networks, clients, endpoints, hours, scopes}].
func readBindings(file string, content []byte, to map[tokenwarden.Fingerprint]*binding) error {
	d := document{file}
	return d.read(content, keys{"bindings": d.each(func(n *yaml.Node, path string) error {
		return readBinding(d, n, path, to)
	})})
}

func readBinding(d document, n *yaml.Node, path string, to map[tokenwarden.Fingerprint]*binding) error {
	b := &binding{}
	var fp, family tokenwarden.Fingerprint
	var note string
	err := d.mapping(n, path, keys{
		"fingerprint": d.fingerprint(&fp), "family": d.fingerprint(&family), "note": d.text(&note),
		"networks":  d.each(d.parsed(b.addNetwork)),
		"clients":   d.texts(&b.clients),
		"endpoints": d.each(d.parsed(b.addEndpoint)),
		"hours":     d.each(d.parsed(b.addHours)),
		"scopes": func(n *yaml.Node, path string) error {
			b.declaresScopes = true
			return d.texts(&b.scopes)(n, path)
		},
	})
	if err != nil {
		return err
	}
	if fp.IsZero() == family.IsZero() {
		return d.errorf(n, path, "want either fingerprint or family")
	}
	if fp.IsZero() {
		fp = family
	}
	if to[fp] != nil {
		return d.errorf(n, path, "is about a token that has a binding already: want one each")
	}
	to[fp] = b
	return nil
}

func (b *binding) addNetwork(s string) error {
	if class, ok := ParseNetworkClass(s); ok {
		b.classes |= class
		return nil
	}
	n, ok := parseNetwork(s, false)
	switch {
	case !ok:
		return errors.New(wantNetwork + ", or a kind of network: " + strings.Join(classNames, ", "))
	case n.prefix.IsValid():
		b.networks = append(b.networks, n.prefix)
	default:
		b.asns = append(b.asns, n.asn)
	}
	return nil
}

func (b *binding) addEndpoint(s string) error {
	p, err := parsePattern(s)
	if err != nil {
		return err
	}
	if b.endpoints == nil {
		b.endpoints = new(routes[struct{}])
	}
	b.endpoints.add(p, struct{}{}, keepOld[struct{}])
	return nil
}

func (b *binding) addHours(s string) error {
	h, err := parseHours(s)
	b.hours = append(b.hours, h)
	return err
}

func keepOld[T any](old, _ T) T { return old }
