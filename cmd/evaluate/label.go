package main

import (
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// label is one row of [simulate.Generator.WriteTruth]: an attack, a hard negative or a token.
type label struct {
	Type, Name, Rule, Variant string
	Instance                  int
	Fingerprint, Client       string
	Owner                     string
	Tokens                    []string
	First, Last, Due          time.Time
	Lines, Days               int
	Holds                     []string
	Learns                    bool
}

// truncate reduces the times of l to seconds, as the log shows them.
func (l *label) truncate() {
	l.First, l.Last, l.Due = l.First.Truncate(time.Second), l.Last.Truncate(time.Second), l.Due.Truncate(time.Second)
}

// incidentTail is the longest time that an incident about a network or an issuer stays open after its last event.
const incidentTail = time.Hour

// matches reports whether the alert is about a token of the label, or about its network, family or issuer at its time.
func (l *label) matches(a *tokenwarden.Alert) bool {
	if a.LastSeen.Before(l.First) {
		return false
	}
	switch a.SubjectKind {
	case "token":
		return a.Subject == l.Fingerprint || slices.Contains(l.Tokens, a.Subject)
	case "family":
		return a.Owner != "" && a.Owner == l.Owner
	case "network":
		return a.Subject == l.Client && !a.FirstSeen.After(l.Last.Add(incidentTail))
	}
	return a.Rule == l.Rule && !a.FirstSeen.After(l.Last.Add(incidentTail))
}

// tolerance returns the longest delay of an alert after Due that counts as in time: windows slide in sixtieths.
func (l *label) tolerance() time.Duration {
	return max(10*time.Second, l.Due.Sub(l.First)/10)
}
