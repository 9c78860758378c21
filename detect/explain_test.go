package detect

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
)

func explainRule(t *testing.T, text string, o Options) *Partition {
	t.Helper()
	d, err := rules.Decode("test.yaml", []byte("id: r\ntitle: t\nwhy: test\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	e, err := New([]rules.Definition{d}, o)
	if err != nil {
		t.Fatal(err)
	}
	return e.NewPartition()
}

func TestExplain(t *testing.T) {
	berlin := tokenwarden.Geo{Country: "DE", City: "Berlin", ASN: 64500, Lat: 52.5, Lon: 13.4, Radius: 20}
	paris := tokenwarden.Geo{Country: "FR", City: "Paris", ASN: 64501, Lat: 48.9, Lon: 2.4, Radius: 20}
	type step struct {
		repeat int
		every  time.Duration
		change func(e *tokenwarden.Event, i int)
	}
	same := func(*tokenwarden.Event, int) {}
	for name, c := range map[string]struct {
		rule    string
		steps   []step
		outcome Outcome
		why     string // of the last event
	}{
		"a hit":                   {"kind: match\nwhere: event.accepted", []step{{1, 0, same}}, OutcomeFired, "1 use of one token"},
		"a hit in shadow":         {"kind: match\nwhere: event.accepted\nshadow: true", []step{{1, 0, same}}, OutcomeShadow, "1 use"},
		"one more of an incident": {"kind: match\nwhere: event.accepted\nsuppress: 1h", []step{{2, time.Minute, same}}, OutcomeFired, "no further alert until 2026-11-23T13:01:00Z"},
		"an equality": {"kind: match\nwhere: event.scheme == \"http\"", []step{{1, 0, func(e *tokenwarden.Event, _ int) { e.Scheme = "https" }}},
			OutcomeFar, `needs event.scheme == "http": event.scheme is "https"`},
		"three conditions of four": {"kind: match\nwhere: event.accepted && event.first_in_request && event.method == \"GET\" && event.bytes > 10", []step{{1, 0, func(e *tokenwarden.Event, _ int) { e.Bytes = 5 }}},
			OutcomeNear, `needs event.bytes > 10: event.bytes is 5`},
		"a field that no line has": {"kind: match\nwhere: event.tls_protocol == \"SSLv3\"", []step{{3, 0, same}},
			OutcomeUnobservable, "no tls_protocol field in 100 % of events (3 events)"},
		"a field that this line lacks": {"kind: match\nwhere: event.tls_protocol == \"SSLv3\"", []step{{1, 0, func(e *tokenwarden.Event, _ int) { e.TLSProtocol = "TLSv1.3" }}, {1, 0, same}},
			OutcomeFar, "event.tls_protocol is not in the log"},
		"a rate":             {"kind: rate\nwindow: 60s\nlimit: 600", []step{{587, 10 * time.Millisecond, same}}, OutcomeNear, "587 of 600 requests in 60 s"},
		"a slow rate":        {"kind: rate\nwindow: 60s\nlimit: 600", []step{{3, 10 * time.Millisecond, same}}, OutcomeFar, "3 of 600 requests in 60 s"},
		"bytes":              {"kind: rate\nwindow: 60s\nbytes: 1 MB", []step{{1, 0, func(e *tokenwarden.Event, _ int) { e.Bytes = 512_000 }}}, OutcomeNear, "512 kB of 1 MB in 60 s"},
		"a bucket":           {"kind: rate\nlimit: 5\nrefill: 10s", []step{{4, time.Millisecond, same}}, OutcomeNear, "4.0 of 5 at once, one less each 10 s"},
		"a habit to learn":   {"kind: rate\nwindow: 60s\nlimit: 5\nfactor: 3\nlearn: {events: 200}", []step{{120, time.Second, same}}, OutcomeFar, "60 of 5 requests in 60 s, above the limit; learning: 8 of 200 events"},
		"before any habit":   {"kind: rate\nwindow: 60s\nlimit: 5\nfactor: 3\nlearn: {events: 200}", []step{{2, time.Second, same}}, OutcomeFar, "habits are kept from request 9 on, this is number 2"},
		"refused as unknown": {"kind: new_value\nfield: country\nlearn: {events: 200}", []step{{1, 0, func(e *tokenwarden.Event, _ int) { e.Status = 401; e.Geo = berlin }}}, OutcomeFar, "status 401: the server did not know the credential"},
		"a client to learn": {"kind: new_value\nfield: client\nlearn: {events: 200}", []step{{120, time.Second, same}, {1, 0, func(e *tokenwarden.Event, _ int) { e.Client = "Chrome" }}},
			OutcomeNear, "client Chrome is new; learning: 120 of 200 events"},
		"a client that is known": {"kind: new_value\nfield: client\nlearn: {events: 2}", []step{{4, time.Second, same}}, OutcomeFar, "client curl is known: FREQUENT 3 of 3"},
		"networks": {"kind: distinct\nwindow: 30m\ncount: {network: 5, asn: 3}\nmin_fields: 1", []step{{3, time.Second, func(e *tokenwarden.Event, i int) {
			e.ClientIP = netip.AddrFrom4([4]byte{198, 51, byte(i), 1})
			e.Geo = berlin
		}}}, OutcomeNear, "asn 1 of 3, network 3 of 5 in 30 min; 1 of them must be reached"},
		"ids before any habit": {"kind: distinct\nwindow: 30m\ncount: {path: 10}\nfactor: 3\nlearn: {events: 200}", []step{{40, time.Second, func(e *tokenwarden.Event, i int) { e.Target = fmt.Sprintf("/x/%d?y", i) }}},
			OutcomeNear, "path 40 of 10 in 30 min; as long as its habit is not known, more than 54 is asked"},
		"a flight": {"kind: travel\ndistance: 500 km\nspeed: 900 km/h", []step{{1, 0, func(e *tokenwarden.Event, _ int) { e.Geo = berlin }}, {1, 2 * time.Hour, func(e *tokenwarden.Event, _ int) { e.Geo = paris }}},
			OutcomeFar, "Berlin, DE and Paris, FR: at least "},
		"a short gap":   {"kind: dormancy\ngap: 30d", []step{{2, 20 * 24 * time.Hour, same}}, OutcomeNear, "20 d of 30 d since it was used last"},
		"scopes enough": {"kind: scope\npolicy: [{endpoint: /x, any_of: [read]}]", []step{{1, 0, func(e *tokenwarden.Event, _ int) { e.Scopes = []string{"read"}; e.Claims.HasScopes = true }}}, OutcomeFar, "granted are enough: read"},
		"no policy for": {"kind: scope\npolicy: [{endpoint: /y, any_of: [read]}]", []step{{1, 0, func(e *tokenwarden.Event, _ int) { e.Scopes = []string{"read"}; e.Claims.HasScopes = true }}}, OutcomeFar, "no line of the scope policy speaks of GET /x"},
	} {
		t.Run(name, func(t *testing.T) {
			p := explainRule(t, c.rule, Options{})
			now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
			var got []Explanation
			line := int64(0)
			for _, s := range c.steps {
				for i := range s.repeat {
					line++
					if line > 1 {
						now = now.Add(s.every)
					}
					e := tokenwarden.Event{Time: now, Fingerprint: tokenwarden.Fingerprint{1}, Location: tokenwarden.LocationHeader, FirstInRequest: true, Method: "GET", Endpoint: "/x",
						Status: 200, Client: "curl", Source: tokenwarden.Source{File: "f", Line: line}}
					s.change(&e, i)
					got = p.Explain(&e)
				}
			}
			if len(got) != 1 || got[0].Outcome != c.outcome || !strings.Contains(got[0].Why, c.why) {
				t.Errorf("want %s %q, got %+v", c.outcome, c.why, got)
			}
			if hit := got[0].Alert != nil; hit != (got[0].Closeness == 1) {
				t.Errorf("closeness %v, alert %v", got[0].Closeness, hit)
			}
		})
	}
}

// An explanation changes nothing: alerts are the same whether anybody asked or not.
func TestExplainChangesNothing(t *testing.T) {
	e, err := New(defaults(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(3) {
		w := newScenario(t, seed)
		plain, asked := e.NewPartition(), e.NewPartition()
		hits, n := 0, int64(0)
		for _, msg := range w.messages {
			for i := range msg {
				ev := msg[i].Event
				n++
				ev.Source = tokenwarden.Source{File: "f", Line: n}
				plain.Observe(&ev)
				for _, o := range asked.Explain(&ev) {
					if o.Why == "" || o.Closeness < 0 || o.Closeness > 1 || (o.Closeness == 1) != (o.Alert != nil || o.Outcome == OutcomePeers) {
						t.Fatalf("%+v", o)
					}
					if o.Alert != nil {
						hits++
					}
				}
			}
		}
		var a, b tokenwarden.Checkpoint
		plain.Checkpoint(&a)
		asked.Checkpoint(&b)
		if len(a.Alerts) == 0 || hits == 0 || !reflect.DeepEqual(a.Alerts, b.Alerts) {
			t.Errorf("seed %d: %d alerts and %d when explained, %d hits", seed, len(a.Alerts), len(b.Alerts), hits)
		}
		if fmt.Sprint(len(a.Profiles)) != fmt.Sprint(len(b.Profiles)) {
			t.Error("profiles differ")
		}
	}
}
