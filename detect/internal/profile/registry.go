package profile

import "github.com/tokenwarden/tokenwarden/detect/internal/window"

// Registry names the state that compiled rules keep in profiles. Each rule registers its state when it is compiled; the codec writes
// names instead of slots, and drops stored state with an unregistered name.
type Registry struct {
	Sliding      Family[window.SlidingParams]
	Distinct     Family[window.DistinctParams]
	Baselines    Family[struct{}]
	TokenBuckets Family[window.TokenBucketParams]
	Transitions  Family[struct{}]
	Sequences    Family[window.SequenceParams]
	Remembered   Family[struct{}]
	Rules        Family[RuleParams] // of incidents, in the order of the rules
}

// RuleParams describe the incidents of a rule.
type RuleParams struct {
	Groups int // fields by whose values incidents are kept apart
}

// Family numbers the states of one type.
type Family[P any] struct {
	names  []string
	params []P
	slots  map[string]window.Slot
}

// Register returns the slot of a state, the same again for the same name.
func (f *Family[P]) Register(name string, params P) window.Slot {
	if s, ok := f.slots[name]; ok {
		f.params[s] = params
		return s
	}
	if f.slots == nil {
		f.slots = map[string]window.Slot{}
	}
	s := window.Slot(len(f.names))
	f.names, f.params, f.slots[name] = append(f.names, name), append(f.params, params), s
	return s
}

// name returns the name of a slot.
func (f *Family[P]) name(s window.Slot) string { return f.names[s] }

// find returns slot and parameters of a name; params is nil if nobody has registered it.
func (f *Family[P]) find(name string) (s window.Slot, params *P) {
	s, ok := f.slots[name]
	if !ok {
		return 0, nil
	}
	return s, &f.params[s]
}
