package clickhouse

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// usesOf makes three requests of one token, from two networks, and one of another.
func usesOf(start time.Time) *tokenwarden.Checkpoint {
	events := testEvents(4)
	for i := range events {
		e := &events[i]
		e.Fingerprint, e.Time = testFingerprint(1), start.Add(time.Duration(i)*time.Hour)
		e.Method, e.Host, e.Endpoint, e.Target, e.Status = "GET", "api.example.com", "/v1/a", "/v1/a?k=REDACTED.jwt.0123456789abcdef", 200
		e.ClientIP = netip.MustParseAddr("192.0.2.7")
	}
	events[1].ClientIP, events[1].Geo.Country, events[1].Status = netip.MustParseAddr("2001:db8::1"), "FR", 403
	events[2].Endpoint, events[2].FirstInRequest = "/v1/b", false
	events[3].Fingerprint = testFingerprint(2)
	return &tokenwarden.Checkpoint{Topic: "u", Events: events}
}

func TestUses(t *testing.T) {
	c := newTest(t)
	start := time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Second)
	cp := usesOf(start)
	old := start.Add(-24 * time.Hour).Truncate(time.Minute)
	cp.Usage = []tokenwarden.UsageRow{{Fingerprint: testFingerprint(3), KeyID: tokenwarden.KeyID{9}, Minute: old, Requests: 7, StatusClass: 2}}
	mustWrite(t, c, cp)
	uses, err := c.TokenHistories(testContext(t), []HistoryQuery{{Fingerprint: testFingerprint(1)}, {Fingerprint: testFingerprint(2), Since: start.Add(4 * time.Hour)},
		{Fingerprint: testFingerprint(3)}, {Fingerprint: testFingerprint(4)}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[tokenwarden.Fingerprint]TokenHistory{}
	for _, u := range uses {
		got[u.Fingerprint] = u
	}
	if len(got) != 2 {
		t.Fatalf("%d tokens have uses, want 2: one was not used since, one never", len(got))
	}
	want := TokenHistory{
		Fingerprint: testFingerprint(1), KeyID: "01020304", TokenKind: "jwt", Owner: got[testFingerprint(1)].Owner,
		First: start, Last: start.Add(2 * time.Hour), Requests: 2, Accepted: 1,
		NetworkCount: 2, Networks: []string{"192.0.2.0/24", "2001:db8::/64"}, Countries: []string{"DE", "FR"}, Clients: []string{"Chrome"},
		Endpoints: []string{"GET api.example.com/v1/a", "GET api.example.com/v1/b"},
		Evidence: []string{
			start.Format(time.RFC3339) + " GET /v1/a?k=REDACTED.jwt.0123456789abcdef 200 from 192.0.2.7 (DE)",
			start.Add(time.Hour).Format(time.RFC3339) + " GET /v1/a?k=REDACTED.jwt.0123456789abcdef 403 from 2001:db8::1 (FR)",
		},
	}
	if u := got[testFingerprint(1)]; !reflect.DeepEqual(u, want) {
		t.Errorf("Uses\n got %+v\nwant %+v", u, want)
	}
	if u := got[testFingerprint(3)]; !u.First.Equal(old) || u.Requests != 7 || u.Accepted != 7 || u.KeyID != "09000000" {
		t.Errorf("of usage rows alone: %+v", u)
	}
}

func TestUsesOfProfiles(t *testing.T) {
	c := newTest(t)
	profiles := testProfiles(0, 2, 1)
	mustWrite(t, c, &tokenwarden.Checkpoint{Topic: "u", Profiles: profiles})
	uses, err := c.TokenHistories(testContext(t), []HistoryQuery{{Fingerprint: profiles[0].Subject.ID}, {Fingerprint: profiles[1].Subject.ID, Since: time.Unix(1, 0)}})
	if err != nil || len(uses) != 1 || !uses[0].First.Equal(profiles[0].FirstSeen) || uses[0].Requests != profiles[0].Requests {
		t.Errorf("Uses = %+v, %v", uses, err)
	}
}

func TestIncidents(t *testing.T) {
	c := newTest(t)
	alerts := testAlerts(2)
	alerts[1].Rule, alerts[1].Subject, alerts[1].FirstSeen = alerts[0].Rule, alerts[0].Subject, alerts[0].FirstSeen.Add(-time.Hour)
	alerts[0].Subject = testFingerprint(1).String()
	alerts[1].Subject = alerts[0].Subject
	for range 2 {
		if err := c.Write(testContext(t), &tokenwarden.Checkpoint{Alerts: alerts}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := c.Incidents(testContext(t), []tokenwarden.Fingerprint{testFingerprint(1), testFingerprint(2)})
	if err != nil || len(got) != 1 || got[0].Subject != alerts[0].Subject || got[0].Rule != alerts[0].Rule || !got[0].First.Equal(alerts[1].FirstSeen) {
		t.Errorf("Incidents = %+v, %v, want the first of %v", got, err, alerts[1].FirstSeen)
	}
}
