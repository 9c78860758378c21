package simulate

// negativeScenarios returns the hard negatives of the rules catalogue, in its order.
func negativeScenarios() []scenario {
	return []scenario{
		{name: "wifi-mobile", plan: planWiFi},
		{name: "carrier-nat", plan: planCarrierNAT},
		{name: "two-egress-office", plan: planOffice, learns: true},
		{name: "real-flight", plan: planFlight},
		{name: "daily-batch", plan: planBatch},
		{name: "client-deployment", plan: planDeployment},
		{name: "network-moved", plan: planMoved},
		{name: "ipv6-privacy", plan: planPrivacy},
		{name: "late-shipper", plan: planLate},
		{name: "health-check", plan: planHealth},
		{name: "retry-storm", plan: planStorm},
	}
}

// Negatives returns the names of the hard negatives, in order.
func Negatives() []string { return names(negativeScenarios()) }

// planWiFi takes a phone from Wi-Fi to its carrier and back, in one city.
func planWiFi(c *campaign) {
	wifi := pick(c.rng, where(city("Berlin"), class("isp"), ip4))
	h := c.victim(appSession, wifi)
	carrier := pick(c.rng, where(city("Berlin"), class("mobile"), ip4)).address(c.rng)
	move := func(i int, s *shot) {
		if i/5%2 == 1 {
			s.from = carrier
		}
	}
	c.addPastWith(h, c.from, move)
	c.addMalicious(h, by(c, 60, 30), 20*minute, move)
}

// planCarrierNAT gives each request another address of one carrier.
func planCarrierNAT(c *campaign) {
	pool := where(country("DE"), class("mobile"), ip4)
	h := c.victim(appSession, pool[0])
	each := func(_ int, s *shot) { s.from = pick(c.rng, pool).address(c.rng) }
	c.addPastWith(h, c.from, each)
	c.addMalicious(h, by(c, 80, 40), 20*minute, each)
}

// planOffice sends a company's requests through either of its two exits, in two countries, as it has for eight days; with a
// calendar every other time the two are of different providers.
func planOffice(c *campaign) {
	number := by(c, uint32(64515), 64514)
	exits := []site{}
	for _, n := range where(asn(number), ip4) {
		exits = append(exits, n.address(c.rng))
	}
	if c.g.o.Rhythm && c.alternates() {
		exits[1] = pick(c.rng, where(class("business"), ip4, country(by(c, "CH", "DE")))).address(c.rng)
	}
	h := c.victim(apiKey, exits[0].net)
	either := func(_ int, s *shot) { s.from = pick(c.rng, exits) }
	c.addOrdinary(h, learned+60, stretch{c.from - 8*day, c.from}, either)
	c.addMalicious(h, by(c, 40, 20), 20*minute, either)
}

// planFlight flies between London and New York, nine hours each time, as this person has done all week; with a calendar
// every other time it is the first flight ever.
func planFlight(c *campaign) {
	h := c.victim(appSession, pick(c.rng, where(city("London"), class("isp"), ip4)))
	london := h.homes[0]
	york := pick(c.rng, where(city("New York"), class("isp"), ip4)).address(c.rng)
	if c.g.o.Rhythm && c.alternates() {
		c.addPast(h, c.from-9*hour)
		c.addMalicious(h, by(c, 40, 20), 12*hour, once(shot{from: york}))
		return
	}
	for d := int64(6); d > 0; d-- {
		at := london
		if d%2 == 0 {
			at = york
		}
		landed := c.from - d*day
		c.addOrdinary(h, 45, stretch{landed, landed + 15*hour}, once(shot{from: at}))
	}
	c.addMalicious(h, by(c, 20, 5), 10*minute, once(shot{from: york}))
}

// planBatch does a day's work within two minutes, at the same time each day.
func planBatch(c *campaign) {
	h := c.anyone(apiKey)
	n := by(c, 400, 200)
	if c.g.o.Rhythm {
		h.objects, h.own = 0, len(c.g.pools[poolUUID])
	}
	for d := c.days(6); d > 0; d-- {
		c.addOrdinary(h, n, stretch{c.from - d*day, c.from - d*day + 2*minute}, nil)
	}
	c.addMalicious(h, n, 2*minute, nil)
}

