package condition

import (
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Env is the environment of an evaluation: an event, and the knowledge of its subject before it. It exists only during evaluation.
type Env struct {
	profile.Known
	Event   *profile.Event
	Profile *profile.Profile
	Lists   *lists.Set
	Memory  window.Slot // in Registry.Remembered, of the current rule
	Result  *Result     // of the current rule, for severity_when

	item string // the value of # inside any, all and none
}

// Result is the outcome of an evaluation.
type Result struct {
	Measure  float64                 // the count, speed or time compared with the rule's limit
	Ratio    float64                 // measure as a multiple of the baseline
	Reached  float64                 // number of fields that reached their count
	Counts   [rules.MaxFields]uint64 // of each of several fields
	Expected Expected
	Observed string // set during evaluation only by kinds that match rarely: a text per event is too dear
	Baseline string
}

// Expected is the usual size of a subject's windows.
type Expected struct {
	Typical, AtHour float64
	Hours           uint32 // of use that are learned; 0: not enough
}
