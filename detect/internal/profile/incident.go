package profile

import (
	"net/netip"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// Incident collects the matches of one rule for one subject, and for one group if the rule has groups, until there were none for the
// rule's suppression time.
type Incident struct {
	Rule           window.Slot // in Registry.Rules
	Severity       tokenwarden.Severity
	Dirty          bool     // it changed since the last checkpoint; see Profile.ClearDirty
	Group          []string // values of the rule's group fields
	First          int64    // event time, Unix microseconds
	Last           int64
	Count          uint64
	Peak           float64              // the greatest measure of any match
	Exception      string               // the exception that the last match fell under, "" if none
	CorroboratedBy string               // ids of the other rules that raised the severity by one step, "" if none did
	TokenKind      string               // as of the last match
	Identity       tokenwarden.Identity // of the last match
	Service        string               // of the last match that names one
	Owner          string
	Evidence       []string
	Observed       string // of the last match; empty for kinds that say the same of every match
	Baseline       string
	Sample         Sample // the first match of the greatest severity
	ID             [16]byte
	Before         uint64 // requests of the subject before the incident
	Since          int64  // time of the first of them; window.NoTime if there was none
}

// Sample holds the fields of one match for summaries.
type Sample struct {
	IP       netip.Addr
	ASN      uint32
	Status   uint16
	Location tokenwarden.Location
	Country  string
	Method   string
	Host     string
	Endpoint string
	Param    string
}
