package rules

import (
	"fmt"
	"strings"
)

// Limits of the parts of some kinds.
const (
	MaxCount       = 500 // different values that a rule of kind distinct may wait for: a subject's window takes up to 16 bytes for each of four times as many
	MaxFields      = 4   // fields that one rule of kind distinct may count
	MaxTransitions = 8
	MinStages      = 2
	MaxStages      = 8
	MaxPeers       = 8 // tokens that make a fleet: so many are remembered of each value
)

// checkParts checks what depends on the kind: which keys go together.
func (d *Definition) checkParts() error {
	if d.Peers < 0 || d.Peers > MaxPeers {
		return d.errorf("peers", "is %d: want 0 to %d tokens", d.Peers, MaxPeers)
	}
	switch d.Kind {
	case "rate":
		return d.checkRate()
	case "distinct":
		return d.checkDistinct()
	case "travel":
		return d.checkTravel()
	case "dormancy":
		if n := count(d.Gap != 0, d.Age != 0, d.Successor != 0); n != 1 {
			return d.errorf("gap", "a rule of kind dormancy has one of gap, age and successor, not %d", n)
		}
		if d.Successor != 0 && d.By != "family" {
			return d.errorf("by", "tokens succeed each other within a family: want family")
		}
	case "temporal":
		return d.checkStages()
	case "scope":
		if d.Of != "" && d.Of != "scopes" && d.Of != "binding" {
			return d.errorf("of", "%q: want scopes or binding", d.Of)
		}
	}
	return nil
}

func (d *Definition) checkRate() error {
	switch {
	case d.Refill != 0 && (d.Window != 0 || d.Bytes != 0 || d.Factor != 0):
		return d.errorf("refill", "stands with limit alone, without window, bytes and factor")
	case d.Refill == 0 && d.Window == 0:
		return d.errorf("window", "is missing: a rule of kind rate needs it, or refill")
	case (d.Limit != 0) == (d.Bytes != 0):
		return d.errorf("limit", "a rule of kind rate needs limit or bytes, and not both")
	case d.Limit > 1<<31:
		return d.errorf("limit", "is more than %d", 1<<31)
	case d.Bytes < 0 || d.Bytes > 1e15:
		return d.errorf("bytes", "want 0 B to 1000000 GB")
	}
	return d.checkTimes()
}

func (d *Definition) checkTimes() error {
	switch {
	case d.Factor != 0 && (d.Factor < 1 || d.Factor > 1000):
		return d.errorf("factor", "is %v: want 1 to 1000", d.Factor)
	case d.Factor != 0 && d.Learn == Learn{}:
		return d.errorf("learn", "is missing: factor compares with what was learned")
	case d.Factor == 0 && d.Learn != Learn{}:
		return d.errorf("factor", "is missing: learn alone does nothing")
	}
	return nil
}

func (d *Definition) checkDistinct() error {
	if len(d.Count) > MaxFields {
		return d.errorf("count", "has %d fields: at most %d", len(d.Count), MaxFields)
	}
	for field, n := range d.Count {
		if n < 2 || n > MaxCount {
			return d.errorf("count", "%s is %d: want 2 to %d", field, n, MaxCount)
		}
	}
	switch {
	case d.MinFields < 0 || d.MinFields > len(d.Count):
		return d.errorf("min_fields", "is %d: want at most the %d fields of count", d.MinFields, len(d.Count))
	case d.PartitionBy != "" && len(d.Count) > 1:
		return d.errorf("partition_by", "goes with one field of count")
	case d.Factor != 0 && len(d.Count) > 1:
		return d.errorf("factor", "goes with one field of count")
	}
	return d.checkTimes()
}

func (d *Definition) checkStages() error {
	if n := len(d.Stages); n < MinStages || n > MaxStages {
		return d.errorf("stages", "are %d: want %d to %d", n, MinStages, MaxStages)
	}
	for i, s := range d.Stages {
		switch key := fmt.Sprintf("stages[%d]", i); {
		case strings.TrimSpace(s.Name) == "":
			return d.errorf(key, "name is missing")
		case strings.TrimSpace(s.If) == "" || len(s.If) > MaxExpression:
			return d.errorf(key, "if: want an expression of at most %d bytes", MaxExpression)
		}
	}
	return nil
}

func (d *Definition) checkTravel() error {
	switch {
	case (d.Transitions != 0) == (d.Speed != 0):
		return d.errorf("speed", "a rule of kind travel has speed or switches, and not both")
	case d.Transitions < 0 || d.Transitions > MaxTransitions:
		return d.errorf("transitions", "is %d: want 1 to %d", d.Transitions, MaxTransitions)
	case (d.Transitions != 0) != (d.Window != 0):
		return d.errorf("window", "goes with switches")
	}
	return nil
}

func count(of ...bool) (n int) {
	for _, yes := range of {
		if yes {
			n++
		}
	}
	return n
}
