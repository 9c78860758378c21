package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
)

// placement is the part of a line that holds the credential.
type placement int

const (
	inKind placement = iota // where the kind of holder says
	inQuery
	inPath // where the endpoint's {token} stands
	inReferer
	inBearer  // Authorization: Bearer
	inBasic   // Authorization: Basic
	inAPIKey  // X-Api-Key
	inCookie  // Cookie
	inSigned  // query, with an expiry and a key id beside it
	inBoth    // query and Referer
	inNowhere // a line of a holder that does not show its credential
)

// locations are the names of placements in events.
var locations = [...]string{
	inQuery: "query", inPath: "path", inReferer: "referer", inBearer: "header", inBasic: "header", inAPIKey: "header",
	inCookie: "cookie", inSigned: "query", inBoth: "query",
}

const (
	hourly = 3600 // seconds
	static = 0
	oneUse = -1 // a new credential every second time
)

// kind is a kind of token holder: its credential, and the calls that it makes.
type kind struct {
	token   string // what WriteTruth calls it
	svc     string
	group   string // guarded endpoints it calls; "" means ordinary ones
	place   placement
	param   string // query parameter or cookie; for headers what stands in for them in a format without headers
	crowd   crowd
	weight  int   // share of holders
	rotates int64 // seconds until the next credential, or static, or oneUse
	mint    minter
}

func (k *kind) service() *service { return serviceNamed(k.svc) }

// machine reports whether the holder is a program with a fixed address.
func (k *kind) machine() bool { return k.crowd == crowdSDK || k.crowd == crowdSender }

// The kinds that attacks name.
var (
	userJWT    = &kind{"jwt", "api", "orders", inBearer, "access_token", crowdBrowser, 16, hourly, mintJWT}
	serviceJWT = &kind{"jwt", "api", "customers", inBearer, "access_token", crowdSDK, 6, hourly, mintJWT}
	apiKey     = &kind{"api_key", "api", "orders", inAPIKey, "api_key", crowdSDK, 8, static, mintAPIKey}
	graphKey   = &kind{"api_key", "api", "graph", inQuery, "api_key", crowdSDK, 6, static, mintAPIKey}
	appJWT     = &kind{"jwt", "mobile", "feed", inBearer, "access_token", crowdApp, 14, hourly, mintJWT}
	appSession = &kind{"session", "mobile", "session", inCookie, "sid", crowdApp, 10, static, mintSession}
	webSession = &kind{"session", "shop", "session", inQuery, "sid", crowdBrowser, 10, static, mintSession}
	provider   = &kind{"provider", "hooks", "query", inQuery, "token", crowdSender, 5, static, mintProvider}
)

var kinds = []*kind{
	userJWT, serviceJWT, apiKey, graphKey, appJWT, appSession, webSession, provider,
	{"basic", "auth", "client", inBasic, "client_secret", crowdSDK, 5, static, mintBasic},
	{"session", "auth", "session", inCookie, "sid", crowdBrowser, 6, static, mintSession},
	{"jwt", "auth", "userinfo", inQuery, "access_token", crowdBrowser, 4, hourly, mintJWT},
	{"link", "shop", "link", inPath, "", crowdBrowser, 3, oneUse, mintLink},
	{"reset", "shop", "reset", inBoth, "token", crowdPhone, 2, oneUse, mintReset},
	{"signed_url", "media", "signed", inSigned, "Signature", crowdPhone, 8, 600, mintSigned},
	{"signed_url", "media", "sas", inQuery, "sv=2025-11-05&sr=b&sp=r&sig", crowdBrowser, 2, hourly, mintSAS},
	{"session", "media", "", inReferer, "sid", crowdBrowser, 2, static, mintSession},
	{"webhook", "hooks", "path", inPath, "", crowdSender, 5, static, mintWebhook},
}

// holder uses one credential, or several in sequence.
type holder struct {
	kind      *kind
	number    uint32
	name, azp string
	scope     string
	ua        string
	homes     []site // where it comes from; of two, the second every third quarter of an hour
	endpoints []*endpoint
	objects   int   // where in the pool of UUIDs its own begin
	own       int   // how many these are
	bulk      bool  // each answer is about a megabyte
	phase     int64 // seconds
	claims    claims

	day    int64 // of the last use, since the epoch
	used   bool  // token, serial and secret are set
	uses   int64
	token  int // index
	serial int64
	secret
}

// newHolder draws a holder of a kind with a home of its own.
func (g *Generator) newHolder(k *kind) *holder {
	r := g.nextHolder()
	h := g.makeHolder(k, r)
	h.homes = []site{pick(r, homes(k, r.n(4) == 0)).address(r)}
	if at := h.homes[0].net; !k.machine() && r.n(3) > 0 {
		if offer := mobileNetworks()[at.country+at.city]; len(offer) > 0 {
			h.homes = append(h.homes, pick(r, offer).address(r))
		}
	}
	return h
}

func (g *Generator) nextHolder() *rng {
	g.holders++
	return newRNG(g.o.Seed, streamHolders+uint64(g.holders))
}

