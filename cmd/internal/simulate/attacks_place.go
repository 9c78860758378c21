package simulate

// placeAttacks use credentials in two locations at once, or in new ones.
func placeAttacks() []scenario {
	return []scenario{
		attack("impossible-travel", "token", planTravel),
		attack("concurrent-places", "token", planTwoPlaces),
		attack("new-country", "token", planNewCountry),
		attack("new-network", "token", planNewNetwork),
		attack("hosting-flip", "token", planHosting),
		attack("token-shared", "token", planShared),
	}
}

// planTravel uses a key five minutes after its owner, a world away; or eight hours after, in São Paulo instead of
// Berlin, which takes a faster aeroplane than there is.
func planTravel(c *campaign) {
	berlin := pick(c.rng, where(city("Berlin"), class("isp"), ip4))
	there := pick(c.rng, where(city("São Paulo"), class("isp"), ip4))
	h := c.victim(apiKey, berlin)
	gap := by(c, min(5*minute, (c.from-c.g.start)/2), 8*hour)
	if c.g.o.Rhythm && c.episode.no%4 == 0 { // or to Paris, in the time of a good breakfast
		there, gap = pick(c.rng, where(city("Paris"), class("isp"), ip4)), 40*minute
	}
	c.addPast(h, c.from-gap)
	c.addOrdinary(h, 1, stretch{c.from - gap, c.from - gap}, once(shot{status: 200}))
	c.addMalicious(h, by(c, 8, 1), 3*minute, once(shot{from: there.address(c.rng), status: 200}))
}

// planTwoPlaces uses a session in two cities in turn, every half minute or every four.
func planTwoPlaces(c *campaign) {
	h := c.victim(appSession, pick(c.rng, where(city("Paris"), class("isp"), ip4)))
	c.addPast(h, c.from)
	there := pick(c.rng, where(city("Warsaw"), class("isp"), ip4)).address(c.rng)
	c.needs(2) // there, back, and there again
	c.addMalicious(h, by(c, 16, 6), by(c, 8*minute, 24*minute), func(i int, s *shot) {
		s.status = 200
		if s.honest = i%2 == 1; !s.honest {
			s.from = there
		}
	})
}

// planNewCountry crosses a border, near enough that nobody would wonder how.
func planNewCountry(c *campaign) {
	home := pick(c.rng, where(class("isp"), ip4, func(n *network) bool { return len(near(n, abroad)) > 0 }))
	h := c.victim(apiKey, home)
	c.addPast(h, c.from)
	c.addMalicious(h, by(c, 12, 1), 3*minute, once(shot{from: c.elsewhere(h, abroad).address(c.rng), status: 200}))
}

// planNewNetwork stays in the country but comes through another operator, with another client or the same.
func planNewNetwork(c *campaign) {
	home := pick(c.rng, where(class("isp"), ip4, func(n *network) bool { return len(near(n, domestic)) > 0 }))
	h := c.victim(apiKey, home)
	h.ua = "Go-http-client/2.0"
	c.addPast(h, c.from)
	ua := by(c, "curl/8.9.1", "")
	c.addMalicious(h, by(c, 12, 1), 3*minute, once(shot{from: c.elsewhere(h, domestic).address(c.rng), ua: ua, status: 200}))
}

// planHosting moves a person's session into a data centre of the same country.
func planHosting(c *campaign) {
	home := pick(c.rng, where(class("isp"), ip4, func(n *network) bool { return len(near(n, datacentre)) > 0 }))
	h := c.victim(appSession, home)
	c.addPast(h, c.from)
	there := c.elsewhere(h, datacentre).address(c.rng)
	c.addMalicious(h, by(c, 20, 1), 3*minute, once(shot{from: there, ua: by(c, "python-requests/2.32.3", ""), status: 200}))
}

// planShared passes a key around: five networks of three operators, with one client or with three.
func planShared(c *campaign) {
	h := c.victim(apiKey, pick(c.rng, where(city("Berlin"), class("isp"), ip4)))
	var sites []site
	for _, number := range []uint32{64496, 64499, 64500, 64496, 64499, 65551} { // all in Germany
		offer := where(country("DE"), asn(number), ip4)
		sites = append(sites, offer[len(sites)%len(offer)].address(c.rng))
	}
	agents := []string{"", "", ""}
	if c.strong {
		agents = []string{"curl/8.9.1", "python-requests/2.32.3", "Go-http-client/2.0"}
	}
	c.needs(by(c, 3, 5))
	c.addMalicious(h, by(c, 60, 18), by(c, 5*minute, 20*minute), func(i int, s *shot) {
		s.from, s.ua, s.status = sites[i%len(sites)], agents[i%3], 200
	})
}

// A vicinity reports whether a credential whose home is n could be used in m.
type vicinity func(n, m *network) bool

func abroad(n, m *network) bool {
	return m.country != n.country && m.class != "hosting"
}

func domestic(n, m *network) bool {
	return m.country == n.country && m.asn != n.asn && m.class != "hosting"
}

func datacentre(n, m *network) bool {
	return m.country == n.country && m.class == "hosting" && !m.hides()
}

// near returns the networks in a vicinity that are too close for a travel rule.
func near(n *network, v vicinity) []*network {
	return where(ip4, func(m *network) bool { return v(n, m) && n.km(m) < 450 })
}

// elsewhere draws a network near h's home, or if there is none, anywhere in the vicinity.
func (c *campaign) elsewhere(h *holder, v vicinity) *network {
	home := h.homes[0].net
	if offer := near(home, v); len(offer) > 0 {
		return pick(c.rng, offer)
	}
	return pick(c.rng, where(ip4, func(m *network) bool { return m.country != home.country && m.class != "hosting" }))
}
