package main

import (
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

var noon = time.Date(2026, 1, 12, 12, 0, 0, 0, time.UTC)

// burst is an attack on token a that the rule can know after 50 seconds.
func burst() label {
	return label{
		Type: "attack", Name: "token-burst", Rule: "token-burst", Variant: "weak", Instance: 2, Fingerprint: "a",
		Client: "192.0.2.0/24", First: noon.Add(time.Millisecond), Due: noon.Add(50 * time.Second), Last: noon.Add(time.Minute),
	}
}

func alert(rule, subject string, after time.Duration) tokenwarden.Alert {
	at := noon.Add(after)
	return tokenwarden.Alert{Rule: rule, Severity: tokenwarden.SeverityMedium, SubjectKind: "token", Subject: subject, FirstSeen: at, LastSeen: at}
}

func scored(t *testing.T, labels []label, alerts ...tokenwarden.Alert) *score {
	t.Helper()
	s := newScore(map[string]bool{"token-burst": true})
	s.add(result{labels: labels, alerts: alerts})
	return s
}

func TestAttacks(t *testing.T) {
	f := func(name string, found, late int, alerts ...tokenwarden.Alert) {
		t.Helper()
		got := scored(t, []label{burst()}, alerts...).classes["token-burst"].weak
		if want := (variant{all: 1, found: found, late: late}); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	f("no alert", 0, 0)
	f("in time", 1, 0, alert("token-burst", "a", 50*time.Second))
	f("with the first request", 1, 0, alert("token-burst", "a", 0))
	f("the first of two counts", 1, 0, alert("token-burst", "a", time.Hour), alert("token-burst", "a", 50*time.Second))
	f("within the patience", 1, 0, alert("token-burst", "a", 60*time.Second))
	f("late", 1, 1, alert("token-burst", "a", 61*time.Second))
	f("before", 0, 0, alert("token-burst", "a", -time.Second))
	f("another token", 0, 0, alert("token-burst", "b", 50*time.Second))
	f("another rule", 0, 0, alert("new-client", "a", 50*time.Second))
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
		alert("token-in-url", "o", 0),        // is so
		alert("token-in-url", "n", 0), alert("new-client", "o", 0),
	)
	medium := tokenwarden.SeverityMedium
	if s.honest[verdict{"new-client", medium}] != 2 || s.honest[verdict{"token-in-url", medium}] != 1 || len(s.honest) != 2 {
		t.Errorf("false alerts %v", s.honest)
	}
	if s.side["new-client"] != 1 || s.plain["token-in-url"] != 1 {
		t.Errorf("side %v, true %v", s.side, s.plain)
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
	f := func(want bool, kind, subject, owner, rule string, after time.Duration) {
		t.Helper()
		a := alert(rule, subject, after)
		a.SubjectKind, a.Owner = kind, owner
		if l.about(&a) != want {
			t.Errorf("about %s %q of %q by %s after %s: %v", kind, subject, owner, rule, after, !want)
		}
	}
	f(true, "token", "b", "", "x", 0)
	f(true, "network", "192.0.2.0/24", "", "x", 0)
	f(false, "network", "192.0.2.0/24", "", "x", 2*time.Hour)
	f(false, "network", "198.51.100.0/24", "", "x", 0)
	f(true, "family", "f", "svc", "x", 0)
	f(false, "family", "f", "", "x", 0)
	f(true, "issuer", "i", "", "x", 0)
	f(false, "issuer", "i", "", "y", 0)
}

// TestBudget: the exit status follows what is outside, whether or not a rule is missing.
func TestBudget(t *testing.T) {
	f := func(want bool, says string, alerts ...tokenwarden.Alert) {
		t.Helper()
		s := scored(t, []label{burst(), {Type: "token", Fingerprint: "o", Days: 10_000}}, alerts...)
		var out strings.Builder
		if got := s.print(&out, options{}); got != want || !strings.Contains(out.String(), says) {
			t.Errorf("within the budget: %v, want %v and %q in\n%s", got, want, says, out.String())
		}
	}
	hit := alert("token-burst", "a", 50*time.Second)
	f(true, "no rule", hit)
	f(false, "OUTSIDE: 0 %")
	f(true, "1.00 per 10,000", hit, alert("new-client", "o", 0))
	f(false, "OUTSIDE the budget", hit, alert("new-client", "o", 0), alert("new-client", "o", time.Hour))
}
