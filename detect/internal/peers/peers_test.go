package peers

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// prepare returns a prepared event.
func prepare(e *tokenwarden.Event) *profile.Event {
	p := profile.NewPreparer(profile.NewInterner(), 0)
	var ev profile.Event
	p.Prepare(&ev, e)
	return &ev
}

var clientAlone = []profile.Feature{profile.FeatureClient}

// Peers that were stored and read are the same, and a flood of tokens neither grows them nor pushes the regulars out.
func TestStateAfterFlood(t *testing.T) {
	p := New()
	preparer := profile.NewPreparer(profile.NewInterner(), 0)
	var ev profile.Event
	use := func(token int, minute int) {
		e := tokenwarden.Event{Host: "a", Time: time.UnixMicro((1795000000/60 + int64(minute)) * 60e6), Client: fmt.Sprint("c", token%5000),
			Fingerprint: tokenwarden.Fingerprint{byte(token), byte(token >> 8), byte(token >> 16), 1}}
		preparer.Prepare(&ev, &e)
		p.Observe(&ev, clientAlone)
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
	s := p.findService(ev.Service())
	for i := range s.tokens[:s.n] {
		if s.tokens[i].usual != 0 {
			regular++
		}
	}
	if regular != 100 || s.level != 0 {
		t.Errorf("%d of 100 regulars are left in the sample, level %d", regular, s.level)
	}
	state := p.AppendTo(nil)
	if again := Decode(state).AppendTo(nil); !bytes.Equal(state, again) {
		t.Error("peers that were stored and read differ")
	}
	if len(state) > 300<<10 {
		t.Errorf("the state has %d bytes", len(state))
	}
	if half := Decode(state[:len(state)/2]); half.since != window.NoTime {
		t.Error("half a state can be read")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(New().AppendTo(nil))
	f.Add([]byte{stateVersion, 2, 4, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 1, 1, 2, 3, 4, 0, 0})
	ev := prepare(&tokenwarden.Event{Host: "a", Client: "c", Time: time.UnixMicro(1795000000e6)})
	f.Fuzz(func(t *testing.T, state []byte) {
		p := Decode(state)
		p.Observe(ev, clientAlone)
		p.Adopted(ev, profile.FeatureClient, 1)
		p.Surging(ev, 1)
		if again := Decode(p.AppendTo(nil)); again.since == window.NoTime {
			t.Error("what was read cannot be written")
		}
	})
}
