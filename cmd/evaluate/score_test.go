package main

import (
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

var noon = time.Date(2026, 1, 12, 12, 0, 0, 0, time.UTC)

// burst returns an attack with token a that the rule can know after 50 seconds.
func burst() label {
	return label{
		Type: "attack", Name: "token-burst", Rule: "token-burst", Variant: "weak", Instance: 2, Fingerprint: "a",
		Client: "192.0.2.0/24", First: noon.Add(time.Millisecond), Due: noon.Add(50 * time.Second), Last: noon.Add(time.Minute),
	}
}

func alert(rule, subject string, after time.Duration) tokenwarden.Alert {
	at := noon.Add(after)
	return tokenwarden.Alert{
		Rule: rule, Severity: tokenwarden.SeverityMedium, SubjectKind: "token", Subject: subject, FirstSeen: at, LastSeen: at,
	}
}

func scored(t *testing.T, labels []label, alerts ...tokenwarden.Alert) *score {
	t.Helper()
	s := newScore(map[string]bool{"token-burst": true})
	s.add(result{labels: labels, alerts: alerts})
	return s
}

func TestAttacks(t *testing.T) {
	inTime := alert("token-burst", "a", 50*time.Second)
	for _, tc := range []struct {
		name        string
		alerts      []tokenwarden.Alert
		found, late int
	}{
		{name: "no alert"},
		{name: "in time", alerts: []tokenwarden.Alert{inTime}, found: 1},
		{name: "with the first request", alerts: []tokenwarden.Alert{alert("token-burst", "a", 0)}, found: 1},
		{name: "the first of two counts", alerts: []tokenwarden.Alert{alert("token-burst", "a", time.Hour), inTime}, found: 1},
		{name: "within the tolerance", alerts: []tokenwarden.Alert{alert("token-burst", "a", 60*time.Second)}, found: 1},
		{name: "late", alerts: []tokenwarden.Alert{alert("token-burst", "a", 61*time.Second)}, found: 1, late: 1},
		{name: "before", alerts: []tokenwarden.Alert{alert("token-burst", "a", -time.Second)}},
		{name: "another token", alerts: []tokenwarden.Alert{alert("token-burst", "b", 50*time.Second)}},
		{name: "another rule", alerts: []tokenwarden.Alert{alert("new-client", "a", 50*time.Second)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := scored(t, []label{burst()}, tc.alerts...).classes["token-burst"].weak
			if want := (variant{all: 1, found: tc.found, late: tc.late}); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

func TestHonestTraffic(t *testing.T) {
	labels := []label{
		burst(),
		{Type: "negative", Name: "daily-batch", Fingerprint: "n", First: noon, Last: noon},
		{Type: "token", Fingerprint: "a", Days: 5},
		{Type: "token", Fingerprint: "n", Days: 10},
		{Type: "token", Fingerprint: "o", Days: 10, Holds: []string{"token-in-url"}},
	}
	s := scored(t, labels,
		alert("token-burst", "a", 50*time.Second), alert("new-client", "a", time.Minute), // about the attack
		alert("new-client", "a", -time.Hour), // before it
		alert("token-in-url", "o", 0),        // inherent
		alert("token-in-url", "n", 0), alert("new-client", "o", 0),
	)
	medium := tokenwarden.SeverityMedium
	if s.honest[ruleSeverity{"new-client", medium}] != 2 || s.honest[ruleSeverity{"token-in-url", medium}] != 1 || len(s.honest) != 2 {
		t.Errorf("false alerts %v", s.honest)
	}
	if s.otherRule["new-client"] != 1 || s.inherent["token-in-url"] != 1 {
		t.Errorf("other rules %v, inherent %v", s.otherRule, s.inherent)
	}
	if s.days != 20 {
		t.Errorf("%d days without attacks, want 20", s.days)
	}
	if n := s.negatives["daily-batch"]; n.all != 1 || n.tripped != 1 || n.by["token-in-url"] != 1 {
		t.Errorf("negative %+v", n)
	}
}

func TestOtherSubjects(t *testing.T) {
	l := label{Rule: "x", Client: "192.0.2.0/24", Owner: "svc", Tokens: []string{"a", "b"}, First: noon, Last: noon.Add(time.Minute)}
	for _, tc := range []struct {
		name                       string
		kind, subject, owner, rule string
		after                      time.Duration
		want                       bool
	}{
		{"a token of the attack", "token", "b", "", "x", 0, true},
		{"its network", "network", "192.0.2.0/24", "", "x", 0, true},
		{"its network, later", "network", "192.0.2.0/24", "", "x", 2 * time.Hour, false},
		{"another network", "network", "198.51.100.0/24", "", "x", 0, false},
		{"its family", "family", "f", "svc", "x", 0, true},
		{"a family without an owner", "family", "f", "", "x", 0, false},
		{"an issuer, its rule", "issuer", "i", "", "x", 0, true},
		{"an issuer, another rule", "issuer", "i", "", "y", 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := alert(tc.rule, tc.subject, tc.after)
			a.SubjectKind, a.Owner = tc.kind, tc.owner
			if l.matches(&a) != tc.want {
				t.Errorf("matches: %v, want %v", !tc.want, tc.want)
			}
		})
	}
}

// TestBudget holds that the exit status follows the figures, whether or not a rule is missing.
func TestBudget(t *testing.T) {
	hit := alert("token-burst", "a", 50*time.Second)
	for _, tc := range []struct {
		name, says string
		alerts     []tokenwarden.Alert
		want       bool
	}{
		{"classes without a rule", "no rule", []tokenwarden.Alert{hit}, true},
		{"a missed attack", "OUTSIDE: 0 %", nil, false},
		{"one false alert", "1.00 per 10,000", []tokenwarden.Alert{hit, alert("new-client", "o", 0)}, true},
		{
			"two false alerts", "OUTSIDE the budget",
			[]tokenwarden.Alert{hit, alert("new-client", "o", 0), alert("new-client", "o", time.Hour)}, false,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := scored(t, []label{burst(), {Type: "token", Fingerprint: "o", Days: 10_000}}, tc.alerts...)
			var out strings.Builder
			if got := s.print(&out, options{}); got != tc.want || !strings.Contains(out.String(), tc.says) {
				t.Errorf("within the budget: %v, want %v and %q in\n%s", got, tc.want, tc.says, out.String())
			}
		})
	}
}
