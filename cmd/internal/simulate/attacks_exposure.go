package simulate

// exposureAttacks use credentials in the wrong part of a request, and leaked ones.
func exposureAttacks() []scenario {
	plaintext := attack("token-over-plaintext", "token", planPlaintext)
	weakTLS := attack("weak-tls", "token", planWeakTLS)
	plaintext.json, weakTLS.json = true, true
	return []scenario{
		attack("token-in-url", "token", planInURL),
		attack("token-in-referer", "token", planInReferer),
		plaintext,
		weakTLS,
		attack("leaked-token-used", "token", planLeaked),
		attack("decoy-token-used", "token", planDecoy),
		attack("weak-token", "token", planWeakToken),
		attack("jwt-unsigned-accepted", "token", planUnsigned),
		attack("scope-violation", "token", planScope),
		attack("sensitive-without-mfa", "token", planNoMFA),
		attack("admin-endpoint", "token", planAdmin),
	}
}

// planInURL moves a key that always travelled in a header into the query.
func planInURL(c *campaign) {
	h := c.anyone(apiKey)
	c.addOrdinary(h, 12, stretch{c.recently(), c.from}, nil)
	c.addMalicious(h, by(c, 5, 1), 2*minute, once(shot{place: inQuery, status: by(c, 200, 302)}))
}

// planInReferer shows a session in the Referer of another site's log.
func planInReferer(c *campaign) {
	h := c.anyone(webSession)
	picture := serviceNamed("media").plain[0]
	c.addMalicious(h, by(c, 6, 1), 2*minute, once(shot{place: inReferer, endpoint: picture, status: 200, size: 18_211}))
}

func planPlaintext(c *campaign) {
	h := c.anyone(userJWT)
	c.addOrdinary(h, 12, stretch{c.recently(), c.from}, nil)
	c.addMalicious(h, by(c, 4, 1), minute, once(shot{plaintext: true, endpoint: readOrder(), status: by(c, 200, 301)}))
}

func planWeakTLS(c *campaign) {
	c.addMalicious(c.anyone(appJWT), by(c, 4, 1), minute, once(shot{tls: by(c, "TLSv1", "TLSv1.1"), status: 200}))
}

// planLeaked uses a key that the watchlist knows: it works, or it has been revoked.
func planLeaked(c *campaign) {
	h := c.anyone(provider)
	c.g.leaked = append(c.g.leaked, c.g.known(h))
	c.addMalicious(h, by(c, 8, 1), 3*minute, once(shot{ua: "python-requests/2.32.3", status: by(c, 200, 401)}))
}

func planDecoy(c *campaign) {
	h := c.anyone(apiKey)
	c.g.decoys = append(c.g.decoys, c.g.known(h))
	c.addMalicious(h, by(c, 3, 1), minute, once(shot{ua: "curl/8.9.1", status: by(c, 200, 401)}))
}

// known gives a holder's credential its index before it is used.
func (g *Generator) known(h *holder) int {
	g.issueCredential(h, 0)
	return h.token
}

// planWeakToken uses a word from any dictionary, or 48 random bits.
func planWeakToken(c *campaign) {
	k := *graphKey
	k.mint = func(r *rng, _ *holder, _ int64) secret { return plainSecret(r.text(12, lowerHex)) }
	if c.strong {
		k.mint = func(r *rng, _ *holder, _ int64) secret { return plainSecret(pick(r, nouns) + r.text(3, decimal)) }
	}
	c.addMalicious(c.anyone(&k), by(c, 6, 2), 2*minute, nil)
}

// planUnsigned presents a token with alg none, in the spelling that gets past a careless check, or one of an honest
// algorithm with an empty signature.
func planUnsigned(c *campaign) {
	h := c.anyone(userJWT)
	h.claims.unsigned = true
	if c.strong {
		h.claims.alg = pick(c.rng, []string{"none", "nOnE", "NONE"})
	}
	c.addMalicious(h, by(c, 6, 1), 2*minute, once(shot{endpoint: readOrder(), status: 200}))
}

// planScope calls what the token's scope does not cover: an order is deleted, or the server refuses.
func planScope(c *campaign) {
	h := c.anyone(userJWT)
	h.readOnly()
	c.addOrdinary(h, 20, stretch{c.recently(), c.from}, nil)
	c.addMalicious(h, by(c, 4, 1), minute, once(shot{endpoint: dropOrder(), status: by(c, 204, 403)}))
}

// planNoMFA administers with a password alone, or with a second factor of thirteen hours ago.
func planNoMFA(c *campaign) {
	h := c.anyone(userJWT)
	h.scope += " admin:read admin:write"
	h.claims.amr = by(c, `["pwd"]`, `["pwd","otp"]`)
	if !c.strong {
		h.claims.authAge = 13 * hourly
	}
	c.addMalicious(h, by(c, 5, 1), 2*minute, once(shot{endpoint: by(c, makeKey(), listUsers()), status: 200}))
}

// planAdmin makes a token's first call to a sensitive endpoint after it has long done other things.
func planAdmin(c *campaign) {
	h := c.anyone(apiKey)
	c.addPast(h, c.from)
	c.addMalicious(h, by(c, 6, 1), 3*minute, once(shot{endpoint: by(c, makeKey(), listUsers()), status: by(c, 201, 200)}))
}
