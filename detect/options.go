package detect

import (
	"fmt"
	"time"

	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Options configure an engine. The zero value of a field means its default.
type Options struct {
	// Lateness is the event time by which an event may come after later ones of its token and still count in the row of its own minute
	// and in the windows around it. A later one counts in a row and segment of its own and in no window. Default 10 minutes: the delay
	// of log shippers. Costs memory: a profile keeps the minutes of that time open, 44 bytes for each combination
	// of minute, endpoint, country and status class, at most 256.
	Lateness time.Duration
	// MaxProfiles is the number of profiles that one partition keeps in memory after a checkpoint; those created until the next one come
	// on top. A profile takes 1.3 KB after one request, 4.0 KB after ten different ones, and some 14 KB when it calls a dozen
	// endpoints every minute, its entry in the cache included. Default 100,000.
	MaxProfiles int
	// ScopePolicy lists which calls need which scopes. It adds to the policies of the rules of kind scope.
	ScopePolicy []rules.ScopeRule
	// Lists are the user-supplied lists. nil: none. A partition begins with them; see Partition.SetLists.
	Lists *lists.Set
	// Shadow names rules whose alerts are recorded with the status "shadow" and not to be notified, as if their files said so.
	Shadow []string
}

// Defaults and bounds of Options.
const (
	DefaultLateness    = 10 * time.Minute
	MaxLateness        = 24 * time.Hour
	DefaultMaxProfiles = 100_000
	MinProfiles        = 16
)

// Validate checks the values that are set.
func (o *Options) Validate() error {
	switch {
	case o.Lateness < 0 || o.Lateness > MaxLateness:
		return fmt.Errorf("lateness is %v: want 0 to %v", o.Lateness, MaxLateness)
	case o.MaxProfiles != 0 && o.MaxProfiles < MinProfiles:
		return fmt.Errorf("max profiles is %d: want at least %d", o.MaxProfiles, MinProfiles)
	}
	return rules.ValidatePolicy(o.ScopePolicy)
}

func (o Options) withDefaults() Options {
	if o.Lateness == 0 {
		o.Lateness = DefaultLateness
	}
	if o.MaxProfiles == 0 {
		o.MaxProfiles = DefaultMaxProfiles
	}
	return o
}
