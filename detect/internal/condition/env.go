package condition

import (
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Env is what rules are evaluated on: an event, and what was known of its subject before it. It exists only while rules are asked.
type Env struct {
	profile.Known
	Event   *profile.Event
	Profile *profile.Profile
	Lists   *lists.Set
	Memory  window.Slot // in Registry.Remembered, of the current rule
	Result  *Result     // of the current rule, for severity_when

	item string // the value of # inside any, all and none
}

// Result is what a kind found out about an event.
type Result struct {
	Measure  float64                 // a count, speed or time that the rule compares
	Ratio    float64                 // how many times what was learned
	Reached  float64                 // of several fields, how many reached their count
	Counts   [rules.MaxFields]uint64 // of each of several fields
	Expected Expected
	Observed string // set during evaluation only by kinds that match rarely: a text per event is too dear
	Baseline string
}

// Expected is what a subject's windows came to before.
type Expected struct {
	Typical, AtHour float64
	Hours           uint32 // of use that are learned; 0: not enough
}
