package simulate

import "time"

// tokenUse counts the lines with a credential.
type tokenUse struct {
	holder      *holder
	serial      int64
	lines       int
	first, last int64 // Unix nanoseconds
	days        int   // on which it was the first that its holder used
	inURL       bool
	inReferer   bool
}

// holds lists the rules that ordinary use of a token with such a placement satisfies.
func (u *tokenUse) holds() (rules []string) {
	if u.inURL {
		rules = append(rules, "token-in-url")
	}
	if u.inReferer {
		rules = append(rules, "token-in-referer")
	}
	return rules
}

// lineWithCredential returns an ordinary line with a credential.
func (g *Generator) lineWithCredential(at int64) Line {
	g.shot = shot{holder: pick(g.traffic, g.crowd)}
	if g.traffic.chance(g.denied) {
		g.shot.status = 401
	}
	return g.renderShot(nil, at, &g.shot)
}

// renderShot returns the line of s; of is nil for ordinary traffic.
func (g *Generator) renderShot(of *episode, at int64, s *shot) Line {
	h, q := s.holder, &g.req
	unix := (at - s.late) / second
	g.issueCredential(h, unix)
	*q = request{
		at: at - s.late, endpoint: s.endpoint, from: s.from, ua: s.ua, place: s.place, param: h.kind.param,
		wire: h.wire, expires: h.serial + hourly, plaintext: s.plaintext, tls: s.tls, object: s.object,
		tokenIndex: h.token,
	}
	g.applyHabits(q, h, unix)
	g.outcome(q)
	if s.status != 0 {
		q.status, q.size = s.status, int64(40+g.traffic.n(90))
	}
	if s.size != 0 {
		q.size = s.size
	}
	q.place = visible(q.place, g.format(q.endpoint.svc))
	g.text = g.render(g.text[:0], q)
	line := g.line(q.at, q)
	if q.place != inNowhere {
		g.recordTruth(q)
		line.Truth = &g.truth
	}
	if of != nil {
		line.Label = g.mark(of, q)
	}
	return line
}

// applyHabits fills the fields of q that the campaign left empty with the habits of its holder.
func (g *Generator) applyHabits(q *request, h *holder, unix int64) {
	if q.place == inKind {
		q.place = h.kind.place
	}
	if q.endpoint == nil {
		q.endpoint = pick(g.traffic, h.endpoints)
	}
	if q.from.net == nil {
		q.from = h.home(unix)
	}
	if q.ua == "" {
		q.ua = h.ua
	}
	if q.tls == "" {
		q.tls = "TLSv1.3"
	}
	if q.object == "" {
		q.object = g.pools[poolUUID][h.objects+g.traffic.n(h.own)]
	}
}

// issueCredential gives h the credential valid at the time, with an index.
func (g *Generator) issueCredential(h *holder, unix int64) {
	serial := h.serialAt(unix)
	h.uses++
	if h.used && serial == h.serial {
		return
	}
	h.used, h.serial = true, serial
	h.secret = g.mint(h, serial)
	h.token = len(g.tokens)
	g.tokens = append(g.tokens, tokenUse{holder: h, serial: serial})
}

func (g *Generator) mint(h *holder, serial int64) secret {
	g.minting.seed(g.o.Seed^uint64(serial)*0x9E3779B97F4A7C15, streamTokens+uint64(h.number))
	return h.kind.mint(&g.minting, h, serial)
}

// recordTruth sets g.truth for a line and counts its credential.
func (g *Generator) recordTruth(q *request) {
	u := &g.tokens[q.tokenIndex]
	if u.lines == 0 {
		u.first = q.at
	}
	u.lines++
	if today := q.at / day; u.holder.day != today {
		u.holder.day = today
		u.days++
	}
	where := locations[q.place]
	u.inURL = u.inURL || where == "query" || where == "path"
	u.inReferer = u.inReferer || q.place == inReferer || q.place == inBoth
	u.first, u.last = min(u.first, q.at), max(u.last, q.at)
	svc := q.endpoint.svc
	host := svc.host
	if g.format(svc) == FormatCombined {
		host = ""
	}
	g.truth = Truth{
		TokenIndex: q.tokenIndex, Minute: time.Unix(0, q.at-q.at%minute).UTC(), Status: q.status, Bytes: q.size,
		Host: host, Template: q.endpoint.template, Location: locations[q.place], Country: q.from.net.country,
		Method: q.endpoint.method,
	}
}

// Tokens returns the number of credentials used so far. Their indexes run from 0 to Tokens()-1.
func (g *Generator) Tokens() int { return len(g.tokens) }

// Token returns the raw credential with index i, decoded. It is for tests and fingerprints and must not be written anywhere.
func (g *Generator) Token(i int) string { return g.mint(g.tokens[i].holder, g.tokens[i].serial).text }

// Wire returns credential i as lines write it: percent-encoded, or for HTTP Basic the base64 of user and password.
// The same caution holds.
func (g *Generator) Wire(i int) string { return g.mint(g.tokens[i].holder, g.tokens[i].serial).wire }
