package clickhouse

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/sink"
)

// contents is all that the views and the last checkpoint show, without the times of writing.
func contents(t *testing.T, c *Client) string {
	t.Helper()
	var parts []string
	for _, query := range []string{
		"SELECT * EXCEPT (written) FROM v_token_events ORDER BY ALL",
		"SELECT * FROM v_token_usage_1m ORDER BY ALL",
		"SELECT * EXCEPT (written) FROM v_token_profiles ORDER BY ALL",
		"SELECT * EXCEPT (written) FROM v_alerts ORDER BY ALL",
		"SELECT * EXCEPT (written_at) FROM checkpoints FINAL ORDER BY ALL",
	} {
		parts = append(parts, answer(t, c, query))
	}
	return strings.Join(parts, "\n\n")
}

// stream makes the checkpoint that a consumer writes which has read messages from up to to: what happened since from,
// and the absolute state of what it touched.
func stream(events []tokenwarden.Event, from, to int) *tokenwarden.Checkpoint {
	cp := &tokenwarden.Checkpoint{
		Topic: "tokenwarden.usage", Position: tokenwarden.Position{Partition: 3, Offset: int64(to - 1)},
		Events:        events[from:to],
		SourceOffsets: []tokenwarden.SourceOffset{{Topic: "access-logs", Partition: 1, Offset: int64(to - 1)}},
	}
	touched := map[tokenwarden.Fingerprint]bool{}
	for i := range cp.Events {
		touched[cp.Events[i].Fingerprint] = true
	}
	for f := range touched {
		row := tokenwarden.UsageRow{Fingerprint: f, Minute: events[0].Time.Truncate(time.Minute), Host: "api", StatusClass: 2}
		for i := range events[:to] {
			if events[i].Fingerprint == f {
				row.Requests++
				row.Bytes += uint64(events[i].Bytes)
			}
		}
		cp.Usage = append(cp.Usage, row)
		cp.Profiles = append(cp.Profiles, tokenwarden.Profile{
			Subject: tokenwarden.TokenSubject(f), FirstSeen: events[0].Time, LastSeen: events[0].Time,
			Requests: row.Requests, Version: row.Requests, State: []byte{byte(row.Requests)},
		})
		cp.Alerts = append(cp.Alerts, tokenwarden.Alert{
			ID: f.String(), Rule: "token-burst", FirstSeen: events[0].Time, LastSeen: events[0].Time, Count: row.Requests,
		})
	}
	return cp
}

// fewTokens are n events of a handful of tokens.
func fewTokens(n int) []tokenwarden.Event {
	events := testEvents(n)
	for i := range events {
		events[i].Fingerprint = testFingerprint(i % 7)
	}
	return events
}

