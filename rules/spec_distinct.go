package rules

import (
	"cmp"
	"maps"
	"slices"
)

// Limits of kind distinct.
const (
	// MaxCount is the greatest count to wait for. A subject's window holds four times as many values at 16 bytes each.
	MaxCount = 500
	// MaxFields bounds the fields that one rule counts.
	MaxFields = 4
)

// Distinct is the spec of kind distinct: the rule fires when fields take many different values in a sliding window.
type Distinct struct {
	// Window is MinWindow to MaxWindow. Required.
	Window Duration `yaml:"window"`
	// Count maps at most MaxFields fields to the number of different values that is reached, 2 to MaxCount. Required.
	Count map[string]uint64 `yaml:"count"`
	// MinFields is the number of fields in Count that must reach theirs. Default: all.
	MinFields int `yaml:"min_fields"`
	// PartitionBy is a field for each value of which the one field of Count is counted apart. Default: none.
	PartitionBy string `yaml:"partition_by"`

	// Baseline goes with one field of Count.
	Baseline `yaml:",inline"`
}

// Placeholders returns window.
func (s *Distinct) Placeholders() map[string]Quantity {
	return map[string]Quantity{"window": s.Window.quantity()}
}

func (s *Distinct) validate(d *Definition) error {
	if err := cmp.Or(d.require("window", s.Window != 0), d.require("count", len(s.Count) > 0), d.checkWindow(s.Window)); err != nil {
		return err
	}
	if len(s.Count) > MaxFields {
		return d.errorf("count", "has %d fields: at most %d", len(s.Count), MaxFields)
	}
	for _, field := range slices.Sorted(maps.Keys(s.Count)) {
		if n := s.Count[field]; n < 2 || n > MaxCount {
			return d.errorf("count", "%s is %d: want 2 to %d", field, n, MaxCount)
		}
	}
	switch {
	case s.MinFields < 0 || s.MinFields > len(s.Count):
		return d.errorf("min_fields", "is %d: want at most the %d fields of count", s.MinFields, len(s.Count))
	case s.PartitionBy != "" && len(s.Count) > 1:
		return d.errorf("partition_by", "goes with one field of count")
	case s.Factor != 0 && len(s.Count) > 1:
		return d.errorf("factor", "goes with one field of count")
	}
	return s.Baseline.validate(d)
}