// planDeployment gives all clients of one kind a new version at once.
func planDeployment(c *campaign) {
	var clients []*holder
	for range c.groupSize(12, 5) {
		h := c.anyone(apiKey)
		h.ua = "acme-agent/4.1.0"
		c.addPast(h, c.from)
		clients = append(clients, h)
	}
	c.rounds(clients, 10, 3*minute, func(s *shot) { s.ua = "acme-agent/4.2.0" })
}

// planMoved puts a whole network into another country, as a new geo database does.
func planMoved(c *campaign) {
	before := pick(c.rng, where(asn(64498), country("SG"), ip4))
	after := pick(c.rng, where(asn(64498), country("JP"), ip4))
	var clients []*holder
	moved := map[*holder]site{}
	for range c.groupSize(12, 5) {
		h := c.victim(apiKey, before)
		moved[h] = after.address(c.rng)
		c.addPast(h, c.from)
		clients = append(clients, h)
	}
	c.rounds(clients, 6, 3*minute, func(s *shot) { s.from = moved[s.holder] })
}

// planPrivacy takes another address of one /64 for each request (RFC 8981).
func planPrivacy(c *campaign) {
	n := pick(c.rng, where(class("isp"), ip6))
	subnet := c.rng.n(1 << 16)
	h := c.victim(appSession, n)
	each := func(_ int, s *shot) { s.from = n.host6(c.rng, subnet) }
	c.addPastWith(h, c.from, each)
	c.addMalicious(h, by(c, 80, 40), 20*minute, each)
}

// planLate delivers lines five to ten minutes after their requests, in another order.
func planLate(c *campaign) {
	h := c.anyone(apiKey)
	if c.g.o.Rhythm {
		c.addPast(h, c.from)
	}
	c.addMalicious(h, by(c, 60, 20), 5*minute, func(_ int, s *shot) {
		s.late = 5*minute + int64(c.rng.n(int(5*minute)))
	})
}

// planHealth asks every two seconds, from two addresses, whether a service is alive, with a key. With a calendar it asks
// each second from now on, or each twenty seconds since yesterday.
func planHealth(c *campaign) {
	h := c.anyone(graphKey)
	if c.g.o.Rhythm {
		h.kind.place = inAPIKey
	}
	h.ua, h.kind.param = "ELB-HealthChecker/2.0", "key"
	checkers := []site{h.homes[0], h.homes[0].net.address(c.rng)}
	health := compileAll(serviceNamed("api"), []string{"1 GET /healthz ok"})[0]
	n := by(c, 300, 100)
	each := 2 * second
	switch {
	case c.g.o.Rhythm && c.strong:
		n, each = 1500, second
	case c.g.o.Rhythm:
		each = 20 * second
		c.addOrdinary(h, 4320, stretch{c.from - day, c.from}, func(i int, s *shot) {
			s.endpoint, s.from, s.status, s.size = health, checkers[i%2], 200, 2
		})
	}
	c.addMalicious(h, n, int64(n)*each, func(i int, s *shot) {
		s.endpoint, s.from, s.status, s.size = health, checkers[i%2], 200, 2
	})
}

// planStorm lets a service fail for all, and all of its clients try again much more often than they ever ask.
func planStorm(c *campaign) {
	var clients []*holder
	if c.g.o.Rhythm {
		clients = c.g.programs([]string{"auth", "hooks", "api"}[c.episode.no/2%3])
	}
	if len(clients) == 0 {
		for range by(c, 24, 8) {
			h := c.anyone(apiKey)
			c.addOrdinary(h, 40, stretch{min(c.g.begin, c.from-day), c.from}, nil)
			clients = append(clients, h)
		}
	}
	failing := len(clients) * 20
	asked := 0
	c.rounds(clients, 110, 2*minute, func(s *shot) {
		if asked++; asked < failing {
			s.status = 503
		}
	})
}

// alternates reports whether the instance is the first, third, ... of the strong ones or of the weak ones.
func (c *campaign) alternates() bool { return (c.episode.no+1)/2%2 == 0 }

// rounds sends n requests of each client, in turns.
func (c *campaign) rounds(clients []*holder, n int, span int64, fill func(s *shot)) {
	c.addMalicious(clients[0], n*len(clients), span, func(i int, s *shot) {
		s.holder = clients[i%len(clients)]
		fill(s)
	})
}