func (g *Generator) makeHolder(k *kind, r *rng) *holder {
	h := &holder{kind: k, number: uint32(g.holders), phase: int64(r.n(hourly)), ua: agent(r, k.crowd)}
	h.name, h.azp = "usr_"+r.text(12, base62), pick(r, []string{"web-shop", "ios-app", "android-app", "partner-portal"})
	if k.machine() {
		h.name, h.azp = fmt.Sprintf("svc-%s-%d", pick(r, nouns), g.holders), "svc"
	}
	h.objects, h.own = r.n(len(g.pools[poolUUID])-ownObjects), ownObjects
	h.claims.amr = pick(r, []string{`["pwd"]`, `["pwd","otp"]`, `["hwk","user"]`})
	h.endpoints, h.scope = k.permitted(r.n(5) < 2)
	return h
}

// ownObjects is the number of objects of a holder.
const ownObjects = 6

// permitted returns the calls of a holder of the kind and the scope claim for them. For a holder that only reads it leaves the
// state-changing calls out, if there are others.
func (k *kind) permitted(readOnly bool) ([]*endpoint, string) {
	all := k.endpoints()
	if readOnly {
		reads := slices.DeleteFunc(slices.Clone(all), func(e *endpoint) bool { return e.write })
		if len(reads) > 0 {
			all = reads
		}
	}
	return all, scopes(all)
}

func (k *kind) endpoints() []*endpoint {
	if k.group == "" {
		return k.service().plain
	}
	return k.service().guarded[k.group]
}

// readOnly takes the state-changing calls away, if others are left.
func (h *holder) readOnly() { h.endpoints, h.scope = h.kind.permitted(true) }

// scopes returns the scope claim that the calls need.
func scopes(endpoints []*endpoint) string {
	set := map[string]bool{"openid": true}
	for _, e := range endpoints {
		if e.scope != "" {
			set[e.scope] = true
		}
	}
	return strings.Join(sortedKeys(set), " ")
}

// homes returns the networks of holders of a kind.
func homes(k *kind, six bool) []*network { return homeNetworks()[k.machine()][six] }

// homeNetworks are the networks of machines and of people, by version of IP: [machine][IPv6].
var homeNetworks = sync.OnceValue(func() map[bool]map[bool][]*network {
	machines, people := class("hosting", "business"), class("isp")
	return map[bool]map[bool][]*network{
		true:  {false: where(machines, ip4), true: where(machines, ip6)},
		false: {false: where(people, ip4), true: where(people, ip6)},
	}
})

// mobileNetworks and fixedNetworks return the networks of people by country and city.
var (
	mobileNetworks = sync.OnceValue(func() map[string][]*network { return byPlace("mobile") })
	fixedNetworks  = sync.OnceValue(func() map[string][]*network { return byPlace("isp") })
)

func byPlace(name string) map[string][]*network {
	out := map[string][]*network{}
	for _, n := range where(class(name), ip4) {
		out[n.country+n.city] = append(out[n.country+n.city], n)
	}
	return out
}

// home returns the address of h at a time in Unix seconds.
func (h *holder) home(unix int64) site {
	if len(h.homes) == 2 && (unix+h.phase)/900%3 == 0 {
		return h.homes[1]
	}
	return h.homes[0]
}

// serialAt returns the serial number of the credential that h uses at a time in Unix seconds.
func (h *holder) serialAt(unix int64) int64 {
	switch h.kind.rotates {
	case static:
		return h.serial
	case oneUse:
		return h.uses / 2
	}
	return (unix+h.phase)/h.kind.rotates*h.kind.rotates - h.phase
}

// draw makes the holders of ordinary traffic and the table of their shares of it: machines send more than people, and nobody more than
// busiest requests per second as long as the others can do the rest.
func (g *Generator) draw(rate float64) {
	const busiest = 3.0
	r := newRNG(g.o.Seed, streamPools+1)
	var offer []*kind
	for _, k := range kinds {
		for range k.weight {
			if g.serves(k.svc) {
				offer = append(offer, k)
			}
		}
	}
	crowd := make([]*holder, g.o.Tokens)
	weights := make([]float64, len(crowd))
	sum := 0.0
	for i := range crowd {
		crowd[i] = g.newHolder(pick(r, offer))
		weights[i] = 1 + 6/math.Sqrt(float64(1+r.n(len(crowd))))
		if crowd[i].kind.machine() {
			weights[i] *= 4
		}
		sum += weights[i]
	}
	limit := max(busiest/rate, 2/float64(len(crowd))) * sum
	g.crowd = spread(crowd, weights, limit)
}

// spread returns a table in which each holder stands as often as its weight says, at least once.
func spread(crowd []*holder, weights []float64, limit float64) []*holder {
	sum := 0.0
	for i, w := range weights {
		weights[i] = min(w, limit)
		sum += weights[i]
	}
	slots := float64(max(8*len(crowd), 4096))
	var table []*holder
	for i, h := range crowd {
		for range max(1, int(math.Round(weights[i]/sum*slots))) {
			table = append(table, h)
		}
	}
	return table
}
