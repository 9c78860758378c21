package simulate

// listAttacks use credentials in ways that only a user-supplied list shows to be wrong.
func listAttacks() []scenario {
	return []scenario{
		attack("anonymizer", "token", planAnonymizer),
		attack("binding-breach", "token", planBinding),
	}
}

// planAnonymizer hides behind a service that is made for it.
func planAnonymizer(c *campaign) {
	h := c.anyone(accountCookie)
	c.addPast(h, c.from)
	c.addMalicious(h, by(c, 12, 1), 3*minute, once(shot{from: pick(c.rng, anonymous()).address(c.rng), status: 200}))
}

// planBinding uses a key outside what was declared for it: from another country, or from the next network of the same
// operator.
func planBinding(c *campaign) {
	home := pick(c.rng, where(class("isp"), ip4, func(n *network) bool { return len(next(n)) > 0 }))
	h := c.victim(apiKey, home)
	c.addPast(h, c.from)
	c.g.bindings = append(c.g.bindings, binding{c.g.known(h), home, h.endpoints})
	from := pick(c.rng, next(home)).address(c.rng)
	if c.strong {
		from = c.elsewhere(h, abroad).address(c.rng)
	}
	c.addMalicious(h, by(c, 6, 1), 2*minute, once(shot{from: from, status: 200}))
}

// next returns the other networks of an operator in the same city.
func next(n *network) []*network {
	return where(ip4, asn(n.asn), city(n.city), func(m *network) bool { return m != n })
}

// binding is the declared use of a credential.
type binding struct {
	token     int // index
	network   *network
	endpoints []*endpoint
}
