package credential

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// Finding is one credential in one line, as its position, without its bytes. Its slices and strings are in memory of the
// Finder and hold until the Finder's next call.
type Finding struct {
	Start, End int // the credential's bytes as they stand in the line: Line[Start:End]

	Bare       uint8  // record.Field.Bare: the placeholder needs quotes
	Kind       string // what it is: "github_pat", "jwt", "password", ...; made of a-z, 0-9 and _
	Identity   tokenwarden.Identity
	Confidence tokenwarden.Confidence
	Location   tokenwarden.Location
	Param      []byte // name that carries it, lower case; for a path the segment before it, or #N: the N-th segment
	Reason     string // why it was taken for a credential; a constant

	// Public marks a credential meant to be public: a publishable key, a plain identifier.
	Public bool
	// Cut marks what a server has left of a token. It is no event.
	Cut bool
	// Keep marks a finding that the policy leaves in the line.
	Keep bool

	// Unsearched marks bytes beyond the bounds of the search: the budget, the levels of encoding, or no text. They are
	// always masked and never an event: Kind is KindUnsearched, Fingerprint is zero, Keep is false.
	Unsearched bool

	// Edge says what became of an edge form. Those that were not verified are of KindUnknown.
	Edge secret.EdgeResult

	Fingerprint tokenwarden.Fingerprint
	KeyID       tokenwarden.KeyID
	Owner       string // JWT sub, or the user of a password; "" if none
	Strength    tokenwarden.Strength
	JWT         *JWT // nil for any other credential
}

// JWT is what a JSON Web Token says of itself, unverified.
type JWT struct {
	Claims tokenwarden.Claims
	Scopes []string
	Family tokenwarden.Fingerprint // of (iss, sub, client); zero if the token does not say
}

// KindUnsearched is the Kind of Unsearched findings.
const KindUnsearched = "unsearched"

// isBetterThan reports whether f describes the bytes in both better than g: a secret before a public value, then the surer,
// then the shorter, which is the credential itself.
func (f *Finding) isBetterThan(g *Finding) bool {
	switch {
	case f.Keep != g.Keep:
		return g.Keep
	case f.Confidence != g.Confidence:
		return f.Confidence > g.Confidence
	}
	return f.End-f.Start < g.End-g.Start
}

// Parameter returns Param as a string of its own.
func (f *Finding) Parameter() string { return string(f.Param) }
