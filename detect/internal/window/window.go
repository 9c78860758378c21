// Package window holds the state of one rule over time in a profile: sliding counts, distinct values, a seasonal baseline, a token
// bucket, a sequence of stages and changes of place. It is arithmetic on event times and knows neither rules nor profiles:
// parameters are passed in, and a Slot identifies the rule's state.
//
// Each type has AppendTo and a decoder. Equal inputs give equal encoded state, whatever happened in between.
package window

import "math"

// Slot numbers the states of one type. It is not stored: see profile.Registry.
type Slot uint16

// NoSlot is the slot of no state.
const NoSlot Slot = math.MaxUint16

// NoTime stands for an unknown time.
const NoTime = math.MinInt64

// WeekHours is the number of hours in a week.
const WeekHours = 168

// FloorDiv divides and rounds towards minus infinity.
func FloorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// FloorSecond converts Unix microseconds to whole seconds, as the claims of a JWT count.
func FloorSecond(us int64) int64 {
	s := us / 1e6
	if us%1e6 < 0 {
		s--
	}
	return s
}

// Minutes converts Unix microseconds to Unix minutes; a time before 1970 is minute 0.
func Minutes(us int64) uint32 { return uint32(max(FloorSecond(us), 0) / 60) }

// HourOfWeek returns the hour of Unix microseconds, counted from Monday, 00:00 UTC.
func HourOfWeek(us int64) int {
	h := FloorSecond(us) / 3600
	if h < 0 {
		h = 0
	}
	return int((h + 3*24) % WeekHours) // 1970-01-01 was a Thursday
}

// Relocate copies list into storage if that is larger than the list's capacity.
func Relocate[L ~[]T, T any](list L, storage []T) L {
	if cap(list) >= len(storage) {
		return list
	}
	return append(L(storage[:0:len(storage)]), list...)
}
