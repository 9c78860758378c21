package simulate

import (
	"encoding/csv"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"github.com/tokenwarden/tokenwarden/testdata/geo"
)

// network is a stretch of addresses in one place: a /24, or a /48 of IPv6. It is documentation or benchmark space
// with an invented operator.
type network struct {
	prefix   netip.Prefix
	country  string // ISO 3166-1 alpha-2
	city     string
	lat, lon float64 // degrees
	radius   float64 // accuracy, km
	asn      uint32
	class    string // isp, mobile, hosting or business
}

// networks returns the rows of the shared table in file order. It panics on a row that does not parse.
var networks = sync.OnceValue(func() []*network {
	rows, err := csv.NewReader(strings.NewReader(geo.Networks)).ReadAll()
	if err != nil {
		panic("BUG: testdata/geo/networks.csv: " + err.Error())
	}
	var all []*network
	for _, row := range rows[1:] {
		n, err := parseNetwork(row)
		if err != nil {
			panic("BUG: testdata/geo/networks.csv: " + err.Error())
		}
		all = append(all, n)
	}
	return all
})

// parseNetwork reads prefix,country,city,latitude,longitude,accuracy_radius_km,asn,as_org,network_class.
func parseNetwork(row []string) (*network, error) {
	prefix, err := netip.ParsePrefix(row[0])
	if err != nil {
		return nil, err
	}
	var numbers [4]float64
	for i, field := range row[3:7] {
		if numbers[i], err = strconv.ParseFloat(field, 64); err != nil {
			return nil, fmt.Errorf("%s: %w", row[0], err)
		}
	}
	return &network{
		prefix: prefix, country: row[1], city: row[2], class: row[8],
		lat: numbers[0], lon: numbers[1], radius: numbers[2], asn: uint32(numbers[3]),
	}, nil
}

// site is one address and what the geo databases say of it.
type site struct {
	net *network
	ip  string
}

// address draws a host of n; of a /48 one host in a random /64.
func (n *network) address(r *rng) site {
	if n.prefix.Addr().Is4() {
		a := n.prefix.Addr().As4()
		a[3] = byte(r.between(1, 254))
		return site{n, netip.AddrFrom4(a).String()}
	}
	return n.host6(r, r.n(1<<16))
}

// host6 draws a host in the numbered /64 of n, as a device with privacy addresses (RFC 8981) has many.
func (n *network) host6(r *rng, subnet int) site {
	a := n.prefix.Addr().As16()
	a[6], a[7] = byte(subnet>>8), byte(subnet)
	for i := 8; i < 16; i++ {
		a[i] = byte(r.n(256))
	}
	return site{n, netip.AddrFrom16(a).String()}
}

// clientNetwork is the network that rules group clients by: /24 or /64.
func (s site) clientNetwork() string {
	addr := netip.MustParseAddr(s.ip)
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	return netip.PrefixFrom(addr, bits).Masked().String()
}

// km is the great-circle distance between the centres of two networks.
func (n *network) km(m *network) float64 {
	const earth, rad = 6371.0, math.Pi / 180
	dLat, dLon := (m.lat-n.lat)*rad, (m.lon-n.lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(n.lat*rad)*math.Cos(m.lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * earth * math.Asin(math.Sqrt(h))
}

// apart is the least distance there can be between a client in n and one in m.
func (n *network) apart(m *network) float64 { return n.km(m) - n.radius - m.radius }

// where returns the networks that all tests accept.
func where(tests ...func(*network) bool) []*network {
	var out []*network
next:
	for _, n := range networks() {
		for _, ok := range tests {
			if !ok(n) {
				continue next
			}
		}
		out = append(out, n)
	}
	return out
}

func class(names ...string) func(*network) bool {
	return func(n *network) bool {
		for _, name := range names {
			if n.class == name {
				return true
			}
		}
		return false
	}
}

func country(code string) func(*network) bool {
	return func(n *network) bool { return n.country == code }
}
func city(name string) func(*network) bool  { return func(n *network) bool { return n.city == name } }
func asn(number uint32) func(*network) bool { return func(n *network) bool { return n.asn == number } }
func ip4(n *network) bool                   { return n.prefix.Addr().Is4() }
func ip6(n *network) bool                   { return !ip4(n) }
