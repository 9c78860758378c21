package accesslog

import (
	"testing"
	"time"
)

func TestClockAgainstTime(t *testing.T) {
	const clf = "02/Jan/2006:15:04:05 -0700"
	var c clock
	at := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	zones := []*time.Location{time.UTC, time.FixedZone("", 5*3600+1800), time.FixedZone("", -7*3600)}
	for i := range 20_000 {
		at = at.Add(31*time.Hour + 7*time.Minute + 13*time.Second)
		local := at.In(zones[i%len(zones)])
		if got, ok := c.parse([]byte(local.Format(clf))); !ok || !got.Equal(at) {
			t.Fatalf("%s reads as %v", local.Format(clf), got)
		}
		fine := local.Add(123456789)
		if got, ok := c.parse([]byte(fine.Format(time.RFC3339Nano))); !ok || !got.Equal(fine) {
			t.Fatalf("%s reads as %v", fine.Format(time.RFC3339Nano), got)
		}
	}
}

func TestClockNotations(t *testing.T) {
	var c clock
	check := func(t *testing.T, in, want string) {
		t.Helper()
		got, ok := c.parse([]byte(in))
		if want == "" {
			if ok {
				t.Errorf("parse(%q) = %v, want none", in, got)
			}
			return
		}
		if !ok || got.Format(time.RFC3339Nano) != want || got.Location() != time.UTC {
			t.Errorf("parse(%q) = %v %v, want %s", in, got, ok, want)
		}
	}
	for _, c := range []struct{ in, want string }{
		{"23/Nov/2026:15:04:05 +0000", "2026-11-23T15:04:05Z"},
		{"[23/Nov/2026:15:04:05 -0130]", "2026-11-23T16:34:05Z"},
		{"31/Dec/2016:23:59:60 +0000", "2017-01-01T00:00:00Z"},
		{"23/Nov/2026:15:04:05.123", "2026-11-23T15:04:05.123Z"},
		{"23/Nov/2026:15:04:05.123 +0100", "2026-11-23T14:04:05.123Z"},
		{"23/Nov/2026 15:04:05", "2026-11-23T15:04:05Z"},
		{"11/23/2026:15:04:05 -0000", "2026-11-23T15:04:05Z"},
		{"2026-11-23T15:04:05Z", "2026-11-23T15:04:05Z"},
		{"2026-11-23T15:04:05", "2026-11-23T15:04:05Z"},
		{"2026-11-23 15:04:05,5 +01:00", "2026-11-23T14:04:05.5Z"},
		{"2026-11-23T15:04:05.1234567891+01", "2026-11-23T14:04:05.123456789Z"},
		{"2026-02-29T00:00:00Z", "2026-03-01T00:00:00Z"},
		{"1795446245", "2026-11-23T15:04:05Z"},
		{"1795446245.123", "2026-11-23T15:04:05.123Z"},
		{"1795446245123", "2026-11-23T15:04:05.123Z"},
		{"1795446245123.5", "2026-11-23T15:04:05.1235Z"},
		{"1795446245123456", "2026-11-23T15:04:05.123456Z"},
		{"1795446245123456789", "2026-11-23T15:04:05.123456789Z"},
		{"9999999999999999999", ""},
		{"0.005", ""},
		{"12", ""},
		{"23/Nov/2026:15:04:61 +0000", ""},
		{"23/Nov/2026:15:60:05 +0000", ""},
		{"23/Foo/2026:15:04:05 +0000", ""},
		{"23/Nov/2026:15:04:05 0000x", ""},
		{"2026-13-23T15:04:05Z", ""},
		{"2026-11-23T15:04:05 token", ""},
		{"", ""},
		{"-", ""},
	} {
		t.Run(c.in, func(t *testing.T) { check(t, c.in, c.want) })
	}
}
