package rules

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden"
)

// checkTests checks that the rule's tests can be played, without playing them, and that they show every blind spot.
func (d *Definition) checkTests() error {
	shown := map[string]bool{}
	for i := range d.Tests {
		t := &d.Tests[i]
		key := fmt.Sprintf("tests[%d]", i)
		switch {
		case strings.TrimSpace(t.Name) == "":
			return d.errorf(key, "name is missing")
		case len(t.Steps) == 0:
			return d.errorf(key, "%q has no steps", t.Name)
		case t.BlindSpot != "" && d.BlindSpots[t.BlindSpot] == "":
			return d.errorf(key, "%q shows blind spot %q, which blind_spots does not name%s", t.Name, t.BlindSpot,
				DidYouMean(t.BlindSpot, d.blindSpotNames()))
		}
		shown[t.BlindSpot] = true
		if err := t.check(); err != nil {
			return d.errorf(key, "%q: %v", t.Name, err)
		}
	}
	for _, name := range d.blindSpotNames() {
		if !shown[name] {
			return d.errorf("blind_spots", "%q has no test that shows it: give one \"blind_spot: %s\"", name, name)
		}
	}
	return nil
}

func (d *Definition) blindSpotNames() []string { return slices.Sorted(maps.Keys(d.BlindSpots)) }

// check returns the first fault of the test.
func (t *Test) check() error {
	if err := ValidatePolicy(t.Policy); err != nil {
		return err
	}
	total := 0
	for i := range t.Steps {
		s := &t.Steps[i]
		if s.At != nil && s.After != nil {
			return fmt.Errorf("step %d: has both at and after", i+1)
		}
		if s.Load != nil && s.Repeat != nil {
			return fmt.Errorf("step %d: has both load and repeat", i+1)
		}
		n, _ := s.requests()
		if total += n; total > MaxTestEvents || n < 0 {
			return fmt.Errorf("step %d: the test plays more than %d events", i+1, MaxTestEvents)
		}
		if err := s.Request.check(); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return nil
}

// check returns the first fault of the request.
func (r *Request) check() error {
	if r.From != "" {
		if _, err := netip.ParseAddr(strings.ReplaceAll(r.From, "#", "1")); err != nil {
			return fmt.Errorf("from %q: want an address", r.From)
		}
	}
	if _, ok := sequenceNames[r.Sequence]; !ok {
		return fmt.Errorf("unknown sequence %q: want near or counter", r.Sequence)
	}
	if _, err := tokenwarden.ParseIdentity(or(r.Identity, tokenwarden.IdentityToken.String())); err != nil {
		return err
	}
	if _, ok := locationNames[or(r.Location, "header")]; !ok {
		return fmt.Errorf("unknown location %q%s", r.Location, DidYouMean(r.Location, slices.Sorted(maps.Keys(locationNames))))
	}
	return nil
}
