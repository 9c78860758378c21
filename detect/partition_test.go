package detect

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
)

func token(n int) tokenwarden.Fingerprint {
	return tokenwarden.Fingerprint{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
}

// A flood of tokens that are used once does not evict those that are used again and again, and memory stays bounded.
func TestFloodKeepsTheEstablished(t *testing.T) {
	e, err := New(defaults(t), Options{MaxProfiles: 1000})
	if err != nil {
		t.Fatal(err)
	}
	p := e.NewPartition()
	pos := tokenwarden.Position{}
	now := time.Unix(1795000000, 0)
	use := func(from, to int) (missing int) {
		var us []tokenwarden.Usage
		for n := from; n < to; n++ {
			// Twice in one request, as a token in the query and in a header is.
			for range 2 {
				us = append(us, tokenwarden.Usage{Subject: tokenwarden.TokenSubject(token(n)), Event: tokenwarden.Event{Fingerprint: token(n), Time: now}})
			}
		}
		pos.Offset++
		missing = len(p.Begin(pos, us))
		p.Apply()
		p.Committed()
		return missing
	}
	use(0, 400)
	use(0, 400)
	for i := range 50 {
		use(1000+i*300, 1300+i*300)
	}
	if n := use(0, 400); n > 0 {
		t.Errorf("%d of 400 established profiles were pushed out", n)
	}
	if n := p.Profiles(); n > 1000 {
		t.Errorf("%d profiles in memory", n)
	}
	if p.Pending() > 0 {
		t.Error("profiles stay pinned after Committed")
	}
}

// Nothing that outlives a checkpoint points into the events it came from.
func TestNothingIsRetained(t *testing.T) {
	w := newScenario(t, 4)
	p, q := w.engine.NewPartition(), w.engine.NewPartition()
	for i, msg := range w.messages {
		pos := tokenwarden.Position{Offset: int64(i)}
		q.Begin(pos, msg)
		q.Apply()

		memory := &owned{}
		us := make([]tokenwarden.Usage, len(msg))
		for j := range msg {
			us[j] = tokenwarden.Usage{Subject: msg[j].Subject, Event: msg[j].Event.Clone()}
			memory.move(reflect.ValueOf(&us[j].Event).Elem())
		}
		p.Begin(pos, us)
		p.Apply()
		p.outbox.events = p.outbox.events[:0]
		memory.scramble()
	}
	var got, want tokenwarden.Checkpoint
	p.Checkpoint(&got)
	q.Checkpoint(&want)
	got.Events, want.Events = nil, nil
	if !reflect.DeepEqual(got, want) {
		t.Error("a checkpoint changes when the memory of its events does")
	}
}

// owned is memory of strings that can be overwritten.
type owned struct{ all [][]byte }

func (o *owned) move(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() && v.Len() > 0 {
			b := []byte(v.String())
			o.all = append(o.all, b)
			v.SetString(unsafe.String(&b[0], len(b)))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			o.move(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			o.move(v.Index(i))
		}
	}
}

func (o *owned) scramble() {
	for _, b := range o.all {
		for i := range b {
			b[i] = '#'
		}
	}
}

func TestObserveIsAMessageOfItsOwn(t *testing.T) {
	w := newScenario(t, 5)
	p, q := w.engine.NewPartition(), w.engine.NewPartition()
	n := 0
	for _, msg := range w.messages {
		for i := range msg {
			if msg[i].Subject.Kind != tokenwarden.SubjectToken {
				continue
			}
			e := msg[i].Event
			e.Source = tokenwarden.Source{File: "a.log", Line: int64(n)}
			var us []tokenwarden.Usage
			for _, s := range tokenwarden.AppendSubjects(nil, &e) {
				us = append(us, tokenwarden.Usage{Subject: s, Event: e})
			}
			p.Observe(&e)
			q.Begin(tokenwarden.Position{Offset: int64(n)}, us)
			q.Apply()
			n++
		}
	}
	var got, want tokenwarden.Checkpoint
	p.Checkpoint(&got)
	q.Checkpoint(&want)
	if !reflect.DeepEqual(got, want) || len(got.Alerts) == 0 {
		t.Error("Observe differs from Begin and Apply")
	}
	again := tokenwarden.Checkpoint{}
	p.Checkpoint(&again)
	if !reflect.DeepEqual(got, again) {
		t.Error("a second checkpoint differs from the first")
	}
}

func TestCheckpointIsCompleteAndThenEmpty(t *testing.T) {
	w := newScenario(t, 6)
	p := w.engine.NewPartition()
	for i, msg := range w.messages {
		p.Begin(tokenwarden.Position{Offset: int64(i)}, msg)
		p.Apply()
	}
	if p.Pending() == 0 {
		t.Error("nothing is pending")
	}
	var c tokenwarden.Checkpoint
	p.Checkpoint(&c)
	p.Committed()
	if p.Pending() != 0 {
		t.Errorf("%d pending after Committed", p.Pending())
	}
	p.Checkpoint(&c)
	if len(c.Events)+len(c.Alerts)+len(c.Usage)+len(c.Profiles) != 0 || len(c.SourceOffsets) == 0 || c.Position.Offset != int64(len(w.messages))-1 {
		t.Errorf("after Committed: %d events, %d alerts, %d usage, %d profiles, marks %v, position %v", len(c.Events), len(c.Alerts), len(c.Usage), len(c.Profiles), c.SourceOffsets, c.Position)
	}
}

func TestAlertsHoldNoLongTexts(t *testing.T) {
	// A hostile log: every text as long as it may be.
	long := strings.Repeat("x", 4000)
	e := queryEvent("/" + long)
	e.Host, e.UserAgent, e.Param, e.Owner, e.TokenKind, e.Client, e.Method = long, long, long, long, long, long, long
	e.Geo.Country, e.Geo.City, e.Scopes = long, long, []string{long}
	p := mustCompile(t, urlRule).NewPartition()
	e.Time = time.Unix(1795000000, 0)
	p.Observe(&e)
	state := p.outbox.dirty[0].AppendTo(nil, &p.engine.registry)
	if len(state) > 24*text.MaxStored {
		t.Errorf("one hostile event makes a state of %d bytes", len(state))
	}
	if bytes.Contains(state, []byte(long[:text.MaxStored+1])) {
		t.Error("a text is longer than its bound")
	}
	if err := profile.New(tokenwarden.TokenSubject(e.Fingerprint)).Decode(state, &p.engine.registry, p.interner); err != nil {
		t.Error(err)
	}
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	engine, err := New(rulePack(t, 40), Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, tr := engine.NewPartition(), newTraffic(1)
	pos := tokenwarden.Position{}
	send := func() {
		pos.Offset++
		p.Begin(pos, tr.next())
		p.Apply()
	}
	for range 60 {
		send()
	}
	p.Committed()
	for range 20 {
		send()
	}
	p.Committed()
	// What is left is a row of usage per minute and combination.
	if n := testing.AllocsPerRun(20, send) / messageSize; n > 0.05 {
		t.Errorf("%.2f allocations per event", n)
	}
}

func TestStatsAdd(t *testing.T) {
	one := Stats{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	var sum Stats
	sum.Add(one)
	sum.Add(one)
	if fmt.Sprint(sum) != "{2 4 6 8 10 12 14 16 18 20 22}" {
		t.Errorf("sum %+v", sum)
	}
}

// A rule that lacks a list still remembers its condition: the list may come.
func TestRulesWithoutTheirListRemember(t *testing.T) {
	p := mustCompile(t, "id: waits\nkind: scope\nby: token\nwhere: rule.since > 0\nremember: event.write\n").NewPartition()
	e := tokenwarden.Event{Fingerprint: token(1), Time: time.Unix(1795000000, 0), FirstInRequest: true, Status: 200, Method: "POST", Endpoint: "/x",
		Claims: tokenwarden.Claims{JWT: true, HasScopes: true}}
	p.Observe(&e)
	if got := p.outbox.dirty[0].SinceRemembered(p.engine.rules[0].memory, e.Time.UnixMicro()+1e6); got != 1 {
		t.Errorf("remembered %v seconds ago, want 1", got)
	}
}

// A Begin that no Apply followed asks again for whom it began.
func TestMissingUntilApplied(t *testing.T) {
	p := mustCompile(t, urlRule).NewPartition()
	us := []tokenwarden.Usage{{Subject: tokenwarden.TokenSubject(token(1))}, {Subject: tokenwarden.TokenSubject(token(2))}, {Subject: tokenwarden.TokenSubject(token(1))}}
	for n := range 2 {
		if got := len(p.Begin(tokenwarden.Position{Offset: 1}, us)); got != 2 {
			t.Errorf("Begin %d: %d missing, want 2", n, got)
		}
		if p.Resident(us[0].Subject) {
			t.Error("resident before it was applied")
		}
	}
	p.Apply()
	if n := len(p.Begin(tokenwarden.Position{Offset: 2}, us)); n != 0 || !p.Resident(us[0].Subject) {
		t.Errorf("%d missing after Apply", n)
	}
}
