package simulate

import (
	"slices"
	"time"
)

// rhythm describes the days of one sort of holders.
type rhythm struct {
	share    int // of the holders, relative to the other rhythms
	kinds    []*kind
	hours    []int   // local hours of the day, each as likely as it stands here; none: one hour of its own, every day
	weekend  float64 // chance to work on a Saturday or Sunday
	sittings span    // on a day
	requests span    // of a sitting
	pause    span    // milliseconds between two requests of a sitting
	roam     roaming
}

// span is a least and a greatest number.
type span struct{ lo, hi int }

func (s span) draw(r *rng) int { return r.between(s.lo, s.hi) }

// roaming describes the changes of a holder's address.
type roaming int

const (
	roamNever   roaming = iota // a program at fixed addresses, as many as it has homes
	roamPerson                 // mostly at home, now and then on the phone's network, seldom on another provider's
	roamPhone                  // to and fro between Wi-Fi and a carrier that gives another address each time
	roamRunners                // a build system: another machine of the same provider for each job
)

var (
	officeHours = []int{8, 9, 9, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16, 16, 17, 18}
	leisure     = []int{7, 7, 8, 12, 12, 13, 17, 18, 18, 19, 19, 20, 20, 20, 21, 21, 22, 23}
	allDay      = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 15, 16, 17, 18, 19, 20, 21, 22, 23}
)

// The kinds that only rhythms know: their credentials stay out of URLs.
var (
	accountCookie = &kind{"session", "auth", "session", inCookie, "sid", crowdBrowser, 0, static, mintSession}
	shopCookie    = &kind{"session", "shop", "session", inCookie, "sid", crowdBrowser, 0, 4 * 24 * hourly, mintSession}
	clientSecret  = &kind{"basic", "auth", "client", inBasic, "client_secret", crowdSDK, 0, static, mintBasic}
	hookKey       = &kind{"provider", "hooks", "query", inBearer, "token", crowdSender, 0, static, mintProvider}
	customerKey   = &kind{"api_key", "api", "customers", inAPIKey, "api_key", crowdSDK, 0, static, mintAPIKey}
	weeklyJWT     = &kind{"jwt", "api", "customers", inBearer, "access_token", crowdSDK, 0, 7 * 24 * hourly, mintJWT}
	adminJWT      = &kind{"jwt", "api", "admin", inBearer, "access_token", crowdBrowser, 0, hourly, mintJWT}
	signedLink    = &kind{"signed_url", "media", "signed", inSigned, "Signature", crowdPhone, 0, hourly, mintSigned}
	magicLink     = &kind{"link", "shop", "link", inPath, "", crowdBrowser, 0, oneUse, mintLink}
)

// rhythms are the sorts of holders: people at work and at leisure, apps, servers, build systems, partners, nightly
// jobs, and the links that carry a credential in the URL because they are meant to.
var rhythms = []*rhythm{
	{22, []*kind{userJWT, userJWT, accountCookie}, officeHours, 0.08, span{2, 5}, span{4, 18}, span{1500, 40_000}, roamPerson},
	{1, []*kind{adminJWT}, officeHours, 0.05, span{1, 3}, span{4, 12}, span{3000, 60_000}, roamPerson},
	{16, []*kind{shopCookie, accountCookie}, leisure, 0.8, span{0, 3}, span{5, 25}, span{2000, 50_000}, roamPerson},
	{24, []*kind{appJWT, appSession}, leisure, 0.9, span{2, 6}, span{3, 14}, span{800, 25_000}, roamPhone},
	{
		18, []*kind{apiKey, customerKey, serviceJWT, weeklyJWT, clientSecret}, allDay, 1, span{16, 30}, span{2, 6},
		span{20_000, 500_000}, roamNever,
	},
	{6, []*kind{apiKey, hookKey}, officeHours, 0.2, span{3, 12}, span{8, 25}, span{200, 4000}, roamRunners},
	{5, []*kind{customerKey}, officeHours, 0.1, span{4, 10}, span{4, 20}, span{1000, 90_000}, roamNever},
	{4, []*kind{apiKey, customerKey}, nil, 1, span{1, 1}, span{80, 300}, span{150, 800}, roamNever},
	{3, []*kind{signedLink, magicLink}, leisure, 0.8, span{0, 2}, span{2, 8}, span{1000, 9000}, roamPhone},
}

// rhythmOf returns the rhythm of victims of a kind.
func rhythmOf(k *kind) *rhythm {
	switch {
	case k.machine():
		return rhythms[4]
	case k.crowd == crowdApp:
		return rhythms[3]
	}
	return rhythms[0]
}

