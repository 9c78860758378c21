package detect

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

// profilesOf plays a world and returns every profile it left.
func profilesOf(t testing.TB, seed uint64) (*Partition, []*profile) {
	w := newWorld(t, seed)
	p := w.engine.NewPartition()
	for i, msg := range w.messages {
		p.Begin(tokenwarden.Position{Partition: 3, Epoch: 1, Offset: int64(i)}, msg)
		p.Apply()
	}
	// What a short world does not bring about.
	for i, prof := range p.dirty {
		prof.values.tally[featureHost].open = i%2 == 0
	}
	return p, p.dirty
}

func TestStateHoldsEverything(t *testing.T) {
	for seed := range uint64(40) {
		p, profs := profilesOf(t, seed)
		for _, prof := range profs {
			state := prof.encode(nil)
			back := newProfile(prof.subject)
			if err := p.decode(back, state); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if again := back.encode(nil); !bytes.Equal(state, again) {
				t.Fatalf("seed %d: encoded again it differs:\n%x\n%x", seed, state, again)
			}
			if want, got := lasting(prof), lasting(back); !reflect.DeepEqual(want, got) {
				t.Fatalf("seed %d:\nwant %+v\ngot  %+v", seed, want, got)
			}
		}
	}
}

// lasting returns the profile without what only speeds it up or belongs to the checkpoint at hand.
func lasting(p *profile) profile {
	c := *p
	c.large, c.small = nil, small{}
	c.message, c.asked, c.uses, c.covered, c.segment, c.network, c.granted = 0, 0, 0, false, 0, 0, 0
	for f := range c.values.tally {
		c.values.tally[f].hint = 0
	}
	c.open = nil
	for _, m := range p.open {
		m.dirty = false
		c.open = append(c.open, m)
	}
	if len(c.open) == 0 {
		c.oldest, c.openKeys = 0, nil
	}
	c.habits = nil
	for _, h := range p.habits {
		h.bar = bar{}
		c.habits = append(c.habits, h)
	}
	c.counters = nil
	for _, n := range p.counters {
		n.list = n.live()
		c.counters = append(c.counters, n)
	}
	c.windows = nil
	for _, w := range p.windows {
		w.list = append([]bucket(nil), w.list...)
		w.prune()
		c.windows = append(c.windows, w)
	}
	c.incidents = nil
	for _, inc := range p.incidents {
		i := *inc
		i.dirty = false
		c.incidents = append(c.incidents, &i)
	}
	return c
}

func TestUnreadableStateBeginsAnew(t *testing.T) {
	e := compileSmall(t, Options{})
	w := newWorld(t, 1)
	p := e.NewPartition()
	sub := tokenwarden.TokenSubject(w.messages[1][0].Event.Fingerprint)
	pos := tokenwarden.Position{Partition: 3, Offset: 7}
	us := []tokenwarden.Usage{{Subject: sub, Event: w.messages[1][0].Event}}
	us[0].Event.Time = us[0].Event.Time.AddDate(0, 0, 1)
	us[0].Event.Geo.Country, us[0].Event.FirstInRequest, us[0].Event.Status = "BR", true, 200
	if missing := p.Begin(pos, us); len(missing) != 1 {
		t.Fatalf("missing %v", missing)
	}
	p.Restore([]tokenwarden.Profile{{Subject: sub, FirstSeen: w.messages[1][0].Event.Time, LastSeen: w.messages[1][0].Event.Time,
		Requests: 40, Errors: 3, Bytes: 9, Version: 50, Countries: []string{"DE"}, ASNs: []uint32{64500}, Scopes: []string{"s"},
		Applied: tokenwarden.Position{Partition: 3, Offset: 6}, State: []byte("of a later version")}})
	if s := p.Apply(); s.Unreadable != 1 || s.Restored != 1 || s.Created != 0 || s.Applied != 1 {
		t.Errorf("stats %+v", s)
	}
	var c tokenwarden.Checkpoint
	p.Checkpoint(&c)
	got := c.Profiles[0]
	if got.Version != 51 || got.Requests != 41 || got.Errors != 3 || !reflect.DeepEqual(got.Countries, []string{"DE", "BR"}) {
		t.Errorf("profile %+v", got)
	}
	if len(c.Usage) != 1 || c.Usage[0].Segment != 40 {
		t.Errorf("usage %+v", c.Usage)
	}
}

// What version 1 wrote is read, and says the same.
func TestStateOfVersion1(t *testing.T) {
	content, err := os.ReadFile("testdata/state-v1.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	p := compileSmall(t, Options{}).NewPartition()
	n := 0
	for line := range strings.Lines(string(content)) {
		var one struct {
			Subject, State string
			Row            tokenwarden.Profile
		}
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		subject, _ := hex.DecodeString(one.Subject)
		state, _ := hex.DecodeString(one.State)
		prof := newProfile(tokenwarden.Subject{Kind: tokenwarden.SubjectKind(subject[0]), ID: [16]byte(subject[1:])})
		if err := p.decode(prof, state); err != nil {
			t.Fatal(err)
		}
		if got := prof.row(); !reflect.DeepEqual(got, one.Row) {
			t.Errorf("want %+v\ngot  %+v", one.Row, got)
		}
		n += len(prof.windows) + len(prof.incidents)
	}
	if n == 0 {
		t.Error("no window and no incident: the test proves nothing")
	}
}

func FuzzState(f *testing.F) {
	p, profs := profilesOf(f, 2)
	for _, prof := range profs {
		f.Add(prof.encode(nil))
	}
	f.Add([]byte{stateVersion, math.MaxUint8})
	w := newWorld(f, 3)
	f.Fuzz(func(t *testing.T, state []byte) {
		prof := newProfile(tokenwarden.Subject{Kind: tokenwarden.SubjectToken})
		if p.decode(prof, state) != nil {
			return
		}
		// What could be read must be usable, and come back.
		k := p.keeper
		for _, u := range w.messages[0] {
			x := &scene{event: &u.Event, prof: prof, now: u.Event.Time.UnixMicro(), facts: factsOf(&u.Event), keeper: k, said: &p.verdict, ahead: &ahead{}}
			x.ahead.prepare(&u.Event, k)
			x.look()
			for _, r := range p.engine.rules {
				if r.admits(x.facts) {
					p.try(x, r)
				}
			}
			prof.learn(x)
		}
		if err := p.decode(newProfile(prof.subject), prof.encode(nil)); err != nil && prof.version > uint64(len(w.messages[0])) {
			t.Error(err)
		}
	})
}
