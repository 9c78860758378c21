package lists

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gaissmai/bart"
)

// NetworkClass says what kinds of network an address belongs to: a set of bits.
type NetworkClass uint16

// The kinds of network.
const (
	Hosting   NetworkClass = 1 << iota // servers for rent: clouds, data centres
	VPN                                // commercial VPN exits
	Tor                                // Tor exits
	Proxy                              // open and residential proxies
	Mobile                             // carriers: one user wanders through many addresses
	Satellite                          // far from where their users are
	Anycast                            // answers in many places at once
	Egress                             // one's own way out to the Internet
)

// Anonymizer is every kind that hides who is behind it.
const Anonymizer = VPN | Tor | Proxy

var classNames = []string{"hosting", "vpn", "tor", "proxy", "mobile", "satellite", "anycast", "egress"}

// String lists the kinds by the names that the configuration uses, separated by commas.
func (c NetworkClass) String() string {
	var names []string
	for i, name := range classNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// ParseNetworkClass is the reverse of String for one kind.
func ParseNetworkClass(name string) (NetworkClass, bool) {
	i := slices.Index(classNames, name)
	if i < 0 {
		return 0, false
	}
	return 1 << i, true
}

// networks gathers prefixes and autonomous systems before they become a table.
type networks struct {
	prefixes map[netip.Prefix]NetworkClass
	asns     map[uint32]NetworkClass
}

func (n *networks) add(item network, class NetworkClass) {
	if item.prefix.IsValid() {
		n.prefixes[item.prefix] |= class
	} else {
		n.asns[item.asn] |= class
	}
}

// table makes longest-prefix lookups answer for all prefixes that hold an address: each takes over the kinds of those
// around it, which are inserted before it.
func (n *networks) table() *bart.Table[NetworkClass] {
	if len(n.prefixes) == 0 {
		return nil
	}
	sorted := make([]netip.Prefix, 0, len(n.prefixes))
	for p := range n.prefixes {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(a, b netip.Prefix) int { return a.Bits() - b.Bits() })
	t := new(bart.Table[NetworkClass])
	for _, p := range sorted {
		around, _ := t.LookupPrefix(p)
		t.Insert(p, n.prefixes[p]|around)
	}
	return t
}
