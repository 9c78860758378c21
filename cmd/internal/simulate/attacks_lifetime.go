package simulate

// lifetimeAttacks are credentials that are used before, after or beyond their time.
func lifetimeAttacks() []scenario {
	return []scenario{
		attack("expired-token-accepted", "token", planExpired),
		attack("early-token-accepted", "token", planEarly),
		attack("token-without-expiry", "token", planNoExpiry),
		attack("token-lifetime-long", "token", planLongLife),
		attack("revoked-token-used", "token", planRevoked),
		attack("token-overage", "token", planOverage),
		attack("rotated-token-used", "family", planRotated),
		attack("dormant-token-active", "token", planDormant),
		attack("unusual-hour", "token", planUnusualHour),
	}
}

// planExpired uses a token two minutes after its end, or hours after it, and the server does not mind.
func planExpired(c *campaign) {
	h := c.anyone(userJWT)
	h.claims.life = hourly
	h.serial = c.from/second - hourly - by(c, int64(6*hourly), 120)
	c.addMalicious(h, by(c, 8, 1), 3*minute, once(shot{endpoint: readOrder(), status: 200}))
}

// planEarly uses a token before its nbf.
func planEarly(c *campaign) {
	h := c.anyone(userJWT)
	h.serial = c.from / second
	h.claims.notBefore = by(c, int64(2*hourly), 600)
	h.claims.life = 4 * hourly
	c.addMalicious(h, by(c, 4, 1), minute, once(shot{endpoint: readOrder(), status: 200}))
}

func planNoExpiry(c *campaign) {
	h := c.anyone(serviceJWT)
	h.claims.noExpiry = true
	c.addMalicious(h, by(c, 6, 1), 2*minute, nil)
}

// planLongLife uses a token that was made for two years, or for a hundred days.
func planLongLife(c *campaign) {
	h := c.anyone(serviceJWT)
	h.claims.life = by(c, int64(730), 100) * 24 * hourly
	c.addMalicious(h, by(c, 6, 1), 2*minute, nil)
}

// planRevoked goes on using a token after its owner has logged out with it.
func planRevoked(c *campaign) {
	h := c.anyone(userJWT)
	end := c.from - min(2*minute, (c.from-c.g.start)/4)
	c.addOrdinary(h, 12, stretch{c.recently(), end}, nil)
	if c.g.o.Rhythm && c.episode.no%4 == 0 { // not the owner's doing: somebody has put it on a list
		c.g.revoked = append(c.g.revoked, revocation{c.g.known(h), end})
	} else {
		c.addOrdinary(h, 1, stretch{end, end}, once(shot{endpoint: logout(), status: 204}))
	}
	c.addMalicious(h, by(c, 8, 1), 2*minute, once(shot{endpoint: readOrder(), status: 200}))
}

// planOverage uses a key regularly, and still after 100 days, or after 92.
func planOverage(c *campaign) {
	h := c.anyone(apiKey)
	begin := c.from - by(c, 100*day, 92*day)
	c.addOrdinary(h, 60, stretch{begin, begin + 89*day}, nil)
	c.addMalicious(h, 2, minute, nil)
}

// planRotated uses the older token of a family more than a day after its successor appeared.
func planRotated(c *campaign) {
	older := c.anyone(serviceJWT)
	newer := *older
	older.claims.life = 30 * 24 * hourly
	newer.claims.life = 30 * 24 * hourly
	older.serial = (c.from - 4*day) / second
	newer.serial = (c.from - 30*hour) / second
	c.addOrdinary(older, 30, stretch{c.from - 3*day, c.from - 31*hour}, nil)
	c.addOrdinary(&newer, 30, stretch{c.from - 30*hour, c.from}, nil)
	c.addMalicious(older, by(c, 10, 1), 3*minute, once(shot{endpoint: readUser(), status: 200}))
}

// planDormant wakes a key after 40 days, from another network or from its own.
func planDormant(c *campaign) {
	h := c.anyone(apiKey)
	c.addOrdinary(h, 8, stretch{c.from - 41*day, c.from - 40*day}, nil)
	s := shot{status: 200, endpoint: listOrders()}
	if c.strong {
		s.from = c.elsewhere(h, abroad).address(c.rng)
	}
	c.addMalicious(h, by(c, 12, 1), 3*minute, once(s))
}

// planUnusualHour works at an hour of the week at which the token, in five weeks, never did.
func planUnusualHour(c *campaign) {
	h := c.anyone(userJWT)
	h.serial, h.claims.life = (c.from-40*day)/second, 60*24*hourly
	for d := int64(35); d > 0; d-- {
		at := c.from - d*day - 11*hour
		c.addOrdinary(h, 7, stretch{at, at + 7*hour}, nil)
	}
	c.addMalicious(h, by(c, 10, 1), 3*minute, nil)
}
