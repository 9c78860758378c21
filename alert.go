package tokenwarden

import (
	"fmt"
	"time"
)

// Severity orders alerts. The zero value is info.
type Severity uint8

// The severities, from the least.
const (
	SeverityInfo Severity = iota
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

var severities = [...]string{"info", "low", "medium", "high", "critical"}

// String returns the severity's name.
func (s Severity) String() string {
	if int(s) < len(severities) {
		return severities[s]
	}
	return ""
}

// ParseSeverity is the reverse of String.
func ParseSeverity(name string) (Severity, error) {
	for s, n := range severities {
		if n == name {
			return Severity(s), nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q: want info, low, medium, high or critical", name)
}

// MarshalText returns the text of String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the text of MarshalText.
func (s *Severity) UnmarshalText(text []byte) error {
	got, err := ParseSeverity(string(text))
	*s = got
	return err
}

// The values of Alert.Status.
const (
	StatusOpen    = "open"    // to be acted on
	StatusShadow  = "shadow"  // recorded, not to be notified: the rule is on trial
	StatusAllowed = "allowed" // recorded, not to be notified: an exception of the lists holds
)

// Alert is one incident: all that one rule said about one subject until it fell silent. The same input always gives
// the same ID. A later version of an incident has a greater Count and replaces the earlier one.
type Alert struct {
	ID          string    `json:"id"` // 32 hexadecimal characters: hash of rule, group, subject, FirstSeen and where the first event stood
	Rule        string    `json:"rule"`
	Severity    Severity  `json:"severity"`
	Title       string    `json:"title"`
	Summary     string    `json:"summary"` // one sentence a person can read
	SubjectKind string    `json:"subject_kind"`
	Subject     string    `json:"subject"`
	TokenKind   string    `json:"token_kind"`
	Identity    Identity  `json:"identity"` // of the last match
	Service     string    `json:"service"`  // of the last match that names one
	KeyID       string    `json:"key_id"`
	Owner       string    `json:"owner"`
	FirstSeen   time.Time `json:"first_seen"` // event time
	LastSeen    time.Time `json:"last_seen"`  // event time
	Count       uint64    `json:"count"`      // events that satisfied the rule
	Observed    string    `json:"observed"`
	Baseline    string    `json:"baseline"`
	Threshold   string    `json:"threshold"`
	Evidence    []string  `json:"evidence"` // redacted requests, the first few
	Attack      []string  `json:"attack"`   // MITRE ATT&CK technique ids
	OWASP       []string  `json:"owasp"`    // OWASP API Security Top 10 ids: API2:2023
	Status      string    `json:"status"`   // StatusOpen, StatusShadow or StatusAllowed
	NextSteps   []string  `json:"next_steps"`
	SQL         string    `json:"sql"` // reproduces the evidence in ClickHouse
}