// life is the calendar of one holder.
type life struct {
	*rhythm
	rng     *rng
	h       *holder
	zone    int64     // nanoseconds that its clock is ahead of UTC
	hour    int       // of a rhythm without hours
	day     int64     // the next day to be planned, in its own time since the epoch
	agenda  []sitting // the rest of the day, in order
	left    int       // requests of the present sitting
	from    site
	carrier []*network // where its phone is
	cafes   []*network // other providers in its city
	away    []*network // where it is today, if not at home
	victim  bool       // stays where the attack needs it
	refused int        // requests in a row that were
	leaving bool       // the sitting ended with a logout
}

type sitting struct {
	at int64
	n  int
}

// newLife returns a calendar of h that starts at a time.
func newLife(f *rhythm, h *holder, r *rng, begin int64) *life {
	at := h.homes[0].net
	l := &life{rhythm: f, rng: r, h: h, zone: int64(at.lon/15) * hour, hour: r.n(24), from: h.homes[0]}
	l.day = (begin + l.zone) / day
	l.carrier = mobileNetworks()[at.country+at.city]
	l.cafes = fixedNetworks()[at.country+at.city]
	return l
}

// next returns the time of the next request of h after now.
func (l *life) next(now int64) int64 {
	if l.left > 0 {
		l.left--
		return now + int64(l.pause.draw(l.rng))*int64(time.Millisecond)
	}
	for len(l.agenda) == 0 || l.agenda[0].at <= now {
		if len(l.agenda) > 0 {
			l.agenda = l.agenda[1:]
			continue
		}
		l.plan()
	}
	s := l.agenda[0]
	l.agenda, l.left = l.agenda[1:], s.n-1
	if l.leaving {
		l.leaving = false
		l.h.phase = hourly - s.at/second%hourly // the next token is issued at the next login
	}
	return s.at
}

// plan fills the agenda of the next day.
func (l *life) plan() {
	r, midnight := l.rng, l.day*day-l.zone
	weekday := (l.day + 4) % 7 // the epoch was a Thursday
	l.day++
	if !l.victim {
		l.change()
	}
	if (weekday == 0 || weekday == 6) && !r.chance(l.weekend) {
		return
	}
	much := 1
	if r.n(20) == 0 { // a day with a lot to do
		much = 3
	}
	for range much * l.sittings.draw(r) {
		at := midnight + int64(l.hour)*hour + int64(r.n(120))*second
		if len(l.hours) > 0 {
			at = midnight + int64(pick(r, l.hours))*hour + int64(r.n(int(hour)))
		}
		l.agenda = append(l.agenda, sitting{at, l.requests.draw(r)})
	}
	slices.SortFunc(l.agenda, func(a, b sitting) int { return int(a.at - b.at) })
}

// fill sets the address of the request; now and then a server refuses it, as when a token has just ended.
func (l *life) fill(sat bool, s *shot) {
	if sat {
		l.move()
	} else if l.roam == roamPhone && l.rng.n(12) == 0 {
		l.move()
	}
	s.from, s.ua, s.size = l.from, l.h.ua, 0
	if l.h.bulk {
		s.size = int64(500_000 + l.rng.n(1_000_000))
	}
	l.refuse(sat, s)
	if !l.victim && l.h.kind == userJWT && l.left == 0 && l.rng.n(10) == 0 {
		l.leaving, s.endpoint, s.status = true, logout(), 204
	}
}

// refuse lets the server say no to a token that has just ended, at the begin of a sitting; some clients ask again, twice
// at most.
func (l *life) refuse(sat bool, s *shot) {
	if sat && l.rng.n(50) == 0 || l.refused > 0 && l.refused < 3 && l.rng.n(2) == 0 {
		l.refused++
		s.status = 401
	} else {
		l.refused = 0
	}
}

// move draws the address of a sitting.
func (l *life) move() {
	r, h := l.rng, l.h
	l.from = pick(r, h.homes)
	if l.victim {
		return
	}
	switch dice := r.n(100); {
	case len(l.away) > 0:
		l.from = pick(r, l.away).address(r)
	case l.roam == roamRunners:
		at := h.homes[0].net
		l.from = pick(r, runners(at)).address(r)
	case l.roam == roamPhone && dice < 45 || l.roam == roamPerson && dice < 12:
		if len(l.carrier) > 0 {
			l.from = pick(r, l.carrier).address(r)
		}
	case l.roam == roamPerson && dice < 14:
		l.from = pick(r, l.cafes).address(r)
	case !ip4(l.from.net) && l.roam != roamNever:
		l.from = l.from.privacy(r)
	}
}
