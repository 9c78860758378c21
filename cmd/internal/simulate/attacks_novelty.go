package simulate

// noveltyAttacks use credentials in ways that are new for them.
func noveltyAttacks() []scenario {
	return []scenario{
		attack("new-client", "token", planNewClient),
		attack("first-write", "token", planFirstWrite),
		attack("new-endpoint", "token", planNewEndpoint),
	}
}

func planNewClient(c *campaign) {
	h := c.anyone(apiKey)
	h.ua = "Example-PHP-SDK/3.4.1"
	c.addPast(h, c.from)
	c.addMalicious(h, by(c, 12, 1), 3*minute, once(shot{ua: by(c, "sqlmap/1.8", "curl/8.9.1")}))
}

// planFirstWrite deletes with a key that only ever read.
func planFirstWrite(c *campaign) {
	h := c.anyone(apiKey)
	h.readOnly()
	c.addPast(h, c.from)
	c.addMalicious(h, by(c, 6, 1), 2*minute, once(shot{endpoint: dropOrder(), status: 204}))
}

func planNewEndpoint(c *campaign) {
	h := c.anyone(apiKey)
	c.addPast(h, c.from)
	c.addMalicious(h, by(c, 8, 1), 2*minute, once(shot{endpoint: readUser(), status: 200}))
}
