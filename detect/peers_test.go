package detect

import (
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// playService plays a service whose tokens are learned for days, and then n tokens that make the same change at once.
func playService(t *testing.T, rule string, n int, change func(e *tokenwarden.Event)) (alerts int, suppressed uint64) {
	t.Helper()
	e, err := New(decodeRules(t, rule), Options{})
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

func TestWhatPeersDoIsNoAnomaly(t *testing.T) {
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
		{"a deployment: the first five raise alerts", newClient, 40, ktor, 5, true},
		{"a client that others always used", newClient, 30, func(e *tokenwarden.Event) {}, 0, false},
		{"one token in a hurry", rate, 1, nil, 1, false},
		{"three", rate, 3, nil, 3, false},
		{"all after an outage", rate, 40, nil, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			alerts, suppressed := playService(t, c.rule, c.tokens, c.change)
			if alerts != c.alerts || (suppressed > 0) != c.suppressed {
				t.Errorf("want %d alerts, got %d; %d matches suppressed", c.alerts, alerts, suppressed)
			}
		})
	}
}
