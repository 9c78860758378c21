package main

import (
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// label is one row of what [simulate.Generator.WriteTruth] writes: an attack, a hard negative or a token.
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

// cut leaves what the log shows of the times of l: seconds.
func (l *label) cut() {
	l.First, l.Last, l.Due = l.First.Truncate(time.Second), l.Last.Truncate(time.Second), l.Due.Truncate(time.Second)
}

// fold is how long a rule may keep an incident about a network or an issuer open after its last event.
const fold = time.Hour

// about tells whether an alert speaks of what l labels: of one of its tokens, or of its client network, family or issuer
// at its time.
func (l *label) about(a *tokenwarden.Alert) bool {
	if a.LastSeen.Before(l.First) {
		return false
	}
	switch a.SubjectKind {
	case "token":
		return a.Subject == l.Fingerprint || slices.Contains(l.Tokens, a.Subject)
	case "family":
		return a.Owner != "" && a.Owner == l.Owner
	case "network":
		return a.Subject == l.Client && !a.FirstSeen.After(l.Last.Add(fold))
	}
	return a.Rule == l.Rule && !a.FirstSeen.After(l.Last.Add(fold))
}

// patience is what an alert may come after the request from which its rule can know: windows slide in sixtieths.
func (l *label) patience() time.Duration {
	return max(10*time.Second, l.Due.Sub(l.First)/10)
}
