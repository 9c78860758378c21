package rules

import (
	"cmp"
	"time"
)

// Rate is the spec of kind rate: the rule fires on every request above a limit in a sliding window. With Refill, a token
// bucket takes the place of the window, and Limit is the only other key.
type Rate struct {
	// Window is MinWindow to MaxWindow. Required without Refill.
	Window Duration `yaml:"window"`
	// Limit is in requests, 1 to 2^31. Either Limit or Bytes is set.
	Limit uint64 `yaml:"limit"`
	// Bytes is in response bytes, up to 1000000 GB, and counts these instead of requests.
	Bytes Bytes `yaml:"bytes"`
	// Refill is the time in which the bucket of Limit requests regains one: 1ms to 24h. Default: a window.
	Refill Duration `yaml:"refill"`

	Baseline `yaml:",inline"`

	// Peers is up to MaxPeers: where so many other tokens of the service rise at once, the rule does not fire. Default, 0:
	// peers are not compared.
	Peers int `yaml:"peers"`
}

// Placeholders returns limit and window.
func (s *Rate) Placeholders() map[string]Quantity {
	limit := Quantity{Value: float64(s.Limit)}
	if s.Bytes != 0 {
		limit = Quantity{Value: float64(s.Bytes), Dim: Size}
	}
	return map[string]Quantity{"limit": limit, "window": s.Window.quantity()}
}

func (s *Rate) validate(d *Definition) error {
	switch {
	case s.Refill != 0 && (s.Window != 0 || s.Bytes != 0 || s.Factor != 0):
		return d.errorf("refill", "stands with limit alone, without window, bytes and factor")
	case s.Refill == 0 && s.Window == 0:
		return d.errorf("window", "is missing: a rule of kind rate needs it, or refill")
	case (s.Limit != 0) == (s.Bytes != 0):
		return d.errorf("limit", "a rule of kind rate needs limit or bytes, and not both")
	case s.Limit > maxNumber:
		return d.errorf("limit", "is more than %d", maxNumber)
	case s.Bytes < 0 || s.Bytes > 1e15:
		return d.errorf("bytes", "want 0 B to 1000000 GB")
	}
	return cmp.Or(d.checkWindow(s.Window), d.checkRange("refill", s.Refill, time.Millisecond, 24*time.Hour),
		d.checkPeers(s.Peers), s.Baseline.validate(d))
}
