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
