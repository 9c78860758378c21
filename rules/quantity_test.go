package rules

import (
	"testing"
)

func TestParseQuantity(t *testing.T) {
	for text, want := range map[string]Quantity{
		"600": {600, Number, "600"}, "1.5h": {5400, Time, "1.5h"}, "-61s": {-61, Time, "-61s"}, "-1h30m": {-5400, Time, "-1h30m"},
		"1y": {31536000, Time, "1y"}, "250ms": {0.25, Time, "250ms"}, "500 km": {500, Length, "500 km"}, "500km": {500, Length, "500km"},
		"900 km/h": {900, Velocity, "900 km/h"}, "100 MB": {1e8, Size, "100 MB"}, " 2 d ": {172800, Time, "2 d"},
	} {
		t.Run(text, func(t *testing.T) {
			if got, err := ParseQuantity(text); err != nil || got != want {
				t.Errorf("want %v, got %v, %v", want, got, err)
			}
		})
	}
}

func TestParseQuantityErrors(t *testing.T) {
	for _, text := range []string{"", "s", "1x", "1 km 2 km", "1h 2 km", "5s 3", "--3", "1e9999", "1-2", "."} {
		t.Run(text, func(t *testing.T) {
			if got, err := ParseQuantity(text); err == nil {
				t.Errorf("want an error, got %v", got)
			}
		})
	}
}
