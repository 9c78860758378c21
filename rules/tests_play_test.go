package rules

import (
	"testing"
	"time"
)

func TestPlay(t *testing.T) {
	d, err := Decode("a.yaml", []byte(good+`tests:
  - name: steps
    given: {status: 200, claims: {expires: 1h}, place: 1 2 3 km}
    steps:
      - load: 2/s for 1s
      - {status: 404, claims: {expires: -1s, alg: none}}
      - {after: 10s, repeat: 2 every 1m, place: 4 5 6 km}
      - {at: 5s, token: other, first_in_request: false}
`))
	if err != nil {
		t.Fatal(err)
	}
	type seen struct {
		at      time.Duration
		status  int
		expires int64
		lat     float64
		first   bool
	}
	var got []seen
	for e := range d.Tests[0].Play {
		got = append(got, seen{e.Time.Sub(TestStart), e.Status, e.Claims.Expires - e.Time.Unix(), e.Geo.Lat, e.FirstInRequest})
		if !e.Claims.JWT || e.Fingerprint.IsZero() {
			t.Errorf("event %+v", e)
		}
	}
	want := []seen{{0, 200, 3600, 1, true}, {500 * time.Millisecond, 200, 3600, 1, true}, {time.Second, 404, -1, 1, true},
		{11 * time.Second, 200, 3600, 4, true}, {71 * time.Second, 200, 3600, 4, true}, {5 * time.Second, 200, 3600, 1, false}}
	if len(got) != len(want) {
		t.Fatalf("want %v, got %v", want, got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d: want %v, got %v", i, want[i], got[i])
		}
	}
}
