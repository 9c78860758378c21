package simulate

import (
	"net/netip"
	"regexp"
	"strconv"
	"sync"
)

// startLives gives each holder of ordinary traffic a calendar from Start to the end.
func (g *Generator) startLives() {
	r := newRNG(g.o.Seed, streamPools+1)
	var offer []*rhythm
	for _, f := range rhythms {
		for range f.share {
			offer = append(offer, f)
		}
	}
	for range g.o.Tokens {
		f := pick(r, offer)
		h := g.newResident(f, pick(r, f.kinds))
		g.crowd = append(g.crowd, h)
		g.addLife(f, h, stretch{g.start, g.end})
	}
}

// newResident draws a holder with the homes that go with a rhythm.
func (g *Generator) newResident(f *rhythm, k *kind) *holder {
	r := g.nextHolder()
	h := g.makeHolder(k, r)
	at := pick(r, residences(k, r.n(4) == 0))
	h.homes = []site{at.address(r)}
	if k == weeklyJWT {
		h.claims.life = k.rotates + hourly
	}
	if k == adminJWT {
		h.claims.amr, h.claims.authAge = `["pwd","otp"]`, 600
	}
	if len(f.hours) == 0 { // a job goes through all there is
		h.objects, h.own = 0, len(g.pools[poolUUID])
		h.bulk = r.n(2) == 0
	}
	if f.roam == roamNever { // a gateway has an address or three
		for range r.n(3) {
			h.homes = append(h.homes, at.neighbour(h.homes[0], r))
		}
	}
	return h
}

// change applies what may change over night: a new version of the client, another client, another provider, a day in another city.
func (l *life) change() {
	r, h := l.rng, l.h
	at := h.homes[0].net
	l.away = nil
	switch dice := r.n(1000); {
	case h.kind.machine() && dice < 3:
		h.ua = agent(r, h.kind.crowd)
	case h.kind.machine() && dice < 6 && at.class == "hosting":
		if offer := moveTo(at); len(offer) > 0 {
			h.homes = []site{pick(r, offer).address(r)}
		}
	case l.roam == roamPerson && dice < 20:
		l.away = trips(at)
	case dice < 90:
		h.ua = newer(h.ua)
	}
}

// moveTo are the networks of other data centres of a country.
func moveTo(at *network) []*network {
	return where(ip4, class("hosting"), country(at.country), func(n *network) bool { return n.asn != at.asn && !n.hides() })
}

// trips are the networks of one other city of a country, where people live.
func trips(at *network) []*network {
	all := where(ip4, class("isp"), country(at.country), func(n *network) bool { return n.city != at.city })
	if len(all) == 0 {
		return nil
	}
	return where(ip4, class("isp"), country(at.country), city(all[0].city))
}

// addLife adds a life over a stretch of time.
func (g *Generator) addLife(f *rhythm, h *holder, over stretch) *series {
	l := newLife(f, h, newRNG(g.o.Seed, streamLives+uint64(h.number)), over.from)
	s := &series{stretch: over, id: len(g.planned), holder: h, life: l, at: over.from}
	if s.schedule() {
		g.planned = append(g.planned, s)
	}
	return s
}

// residences are the networks that a kind of holder lives in, without those that a negative moves and those that hide
// where somebody is.
func residences(k *kind, six bool) []*network {
	return livable()[k.machine()][six]
}

var livable = sync.OnceValue(func() map[bool]map[bool][]*network {
	out := map[bool]map[bool][]*network{}
	for machine, all := range homeNetworks() {
		out[machine] = map[bool][]*network{}
		for six, nets := range all {
			for _, n := range nets {
				if !n.moves() && !n.hides() {
					out[machine][six] = append(out[machine][six], n)
				}
			}
		}
	}
	return out
})

// moves reports whether network-moved puts n into another country.
func (n *network) moves() bool { return n.asn == 64498 }

// hides reports whether n belongs to a service that hides the location of its users.
func (n *network) hides() bool { return n.asn == 64505 || n.asn == 65546 }

// anonymous are the networks of such services.
func anonymous() []*network { return where(ip4, (*network).hides) }

// runners are the networks of one provider in one country.
func runners(at *network) []*network {
	return where(ip4, asn(at.asn), country(at.country))
}

// Prefixes returns the networks of a class: isp, mobile, business, hosting, or anonymizer, which are networks of services
// that hide their users. The latter are in data centres and in the class hosting too.
func Prefixes(name string) []netip.Prefix {
	of := class(name)
	if name == "anonymizer" {
		of = (*network).hides
	}
	var out []netip.Prefix
	for _, n := range where(of) {
		out = append(out, n.prefix)
	}
	return out
}

// privacy is another address of the same /64, as hosts take every day (RFC 8981).
func (s site) privacy(r *rng) site {
	a := netip.MustParseAddr(s.ip).As16()
	for i := 8; i < 16; i++ {
		a[i] = byte(r.n(256))
	}
	return site{s.net, netip.AddrFrom16(a).String()}
}

// neighbour is another address beside s: of its /24, or of its /64.
func (n *network) neighbour(s site, r *rng) site {
	if ip4(n) {
		return n.address(r)
	}
	return s.privacy(r)
}

var version = regexp.MustCompile(`(Chrome/|Firefox/|rv:|ExampleShop/7\.|Version/18\.)(\d+)`)

// newer is a user agent after an update.
func newer(ua string) string {
	return version.ReplaceAllStringFunc(ua, func(found string) string {
		m := version.FindStringSubmatch(found)
		n, _ := strconv.Atoi(m[2])
		return m[1] + strconv.Itoa(n+1)
	})
}