func mustWrite(t *testing.T, c *Client, cps ...*tokenwarden.Checkpoint) {
	t.Helper()
	for _, cp := range cps {
		if err := c.Write(testContext(t), cp); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReplayWithOtherCutsChangesNothing(t *testing.T) {
	events := fewTokens(100)
	once, replayed := newTest(t), newTest(t)
	mustWrite(t, once, stream(events, 0, 100))
	mustWrite(t, replayed, stream(events, 0, 40), stream(events, 40, 90), // crash: the offset of 90 was never committed
		stream(events, 40, 60), stream(events, 60, 100), stream(events, 60, 100))
	want := contents(t, once)
	if got := contents(t, replayed); got != want {
		t.Errorf("after a replay the database holds\n%s\nwant\n%s", got, want)
	}
	exec(t, replayed, "OPTIMIZE TABLE token_events FINAL")
	expect(t, replayed, "SELECT count() FROM token_events", "100")
}

func TestVersionsInTheWrongOrder(t *testing.T) {
	events := fewTokens(100)
	ordered, reversed := newTest(t), newTest(t)
	mustWrite(t, ordered, stream(events, 0, 50), stream(events, 50, 100))
	mustWrite(t, reversed, stream(events, 50, 100), stream(events, 0, 50))
	if got, want := contents(t, reversed), contents(t, ordered); got != want {
		t.Errorf("written in the wrong order the database holds\n%s\nwant\n%s", got, want)
	}
}

func TestSegmentsAreSummed(t *testing.T) {
	c := newTest(t)
	row := tokenwarden.UsageRow{Fingerprint: testFingerprint(1), Minute: time.Unix(1_790_000_040, 0), Host: "api", Requests: 5, Errors: 1, Bytes: 7}
	late := row
	late.Segment, late.Requests, late.Errors, late.Bytes = 90, 2, 2, 3
	newer := row
	newer.Requests, newer.Bytes = 6, 8
	cp := &tokenwarden.Checkpoint{Topic: "u", Usage: []tokenwarden.UsageRow{row, late, newer}}
	mustWrite(t, c, cp, cp)
	expect(t, c, "SELECT requests, errors, bytes FROM v_token_usage_1m", "8|3|11")
}

func TestContentIsStoredAsItIs(t *testing.T) {
	c := newTest(t)
	text := "a\x00b\xff\xfe 字 \u202e 'quoted' \\ `back` \n"
	e := testEvents(1)[0]
	e.Param, e.Target, e.Owner, e.UserAgent, e.Host, e.Scopes = text, text, text, text, text, []string{text, ""}
	a := tokenwarden.Alert{ID: text, Summary: text, Evidence: []string{"", text}, SQL: text}
	p := tokenwarden.Profile{Subject: tokenwarden.TokenSubject(testFingerprint(1)), Owner: text, Hosts: []string{text}, State: []byte(text)}
	mustWrite(t, c, &tokenwarden.Checkpoint{
		Topic: text, Events: []tokenwarden.Event{e}, Alerts: []tokenwarden.Alert{a}, Profiles: []tokenwarden.Profile{p},
		Usage: []tokenwarden.UsageRow{{Minute: e.Time, Endpoint: text, Country: text}},
	})
	for _, query := range []string{
		"SELECT param FROM v_token_events", "SELECT target FROM v_token_events", "SELECT owner FROM v_token_events",
		"SELECT user_agent FROM v_token_events", "SELECT host FROM v_token_events", "SELECT scopes[1] FROM v_token_events",
		"SELECT id FROM v_alerts", "SELECT summary FROM v_alerts", "SELECT evidence[2] FROM v_alerts", "SELECT sql FROM v_alerts",
		"SELECT owner FROM v_token_profiles", "SELECT hosts[1] FROM v_token_profiles", "SELECT endpoint FROM v_token_usage_1m",
	} {
		t.Run(query, func(t *testing.T) { expect(t, c, query, text) })
	}
	got, err := c.Profiles(testContext(t), []tokenwarden.Subject{p.Subject})
	if err != nil || len(got) != 1 || string(got[0].State) != text || got[0].Owner != text {
		t.Errorf("read back %v, %v", got, err)
	}
	if _, found, err := c.Checkpoint(testContext(t), text, 0); !found || err != nil {
		t.Errorf("position: found %t, %v", found, err)
	}
}

func TestAddresses(t *testing.T) {
	c := newTest(t)
	for i, addr := range []string{"203.0.113.9", "::ffff:198.51.100.7", "2001:db8::1", "::1", "fe80::1%eth0", ""} {
		e := testEvents(1)[0]
		e.Source.Offset = int64(i)
		e.ClientIP = netip.Addr{}
		if addr != "" {
			e.ClientIP = netip.MustParseAddr(addr)
		}
		mustWrite(t, c, &tokenwarden.Checkpoint{Topic: "u", Events: []tokenwarden.Event{e}})
	}
	expect(t, c, "SELECT client_ip FROM v_token_events ORDER BY offset", "203.0.113.9\n198.51.100.7\n2001:db8::1\n::1\nfe80::1\n")
	for _, where := range []string{
		"v_token_events WHERE client_ip = '203.0.113.9'", "token_events WHERE client_ip = '203.0.113.9'",
		"v_token_events WHERE client_ip = '2001:db8::1'", "token_events WHERE client_ip = '2001:db8::1'",
		"v_token_events WHERE client_ip = ''",
	} {
		t.Run(where, func(t *testing.T) { expect(t, c, "SELECT count() FROM "+where, "1") })
	}
}

func TestEmptyRows(t *testing.T) {
	c := newTest(t)
	subject := tokenwarden.Subject{Kind: tokenwarden.SubjectIssuer}
	mustWrite(t, c, &tokenwarden.Checkpoint{Topic: "u"}, &tokenwarden.Checkpoint{
		Topic: "u", Events: make([]tokenwarden.Event, 1), Usage: make([]tokenwarden.UsageRow, 1),
		Alerts: []tokenwarden.Alert{{ID: "a"}}, Profiles: []tokenwarden.Profile{{Subject: subject}},
	})
	expect(t, c, "SELECT time, client_ip, family, scopes, source FROM v_token_events", "1970-01-01 00:00:00|||['']|:0")
	expect(t, c, "SELECT severity, evidence = [] FROM v_alerts", "info|1")
}

// Times that no log can mean must not stop the pipeline: neither years out of range nor more months than the server
// takes in one INSERT.
func TestTimesOutOfRange(t *testing.T) {
	c := newTest(t)
	cp := &tokenwarden.Checkpoint{Topic: "u"}
	add := func(at time.Time) {
		e := testEvents(1)[0]
		e.Time, e.Source.Offset = at, int64(len(cp.Events))
		e.Claims.IssuedAt, e.Claims.Expires = -1, 1<<62
		cp.Events = append(cp.Events, e)
		cp.Usage = append(cp.Usage, tokenwarden.UsageRow{Minute: at, Segment: uint64(len(cp.Usage)), Requests: 1})
		cp.Alerts = append(cp.Alerts, tokenwarden.Alert{ID: at.String(), FirstSeen: at, LastSeen: at})
	}
	for _, year := range []int{-5, 1, 1899, 1969, 1970, 2026, 2099, 2105, 2106, 2300, 9999} {
		add(time.Date(year, 3, 1, 12, 0, 0, 0, time.UTC))
	}
	for month := range 150 {
		add(time.Date(2010, time.Month(month), 2, 0, 0, 0, 0, time.UTC))
	}
	mustWrite(t, c, cp, cp)
	for _, view := range []string{"v_token_events", "v_alerts"} {
		t.Run(view, func(t *testing.T) { expect(t, c, "SELECT count() FROM "+view, "161") })
	}
	expect(t, c, "SELECT sum(requests) FROM v_token_usage_1m", "161")
	expect(t, c, "SELECT min(time), max(time), max(expires) FROM v_token_events",
		"1970-01-01 00:00:00|2105-12-31 23:59:59.999999|2105-12-31 23:59:59")
}

func TestManyBlocks(t *testing.T) {
	c := newTest(t)
	n := blockRows + flushRows + chunkRows + 1
	mustWrite(t, c, &tokenwarden.Checkpoint{Topic: "u", Events: testEvents(n)})
	expect(t, c, "SELECT count(), uniqExact(offset), sum(offset) FROM v_token_events", fmt.Sprintf("%d|%d|%d", n, n, n*(n-1)/2))
}

func TestCut(t *testing.T) {
	sized := table[int]{size: func(n *int) int { return *n }}
	f := func(rows []int, maxRows, maxBytes, want int) {
		t.Helper()
		if got := sized.cut(rows, maxRows, maxBytes); got != want {
			t.Errorf("cut %v at %d rows, %d bytes: got %d, want %d", rows, maxRows, maxBytes, got, want)
		}
	}
	f([]int{1, 1, 1}, 2, 10, 2)
	f([]int{4, 4, 4}, 9, 10, 2)
	f([]int{11, 1}, 9, 10, 1)
	f([]int{5, 5}, 9, 10, 2)
	f([]int{1}, 9, 10, 1)
}

func TestWriteRefusesWhatCannotBeReadBack(t *testing.T) {
	c := mustNew(t, Options{})
	for name, cp := range map[string]*tokenwarden.Checkpoint{
		"nothing":                         {},
		"events without a topic":          {Alerts: []tokenwarden.Alert{{ID: "a"}}, Events: make([]tokenwarden.Event, 1)},
		"a position without a topic":      {Alerts: []tokenwarden.Alert{{ID: "a"}}, Position: tokenwarden.Position{Offset: 1}},
		"a negative offset":               {Topic: "u", Position: tokenwarden.Position{Offset: -1}},
		"an alert without an id":          {Topic: "u", Alerts: make([]tokenwarden.Alert, 1)},
		"an alert alone, without an id":   {Alerts: make([]tokenwarden.Alert, 1)},
		"a profile of an unknown subject": {Topic: "u", Profiles: make([]tokenwarden.Profile, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.Write(testContext(t), cp)
			if Classify(err) != ClassData || !sink.IsPermanent(err) || !strings.Contains(err.Error(), "please report") {
				t.Errorf("got %v, want a permanent data error that says what to do", err)
			}
		})
	}
}
