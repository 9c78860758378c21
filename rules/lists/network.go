package lists

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gaissmai/bart"
)

// NetworkClass is a set of classes of network.
type NetworkClass uint16

// The classes of network.
const (
	Hosting   NetworkClass = 1 << iota // servers for rent: clouds, data centres
	VPN                                // exits of commercial VPNs
	Tor                                // exits of Tor
	Proxy                              // open and residential proxies
	Mobile                             // carriers: one user has many addresses
	Satellite                          // ground stations far from their users
	Anycast                            // one address in many places
	Egress                             // the operator's own gateways to the Internet
)

// Anonymizer is the set of classes that hide their users.
const Anonymizer = VPN | Tor | Proxy

var classNames = []string{"hosting", "vpn", "tor", "proxy", "mobile", "satellite", "anycast", "egress"}

// String returns the names of the classes in the configuration, separated by commas.
func (c NetworkClass) String() string {
	var names []string
	for i, name := range classNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// ParseNetworkClass parses the name of one class.
func ParseNetworkClass(name string) (NetworkClass, bool) {
	i := slices.Index(classNames, name)
	if i < 0 {
		return 0, false
	}
	return 1 << i, true
}

// networks collects the items of all network lists.
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

// table returns a table in which each prefix has the classes of all prefixes that contain it besides its own, so that one
// longest-prefix lookup finds them all. It inserts shorter prefixes first.
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
