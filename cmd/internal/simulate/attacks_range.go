package simulate

import (
	"fmt"
	"strconv"
)

// rangeAttacks try many endpoints, ids or keys.
func rangeAttacks() []scenario {
	return []scenario{
		attack("privilege-probing", "token", planProbing),
		attack("object-enumeration", "token", planEnumeration),
		attack("token-spray", "network", planSpray),
		attack("token-guessing", "network", planGuessing),
		attack("sequential-tokens", "issuer", planSequence),
	}
}

// planProbing asks for one endpoint after the other and is refused.
func planProbing(c *campaign) {
	h := c.anyone(apiKey)
	probes := compileAll(serviceNamed("api"), probed)
	n, span := by(c, 2*len(probes), 12), by(c, minute, 4*minute)
	c.needs(10)
	c.addMalicious(h, n, span, func(i int, s *shot) {
		s.endpoint, s.status = probes[i%len(probes)], 403+i%2
	})
}

var probed = []string{
	"1 GET /v1/admin/users probe", "1 GET /v1/admin/roles probe", "1 GET /v1/admin/keys probe", "1 GET /v1/billing probe",
	"1 GET /v1/billing/cards probe", "1 GET /v1/payouts probe", "1 GET /v1/internal/config probe", "1 GET /v1/internal/debug probe",
	"1 GET /v1/exports probe", "1 GET /v1/backups probe", "1 GET /v1/users probe", "1 GET /v1/users/me/permissions probe",
	"1 GET /v1/webhooks probe", "1 GET /v1/secrets probe", "1 GET /v1/tenants probe", "1 GET /v2/admin/users probe",
	"1 GET /v1/employees probe", "1 GET /v1/payroll probe", "1 GET /v1/audit/logs probe", "1 GET /v1/feature-flags probe",
	"1 GET /v1/impersonate probe", "1 GET /v1/oauth/clients probe", "1 GET /v1/reports/finance probe", "1 GET /v1/db/status probe",
}

// planEnumeration reads other people's orders, a new id each time.
func planEnumeration(c *campaign) {
	h := c.anyone(apiKey)
	c.addPast(h, c.from)
	base := c.rng.between(1_000_000, 8_000_000)
	c.needs(50)
	c.addMalicious(h, by(c, 600, 64), by(c, 3*minute, 4*minute), func(i int, s *shot) {
		s.endpoint, s.object, s.status = readOrder(), strconv.Itoa(base+i), 200
	})
}

// strangers returns n holders at one address. mint makes the credential of each from its number.
func (c *campaign) strangers(n int, k kind, mint func(r *rng, i int) string) []*holder {
	from := pick(c.rng, where(class("hosting"), ip4))
	if c.g.o.Rhythm { // so many campaigns that they would meet
		offer := where(class("hosting", "isp"), ip4)
		from = offer[len(c.g.episodes)%len(offer)]
	}
	home := from.address(c.rng)
	out := make([]*holder, n)
	for i := range out {
		k.mint = func(r *rng, _ *holder, _ int64) secret { return plainSecret(mint(r, i)) }
		own := k
		out[i] = c.victim(&own, from)
		out[i].homes, out[i].ua = []site{home}, "python-requests/2.32.3"
	}
	return out
}

// planSpray tries keys from a dump, which have nothing in common.
func planSpray(c *campaign) {
	keys := c.strangers(by(c, 200, 24), *apiKey, func(r *rng, _ int) string {
		return "exk" + "_live_" + r.text(32, base62)
	})
	c.needs(20)
	c.each(keys, by(c, minute, 4*minute), shot{endpoint: listOrders(), status: 401})
}

// planGuessing tries keys that differ in their last characters alone.
func planGuessing(c *campaign) {
	stem, first := "exk"+"_live_"+c.rng.text(28, base62), c.rng.n(9000)
	keys := c.strangers(by(c, 60, 6), *apiKey, func(_ *rng, i int) string { return fmt.Sprintf("%s%04d", stem, first+i) })
	c.needs(5)
	c.each(keys, by(c, minute, 4*minute), shot{endpoint: listOrders(), status: 401})
}

// planSequence lets an application number its sessions instead of drawing them.
func planSequence(c *campaign) {
	stem, first := c.rng.text(10, lowerHex), c.rng.between(100_000, 900_000)
	k := *webSession
	k.param = "session_id"
	ids := c.strangers(by(c, 40, 12), k, func(_ *rng, i int) string { return fmt.Sprintf("%s%08d", stem, first+i) })
	for _, h := range ids {
		h.homes = []site{pick(c.rng, where(class("isp"), ip4)).address(c.rng)}
		h.ua = agent(c.rng, crowdBrowser)
	}
	c.needs(10)
	c.each(ids, 4*minute, shot{status: 200})
}

// each strikes once with every holder.
func (c *campaign) each(holders []*holder, span int64, set shot) {
	c.addMalicious(holders[0], len(holders), span, func(i int, s *shot) {
		*s = set
		s.holder = holders[i]
	})
}
