package detect

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// fleetOf plays a service whose tokens were learned for days; then change is what each of n tokens does at once.
func playFleet(t *testing.T, rule string, n int, change func(e *tokenwarden.Event)) (alerts int, suppressed uint64) {
	t.Helper()
	e, err := New(decodeAll(t, rule), Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := e.NewPartition()
	begin, found := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), map[string]bool{}
	collect := func() {
		var c tokenwarden.Checkpoint
		p.Checkpoint(&c)
		for _, a := range c.Alerts {
			found[a.ID] = true
		}
		p.Committed()
	}
	use := func(token int, at time.Duration, change func(e *tokenwarden.Event)) {
		ev := tokenwarden.Event{Time: begin.Add(at), Fingerprint: tokenwarden.Fingerprint{byte(token), 1}, FirstInRequest: true, Status: 200, Host: "api.example.com", Client: "okhttp"}
		if change != nil {
			change(&ev)
		}
		p.Observe(&ev)
	}
	for hour := range 72 {
		for token := range 40 {
			use(token, time.Duration(hour)*time.Hour+time.Duration(token)*time.Second, nil)
			use(token, time.Duration(hour)*time.Hour+time.Duration(token+1000)*time.Second, nil)
		}
		collect()
	}
	for round := range 150 {
		for token := range n {
			use(token, 72*time.Hour+time.Duration(round*n+token)*2*time.Minute/time.Duration(150*n), change)
		}
		collect()
	}
	return len(found), p.Suppressed()["r"]
}

func TestWhatTheFleetDoesIsNoAnomaly(t *testing.T) {
	newClient := "id: r\nkind: new_value\nfield: client\nlearn: {events: 50}\npeers: 5\n"
	rate := "id: r\nkind: rate\nwindow: 10m\nlimit: 100\nfactor: 4\nlearn: {events: 50}\npeers: 5\n"
	ktor := func(e *tokenwarden.Event) { e.Client = "ktor" }
	for _, c := range []struct {
		name, rule string
		tokens     int
		change     func(e *tokenwarden.Event)
		alerts     int
		suppressed bool
	}{
		{"one token with another client", newClient, 1, ktor, 1, false},
		{"four", newClient, 4, ktor, 4, false},
		{"a deployment: the first five are told", newClient, 40, ktor, 5, true},
		{"a client that others always used", newClient, 30, func(e *tokenwarden.Event) {}, 0, false},
		{"one token in a hurry", rate, 1, nil, 1, false},
		{"three", rate, 3, nil, 3, false},
		{"all after an outage", rate, 40, nil, 0, true},
	} {
		alerts, suppressed := playFleet(t, c.rule, c.tokens, c.change)
		if alerts != c.alerts || (suppressed > 0) != c.suppressed {
			t.Errorf("%s: want %d alerts, got %d; %d hits suppressed", c.name, c.alerts, alerts, suppressed)
		}
	}
}

// A fleet that was stored and read is the same, and a flood of tokens neither grows it nor pushes the regulars out.
func TestFleetState(t *testing.T) {
	f := newFleet()
	x := &scene{event: &tokenwarden.Event{Host: "a"}, keeper: newKeeper(0), ahead: &ahead{}}
	use := func(token int, minute int) {
		x.event.Fingerprint, x.event.Client = tokenwarden.Fingerprint{byte(token), byte(token >> 8), byte(token >> 16), 1}, fmt.Sprint("c", token%5000)
		x.now = (1795000000/60 + int64(minute)) * 60e6
		x.ahead.prepare(x.event, x.keeper)
		f.observe(x, []feature{featureClient})
	}
	for minute := range 60 {
		for token := range 100 {
			use(token, minute)
		}
	}
	for token := range 100_000 {
		use(1000+token, 60)
	}
	regular := 0
	s := f.serviceAt(serviceOf(x), false)
	for i := range s.tokens[:s.n] {
		if s.tokens[i].usual != 0 {
			regular++
		}
	}
	if regular != 100 || s.level != 0 {
		t.Errorf("%d of 100 regulars are left in the sample, level %d", regular, s.level)
	}
	state := f.encode(nil)
	if again := decodeFleet(state).encode(nil); !bytes.Equal(state, again) {
		t.Error("a fleet that was stored and read differs")
	}
	if len(state) > 300<<10 {
		t.Errorf("the state has %d bytes", len(state))
	}
	if empty := decodeFleet(state[:len(state)/2]); empty.since != noTime {
		t.Error("half a state is a fleet")
	}
}

func FuzzFleet(f *testing.F) {
	f.Add(newFleet().encode(nil))
	f.Add([]byte{fleetVersion, 2, 4, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 1, 1, 2, 3, 4, 0, 0})
	x := &scene{event: &tokenwarden.Event{Host: "a", Client: "c"}, keeper: newKeeper(0), now: 1795000000e6, ahead: &ahead{}}
	x.ahead.prepare(x.event, x.keeper)
	f.Fuzz(func(t *testing.T, state []byte) {
		fl := decodeFleet(state)
		fl.observe(x, []feature{featureClient})
		fl.shares(x, featureClient, 1)
		fl.surges(x, 1)
		if again := decodeFleet(fl.encode(nil)); again.since == noTime {
			t.Error("what was read cannot be written")
		}
	})
}
