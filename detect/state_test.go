package detect

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
)

// playScenario plays a scenario and returns every profile that it leaves.
func playScenario(t testing.TB, seed uint64) (*Partition, []*profile.Profile) {
	w := newScenario(t, seed)
	p := w.engine.NewPartition()
	for i, msg := range w.messages {
		p.Begin(tokenwarden.Position{Partition: 3, Epoch: 1, Offset: int64(i)}, msg)
		p.Apply()
	}
	// What a short scenario does not bring about.
	for i, prof := range p.outbox.dirty {
		prof.Values.Stats(profile.FeatureHost).Saturated = i%2 == 0
	}
	return p, p.outbox.dirty
}

func TestStateHoldsEverything(t *testing.T) {
	for seed := range uint64(40) {
		p, profs := playScenario(t, seed)
		for _, prof := range profs {
			state := prof.AppendTo(nil, &p.engine.registry)
			back := profile.New(prof.Subject)
			if err := back.Decode(state, &p.engine.registry, p.interner); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if again := back.AppendTo(nil, &p.engine.registry); !bytes.Equal(state, again) {
				t.Fatalf("seed %d: encoded again it differs:\n%x\n%x", seed, state, again)
			}
			if diff := diffStored("Profile", reflect.ValueOf(prof).Elem(), reflect.ValueOf(back).Elem()); diff != "" {
				t.Fatalf("seed %d: %s", seed, diff)
			}
		}
	}
}

// notStored are the fields that only speed a profile up or belong to the current checkpoint. Lists of windows may hold elements that no
// longer matter; those that do are compared as encoded.
var notStored = map[string]bool{
	"Profile.large": true, "Profile.small": true, "Profile.Message": true, "Profile.Requested": true, "Profile.uses": true,
	"Profile.Replayed": true, "Profile.Interval": true, "Profile.lastNetwork": true, "Profile.lastScopes": true,
	"Profile.oldestCell": true, "FeatureStats.hint": true, "usageCell.dirty": true, "Incident.Dirty": true,
	"Baseline.limit": true, "Sliding.list": true, "Sliding.start": true, "Sliding.base": true, "Distinct.list": true,
}

// diffStored returns where two values differ in what is stored.
func diffStored(path string, want, got reflect.Value) string {
	switch want.Kind() {
	case reflect.Pointer:
		if want.IsNil() != got.IsNil() {
			return path + ": one is nil"
		}
		if want.IsNil() {
			return ""
		}
		return diffStored(path, want.Elem(), got.Elem())
	case reflect.Struct:
		for i := range want.NumField() {
			name := want.Type().Name() + "." + want.Type().Field(i).Name
			if notStored[name] {
				continue
			}
			if diff := diffStored(name, want.Field(i), got.Field(i)); diff != "" {
				return diff
			}
		}
		return ""
	case reflect.Slice, reflect.Array:
		if want.Len() != got.Len() {
			return fmt.Sprintf("%s: want %d elements, got %d", path, want.Len(), got.Len())
		}
		for i := range want.Len() {
			if diff := diffStored(fmt.Sprintf("%s[%d]", path, i), want.Index(i), got.Index(i)); diff != "" {
				return diff
			}
		}
		return ""
	}
	if !want.Equal(got) {
		return fmt.Sprintf("%s: want %v, got %v", path, want, got)
	}
	return ""
}

func TestUnreadableStateBeginsAnew(t *testing.T) {
	e := compileTestRules(t, Options{})
	w := newScenario(t, 1)
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

// State that version 1 wrote can be read.
func TestStateOfVersion1(t *testing.T) {
	content, err := os.ReadFile("testdata/state-v1.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	p := compileTestRules(t, Options{}).NewPartition()
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
		prof := profile.New(tokenwarden.Subject{Kind: tokenwarden.SubjectKind(subject[0]), ID: [16]byte(subject[1:])})
		if err := prof.Decode(state, &p.engine.registry, p.interner); err != nil {
			t.Fatal(err)
		}
		if got := prof.Row(); !reflect.DeepEqual(got, one.Row) {
			t.Errorf("want %+v\ngot  %+v", one.Row, got)
		}
		n += reflect.ValueOf(prof).Elem().FieldByName("sliding").Len() + len(prof.Incidents)
	}
	if n == 0 {
		t.Error("no window and no incident: the test proves nothing")
	}
}

func FuzzState(f *testing.F) {
	p, profs := playScenario(f, 2)
	reg := &p.engine.registry
	for _, prof := range profs {
		f.Add(prof.AppendTo(nil, reg))
	}
	f.Add([]byte{3, math.MaxUint8})
	w := newScenario(f, 3)
	f.Fuzz(func(t *testing.T, state []byte) {
		prof := profile.New(tokenwarden.Subject{Kind: tokenwarden.SubjectToken})
		if prof.Decode(state, reg, p.interner) != nil {
			return
		}
		// What could be read must be usable, and come back.
		for _, u := range w.messages[0] {
			var ev profile.Event
			p.preparer.Prepare(&ev, &u.Event)
			x := &p.env
			x.Event, x.Profile = &ev, prof
			prof.Lookup(&ev, &x.Known)
			for _, r := range p.engine.rules {
				if x.Memory = r.memory; r.admits(x.Predicates) {
					p.evaluateUnfiltered(x, r)
				}
			}
			prof.Learn(&ev, &x.Known, p.interner)
		}
		if err := profile.New(prof.Subject).Decode(prof.AppendTo(nil, reg), reg, p.interner); err != nil && prof.Version > uint64(len(w.messages[0])) {
			t.Error(err)
		}
	})
}
