package profile

import (
	"net/netip"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Event is a usage event with everything that follows from the event and the lists alone. Profiles, peers and rules only
// read it. Its strings and lists are the caller's.
type Event struct {
	*tokenwarden.Event
	Now        int64              // Time in Unix microseconds
	Network    uint64             // hash of the client's network; meaningless if the address is not valid
	Predicates Predicates         // of the event and the lists, without the profile's
	Class      lists.NetworkClass // of the client's network, 0 if the lists do not know it

	keys      [Features]uint64 // Interner.Key of the event's values; 0: the log does not say
	asName    string           // "AS64500"
	className string           // "" if no list classifies networks
	usage     *usageKey
	cellKey   uint32 // of the usage cell that the event counts in
	cellHint  int    // where FindCell found the cell in the profile, -1 if nowhere
}

// Preparer prepares the events of one partition.
type Preparer struct {
	interner   *Interner
	lists      *lists.Set
	wanted     Predicates
	classifies bool // the lists classify networks
}

// NewPreparer returns a preparer without lists. wanted holds the list predicates of all rules.
func NewPreparer(in *Interner, wanted Predicates) Preparer {
	return Preparer{interner: in, wanted: wanted & FromLists}
}

// SetLists replaces the lists. nil means none.
func (p *Preparer) SetLists(set *lists.Set) {
	c := set.Counts()
	p.lists, p.classifies = set, c.Prefixes+c.ASNs > 0
}

// Prepare fills ev from e, which must stay as it is as long as ev is used.
func (p *Preparer) Prepare(ev *Event, e *tokenwarden.Event) {
	in := p.interner
	ev.Event, ev.Now, ev.Network = e, e.Time.UnixMicro(), networkHash(e.ClientIP)
	ev.Predicates, ev.Class = predicatesOf(e), 0
	if p.lists != nil {
		listed, class := predicatesFrom(p.lists, p.wanted, e)
		ev.Predicates, ev.Class = ev.Predicates|listed, class
	}
	for _, f := range [...]Feature{FeatureCountry, FeatureClient, FeatureHost, FeatureEndpoint, FeatureAccess} {
		ev.keys[f] = in.Key(f, f.text(e))
	}
	as := in.asn(e.Geo.ASN)
	ev.asName, ev.keys[FeatureASN] = as.name, as.key
	ev.keys[FeatureHour] = in.hours[window.HourOfWeek(ev.Now)]
	ev.className = p.className(ev.Predicates)
	ev.keys[FeatureClass] = in.Key(FeatureClass, ev.className)
	ev.usage = in.usageKey(&ev.keys, FeatureHost.text(e), FeatureEndpoint.text(e), FeatureCountry.text(e))
	ev.cellKey, ev.cellHint = ev.usage.cellKey(window.Minutes(ev.Now), statusClass(e)), -1
}

// className returns the value of the feature network_class, "" if no list classifies networks.
func (p *Preparer) className(of Predicates) string {
	switch {
	case of&IsAnonymizer != 0:
		return "anonymizer"
	case of&IsHosting != 0:
		return "hosting"
	case p.classifies && of&HasClientIP != 0:
		return "other"
	}
	return ""
}

// Service returns the hash of the service that the event is about: its host, the service that the log or the configuration names if the
// log has no host, or the token's issuer.
func (ev *Event) Service() uint64 {
	if s := ev.usage.service; s != 0 {
		return s
	}
	if name := ev.Event.Service; name != "" {
		return hash.Text(3, text.Clip(name))
	}
	return hash.Text(2, text.Clip(ev.Claims.Issuer))
}

func serviceOfHost(host string) uint64 {
	if host == "" {
		return 0
	}
	return hash.Text(1, host)
}

// Key returns the interner's key of the event's value of a feature, 0 if the log does not say.
func (ev *Event) Key(f Feature) uint64 { return ev.keys[f] }

// Object identifies the object of a request: the path where the endpoint has an {id}, else the value of a query
// parameter that is called id or ends in id. "" if the request names no object.
func (ev *Event) Object() string {
	path, query, _ := strings.Cut(ev.Target, "?")
	if ev.usage.hasID {
		return path
	}
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		if name == "id" || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "Id") || name == "uuid" {
			return value
		}
	}
	return ""
}

// Path returns the request target up to the question mark.
func Path(e *tokenwarden.Event) string {
	path, _, _ := strings.Cut(e.Target, "?")
	return path
}

// networkHash hashes the /24 or /64 of an address. Its values are stored.
func networkHash(a netip.Addr) uint64 {
	a = a.Unmap()
	if a.Is4() {
		b := a.As4()
		return hash.Mix(uint64(b[0])<<16 | uint64(b[1])<<8 | uint64(b[2]))
	}
	b := a.As16()
	var v uint64
	for _, x := range b[:8] {
		v = v<<8 | uint64(x)
	}
	return hash.Mix(v ^ 0x6)
}
