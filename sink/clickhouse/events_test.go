package clickhouse

import (
	"errors"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

func TestEvents(t *testing.T) {
	c := newTest(t)
	want := testEvents(60)
	for i := range want {
		e := &want[i]
		e.Scopes = append([]string{}, e.Scopes...)
		e.Claims.JWT, e.Claims.HasScopes = true, len(e.Scopes) > 0 // as their kind says
	}
	want[1].ClientIP, want[2].ClientIP = netip.Addr{}, netip.MustParseAddr("2001:db8::1")
	want[3].Source = tokenwarden.Source{File: "access.log", Line: 7}
	want[4].FirstInRequest, want[4].Location = false, tokenwarden.LocationCookie
	want[5].Time = want[6].Time // the source decides
	want[7].Identity, want[7].PairedWith, want[7].Service, want[7].Environment = tokenwarden.IdentityForeign, testFingerprint(99), "shop", "production"
	written := append([]tokenwarden.Event{}, want...)
	written[8].Geo.Lat, written[8].Geo.Radius, written[8].Claims.ACR, written[8].Strength.Sequence = 52, 20, "x", tokenwarden.SequenceNear
	mustWrite(t, c, &tokenwarden.Checkpoint{Topic: "u", Events: written})
	mustWrite(t, c, &tokenwarden.Checkpoint{Topic: "u", Events: written[:20]}) // a replay
	read := func(f EventFilter) (got []tokenwarden.Event) {
		t.Helper()
		if err := c.Events(testContext(t), f, func(e *tokenwarden.Event) error { got = append(got, *e); return nil }); err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := read(EventFilter{})
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("event %d\n got %+v\nwant %+v", i, got[i], want[i])
		}
	}
	if got := read(EventFilter{From: want[10].Time, To: want[20].Time}); len(got) != 10 || got[0].Source != want[10].Source {
		t.Errorf("%d events of ten in a time", len(got))
	}
	if got := read(EventFilter{Fingerprint: want[9].Fingerprint}); len(got) == 0 || got[0].Fingerprint != want[9].Fingerprint {
		t.Errorf("%d events of one token", len(got))
	}
	if got := read(EventFilter{To: want[0].Time.Add(-time.Hour)}); len(got) != 0 {
		t.Errorf("%d events of a time before", len(got))
	}
	stop := errors.New("enough")
	if err := c.Events(testContext(t), EventFilter{}, func(*tokenwarden.Event) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the caller: %v", err)
	}
}

// TestIdentities writes events of each identity: an analyst sees what a fingerprint was made of, and each pair once.
func TestIdentities(t *testing.T) {
	c := newTest(t)
	events := testEvents(4)
	day := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	token, key := testFingerprint(1), testFingerprint(2)
	for i := range events {
		e := &events[i]
		e.Time, e.Fingerprint, e.Identity, e.TokenKind = day.Add(time.Duration(i)*time.Second), token, tokenwarden.IdentityToken, "api_key"
		if i > 0 {
			e.Fingerprint, e.Identity, e.TokenKind, e.PairedWith, e.Location = key, tokenwarden.IdentityForeign, "kong_credential", token, 0
			e.Service, e.Environment = "shop", "production"
		}
	}
	events[3].PairedWith = tokenwarden.Fingerprint{}
	alert := testAlerts(1)[0]
	alert.Identity, alert.Service = tokenwarden.IdentityForeign, "shop"
	p := testProfiles(1, 1, 1)[0]
	p.Identity = tokenwarden.IdentityForeign
	for range 2 { // a replay adds no pair
		mustWrite(t, c, &tokenwarden.Checkpoint{Topic: "u", Events: events, Alerts: []tokenwarden.Alert{alert}, Profiles: []tokenwarden.Profile{p}})
	}
	expect(t, c, "SELECT identity, token_kind, service, environment, count() FROM v_token_events GROUP BY ALL ORDER BY ALL",
		"foreign|kong_credential|shop|production|3\ntoken|api_key|||1")
	expect(t, c, "SELECT fingerprint = '"+key.String()+"', paired_with = '"+token.String()+"', identity, token_kind, toString(first_seen), toString(last_seen) FROM v_identity_pairs",
		"1|1|foreign|kong_credential|2026-01-05 09:00:01.000000|2026-01-05 09:00:02.000000")
	expect(t, c, "SELECT identity, service FROM v_alerts", "foreign|shop")
	expect(t, c, "SELECT identity FROM v_token_profiles", "foreign")
}
