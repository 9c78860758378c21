package simulate

// volumeAttacks send too many requests or bytes in a short time.
func volumeAttacks() []scenario {
	return []scenario{
		attack("token-burst", "token", planBurst),
		attack("token-rate-anomaly", "token", planRate),
		attack("token-egress", "token", planEgress),
		attack("auth-failures", "network", planFailures),
	}
}

// planBurst sends 1,500 requests in 50 seconds, or just enough to pass 600 in a minute.
func planBurst(c *campaign) {
	h := c.anyone(graphKey)
	c.addOrdinary(h, 10, stretch{c.g.start, c.from}, nil)
	c.needs(601)
	c.addMalicious(h, by(c, 1500, 660), 50*second, func(_ int, s *shot) { s.status = 200 })
}

// planRate multiplies a key's own rate by a lot and stays below what is a burst for everybody: 900 requests in five
// minutes, or 130.
func planRate(c *campaign) {
	h := c.anyone(apiKey)
	c.addPast(h, c.from)
	c.needs(101)
	c.addMalicious(h, by(c, 900, 130), 5*minute, func(_ int, s *shot) { s.endpoint, s.status = listOrders(), 200 })
}

// planEgress carries 5 GB out in ten minutes, or 130 MB.
func planEgress(c *campaign) {
	h := c.anyone(apiKey)
	c.addPast(h, c.from)
	n := by(c, 100, 13)
	each := by(c, int64(50<<20), 10<<20)
	c.needs(by(c, 2, 10)) // 100 MB
	c.addMalicious(h, n, 10*minute, func(i int, s *shot) {
		s.endpoint, s.status, s.size = exportUsers(), 200, each+int64(i)*4093
	})
}

// planFailures tries the same wrong key again and again.
func planFailures(c *campaign) {
	c.needs(by(c, 6, 7))
	c.addMalicious(c.anyone(apiKey), by(c, 60, 12), minute/2, once(shot{endpoint: listOrders(), status: 401}))
}
