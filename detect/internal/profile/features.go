package profile

import (
	"strconv"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// Feature is a field with learned values. The numbers are stored: never reuse a number.
type Feature uint8

// Features that profiles learn.
const (
	FeatureCountry  Feature = 1
	FeatureASN      Feature = 2
	FeatureClient   Feature = 3
	FeatureHost     Feature = 4
	FeatureEndpoint Feature = 5
	FeatureAccess   Feature = 6 // read or write
	FeatureHour     Feature = 7 // of the week
	FeatureClass    Feature = 8 // hosting, anonymizer or other network
	Features                = 9 // one more than the greatest
)

// featureTable lists each feature's name in rules, the log field it is read from (0: always there), and how many values are kept.
// Beyond, the values seen least lately are forgotten and the feature counts as saturated: nothing is new to a token that uses new
// values all the time.
var featureTable = [Features]struct {
	name     string
	requires Predicates
	max      int
}{
	FeatureCountry:  {"country", HasCountry, 32},
	FeatureASN:      {"asn", HasASN, 64},
	FeatureClient:   {"client", HasClient, 32},
	FeatureHost:     {"host", HasHost, 32},
	FeatureEndpoint: {"endpoint", HasEndpoint, 96},
	FeatureAccess:   {"access", HasMethod, 2},
	FeatureHour:     {"hour_of_week", 0, 168},
	FeatureClass:    {"network_class", IsHosting, 3},
}

// FeatureNames returns the names of all features, in their order.
func FeatureNames() []string {
	var names []string
	for _, f := range featureTable[1:] {
		names = append(names, f.name)
	}
	return names
}

// String returns the feature's name in rules.
func (f Feature) String() string { return featureTable[f].name }

// Requires returns the predicate an event needs to have a value of the feature, 0 if it always has.
func (f Feature) Requires() Predicates { return featureTable[f].requires }

// Max returns how many values a profile keeps.
func (f Feature) Max() int { return featureTable[f].max }

// Value returns the event's value, "" if it has none. It may share memory with the event.
func (ev *Event) Value(f Feature) string {
	switch f {
	case FeatureASN:
		return ev.asName
	case FeatureHour:
		return hourNames[window.HourOfWeek(ev.Now)]
	case FeatureClass:
		return ev.className
	}
	return f.text(ev.Event)
}

// text returns the value of a feature copied from the event.
func (f Feature) text(e *tokenwarden.Event) string {
	switch f {
	case FeatureCountry:
		return text.Clip(e.Geo.Country)
	case FeatureClient:
		return text.Clip(e.Client)
	case FeatureHost:
		return text.Clip(e.Host)
	case FeatureEndpoint:
		return text.Clip(e.Endpoint)
	case FeatureAccess:
		return accessOf(e)
	}
	return ""
}

func accessOf(e *tokenwarden.Event) string {
	switch {
	case e.Method == "":
		return ""
	case IsWriteMethod(e.Method):
		return "write"
	}
	return "read"
}

var hourNames = func() (names [window.WeekHours]string) {
	for i := range names {
		day := time.Weekday((i/24 + 1) % 7).String()[:3]
		names[i] = day + " " + strconv.Itoa(i%24) + "h"
	}
	return names
}()
