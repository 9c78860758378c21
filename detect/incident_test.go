package detect

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// mustCompile compiles one rule.
func mustCompile(t testing.TB, text string) *Engine {
	t.Helper()
	d, err := rules.Decode("test.yaml", []byte("title: t\nwhy: test\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	e, err := New([]rules.Definition{d}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// observeAll observes events a second apart and returns the alerts in the order of the checkpoint.
func observeAll(e *Engine, events ...tokenwarden.Event) []tokenwarden.Alert {
	p := e.NewPartition()
	for i := range events {
		ev := &events[i]
		if ev.Time.IsZero() {
			ev.Time = time.Date(2026, 11, 23, 15, 4, 5+i, 0, time.UTC)
		}
		ev.Source = tokenwarden.Source{File: "a.log", Line: int64(i + 1)}
		p.Observe(ev)
	}
	var c tokenwarden.Checkpoint
	p.Checkpoint(&c)
	return c.Alerts
}

func queryEvent(endpoint string) tokenwarden.Event {
	return tokenwarden.Event{Fingerprint: tokenwarden.Fingerprint{1}, FirstInRequest: true, Location: tokenwarden.LocationQuery, Param: "key",
		Endpoint: endpoint, Method: "GET", Target: endpoint + "?key=REDACTED.key.0100000000000000", Status: 200, TokenKind: "key"}
}

const urlRule = "id: url\nkind: match\nwhere: event.location == \"query\"\ngroup: [event.endpoint]\n"

func TestGroupsBeyondTheBoundShareAnIncident(t *testing.T) {
	var events []tokenwarden.Event
	for i := range 100 {
		events = append(events, queryEvent(fmt.Sprintf("/e%d", i)))
	}
	alerts := observeAll(mustCompile(t, urlRule), events...)
	if len(alerts) != profile.MaxGroups+1 {
		t.Fatalf("want %d alerts, got %d", profile.MaxGroups+1, len(alerts))
	}
	var counted uint64
	for _, a := range alerts {
		counted += a.Count
	}
	if counted != 100 {
		t.Errorf("the alerts count %d of 100 hits", counted)
	}
	if last := alerts[profile.MaxGroups]; last.Count != 100-profile.MaxGroups || len(last.Evidence) != profile.MaxEvidence {
		t.Errorf("the others: %+v", last)
	}
}

func TestOpenIncidentsAreBounded(t *testing.T) {
	var texts []rules.Definition
	for i := range 80 {
		d, err := rules.Decode("test.yaml", fmt.Appendf(nil, "title: t\nwhy: test\nid: r%d\nkind: match\nwhere: event.first_in_request\n", i))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, d)
	}
	e, err := New(texts, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := e.NewPartition()
	ev := queryEvent("/x")
	ev.Time = time.Unix(1795000000, 0)
	p.Observe(&ev)
	if n := len(p.outbox.dirty[0].Incidents); n != profile.MaxIncidents {
		t.Errorf("want %d open incidents, got %d", profile.MaxIncidents, n)
	}
	var c tokenwarden.Checkpoint
	p.Checkpoint(&c)
	if len(c.Alerts) != 80 {
		t.Errorf("want 80 alerts, got %d: what does not fit must still be written", len(c.Alerts))
	}
	// A day later all are over.
	ev.Time = ev.Time.Add(24 * time.Hour)
	p.Observe(&ev)
	if n := len(p.outbox.dirty[0].Incidents); n != profile.MaxIncidents {
		t.Errorf("want %d open incidents, got %d", profile.MaxIncidents, n)
	}
}

// The id must never change: it is the alert's place in every output that exists.
func TestAlertIsTheSameForEver(t *testing.T) {
	e := queryEvent("/v1/x")
	e.Geo = tokenwarden.Geo{Country: "DE", ASN: 64500}
	alerts := observeAll(mustCompile(t, urlRule+"references: {attack: [T1528]}\nnext_steps: [look]\n"), e, e)
	if len(alerts) != 1 {
		t.Fatalf("want one alert, got %d", len(alerts))
	}
	a := alerts[0]
	if a.ID != "40e4261bfded91b568d55384ed346c06" {
		t.Errorf("id %s", a.ID)
	}
	if a.Count != 2 || a.LastSeen.Sub(a.FirstSeen) != time.Second || a.Attack[0] != "T1528" || a.NextSteps[0] != "look" || a.Status != "open" {
		t.Errorf("alert %+v", a)
	}
	want := "2026-11-23T15:04:05Z GET /v1/x?key=REDACTED.key.0100000000000000 200 (DE, AS64500)"
	if a.Evidence[0] != want {
		t.Errorf("evidence\nwant %s\ngot  %s", want, a.Evidence[0])
	}
	sql := "WHERE fingerprint = '01000000000000000000000000000000' AND time >= toDateTime64('2026-11-23 15:04:05.000', 3, 'UTC') AND time <= toDateTime64('2026-11-23 15:04:06.000', 3, 'UTC')"
	if !strings.Contains(a.SQL, sql) {
		t.Errorf("sql\nwant %s\nin %s", sql, a.SQL)
	}
}

func TestLateHitsBelongToTheIncident(t *testing.T) {
	at := func(minutes int) tokenwarden.Event {
		e := queryEvent("/x")
		e.Time = time.Date(2026, 11, 23, 12, minutes, 0, 0, time.UTC)
		return e
	}
	alerts := observeAll(mustCompile(t, urlRule+"suppress: 10m\n"), at(30), at(25), at(40), at(51))
	if len(alerts) != 2 {
		t.Fatalf("want 2 alerts, got %+v", alerts)
	}
	first := alerts[0]
	if first.Count != 3 || first.FirstSeen.Minute() != 25 || first.LastSeen.Minute() != 40 {
		t.Errorf("count %d from %v to %v", first.Count, first.FirstSeen, first.LastSeen)
	}
}

func TestShadowRulesSaySo(t *testing.T) {
	alerts := observeAll(mustCompile(t, urlRule+"shadow: true\n"), queryEvent("/x"))
	if len(alerts) != 1 || alerts[0].Status != "shadow" {
		t.Errorf("alerts %+v", alerts)
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	e := queryEvent("/" + strings.Repeat("ä", 400))
	a := observeAll(mustCompile(t, urlRule), e)[0]
	if n := len(a.Evidence[0]); n > profile.MaxEvidenceLine {
		t.Errorf("%d bytes of evidence", n)
	}
	if !strings.Contains(a.Evidence[0], "ä... 200") {
		t.Errorf("evidence %q", a.Evidence[0])
	}
}

// Rules of other categories that match the same token raise an incident by one step; those of the same category do not.
func TestCorroborationRaisesSeverity(t *testing.T) {
	const learn = "kind: new_value\nseverity: low\nlearn: {events: 3}\n"
	defs := decodeRules(t, "id: country\nfield: country\n"+learn, "id: asn\nfield: asn\n"+learn, "id: client\nfield: client\n"+learn, "id: endpoint\nfield: endpoint\n"+learn)
	e, err := New(defs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := func(minute int, change func(e *tokenwarden.Event)) tokenwarden.Event {
		e := tokenwarden.Event{Time: time.Date(2026, 11, 23, 12, minute, 0, 0, time.UTC), FirstInRequest: true, Status: 200, Client: "okhttp", Endpoint: "/a",
			Geo: tokenwarden.Geo{Country: "DE", ASN: 64500}}
		if change != nil {
			change(&e)
		}
		return e
	}
	alerts := observeAll(e, at(0, nil), at(1, nil), at(2, nil), at(3, nil),
		at(4, func(e *tokenwarden.Event) { e.Geo = tokenwarden.Geo{Country: "BR", ASN: 64501} }),
		at(5, func(e *tokenwarden.Event) { e.Client = "curl" }),
		at(6, func(e *tokenwarden.Event) { e.Endpoint = "/b" }))
	got := map[string]tokenwarden.Severity{}
	for _, a := range alerts {
		got[a.Rule] = a.Severity
		if a.Rule == "endpoint" && !strings.Contains(a.Summary, "raised one step: rules of other categories also matched this subject (country, client)") {
			t.Errorf("summary %q", a.Summary)
		}
	}
	low, medium := tokenwarden.SeverityLow, tokenwarden.SeverityMedium
	if want := map[string]tokenwarden.Severity{"country": low, "asn": low, "client": low, "endpoint": medium}; !reflect.DeepEqual(got, want) {
		t.Errorf("want %v, got %v", want, got)
	}
}

func decodeRules(t *testing.T, texts ...string) []rules.Definition {
	t.Helper()
	var defs []rules.Definition
	for i, text := range texts {
		d, err := rules.Decode(fmt.Sprintf("%d.yaml", i), []byte("title: t\nwhy: test\n"+text))
		if err != nil {
			t.Fatal(err)
		}
		defs = append(defs, d)
	}
	return defs
}

func TestExceptionsApplyUntilTheyExpire(t *testing.T) {
	d := decodeRules(t, urlRule+"suppress: 1m\n")
	set, err := lists.FromTexts(map[string]string{"allow": "allow: [{rule: " + d[0].ID + ", subject: \"*\", until: 2026-11-24, reason: a migration}]"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(d, Options{Lists: set})
	if err != nil {
		t.Fatal(err)
	}
	before, after := queryEvent("/x"), queryEvent("/x")
	before.Time, after.Time = time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC), time.Date(2026, 11, 25, 1, 0, 0, 0, time.UTC)
	alerts := observeAll(e, before, after)
	if len(alerts) != 2 || alerts[0].Status != "allowed" || !strings.Contains(alerts[0].Summary, "allowed until 2026-11-2") || alerts[1].Status != "open" {
		t.Errorf("alerts %+v", alerts)
	}
}

func TestShadowByConfiguration(t *testing.T) {
	d := decodeRules(t, urlRule)
	e, err := New(d, Options{Shadow: []string{d[0].ID}})
	if err != nil {
		t.Fatal(err)
	}
	if alerts := observeAll(e, queryEvent("/x")); len(alerts) != 1 || alerts[0].Status != "shadow" {
		t.Errorf("alerts %+v", alerts)
	}
	if _, err := New(d, Options{Shadow: []string{"nobody"}}); err == nil {
		t.Error("a rule that is none may be in shadow")
	}
}

func TestThresholdsNameTheQuietSetting(t *testing.T) {
	e, err := New(decodeRules(t, "id: burst\nkind: rate\nwindow: 60s\nlimit: 2\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	one := queryEvent("/x")
	if a := observeAll(e, one, one, one, one)[0]; a.Threshold != "more than 2 in 60 s; silent with limit: 4" {
		t.Errorf("threshold %q", a.Threshold)
	}
}
