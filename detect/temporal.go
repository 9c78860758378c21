package detect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/rules"
)

// temporal is the kind that fires when conditions, its stages, have all held for a subject within a window; ordered, one
// after the other. One event may be several stages, but in order only one.
type temporal struct {
	key     string
	names   []string
	stages  []condition
	ordered bool
	window  int64 // microseconds
}

func newTemporal(r *rule, _ *Options) (judge, error) {
	spec := r.def.Spec.(*rules.Temporal)
	j := &temporal{ordered: spec.Ordered, window: time.Duration(spec.Window).Microseconds()}
	j.key = fmt.Sprintf("%s/%d/%d/%v", r.id, j.window, len(spec.Stages), spec.Ordered)
	for i, s := range spec.Stages {
		c, err := compileBefore(s.If, r.def.Params)
		if err != nil {
			return nil, fmt.Errorf("stages[%d]: %w", i, err)
		}
		j.names, j.stages = append(j.names, s.Name), append(j.stages, c)
	}
	r.category, r.lookback = "use", time.Duration(spec.Window)
	order := "in any order"
	if j.ordered {
		order = "in this order"
	}
	r.own(texts{
		summary:   "{observed}; from {from}",
		observed:  "{observed}",
		baseline:  "{before}",
		threshold: fmt.Sprintf("%d stages in {window}, %s", len(j.stages), order),
	})
	return j, nil
}

// chain is when each stage held last; ordered, when the latest run up to it began.
type chain struct {
	of *temporal
	at []int64 // Unix microseconds, noTime if never
}

func (j *temporal) eval(x *scene, v *verdict) bool {
	var holds [rules.MaxStages]bool
	any := false
	for i := range j.stages {
		c := &j.stages[i]
		holds[i] = c.gate.admits(x.facts) && c.admits(x)
		any = any || holds[i]
	}
	c := x.prof.chain(j, any)
	if c == nil {
		return false
	}
	moved := any
	if j.ordered {
		moved = c.advance(&holds, x.now)
	} else {
		for i := range c.at {
			if holds[i] {
				c.at[i] = max(c.at[i], x.now)
			}
		}
	}
	reached := c.reached(x.now)
	v.measure = float64(reached)
	return moved && reached == len(j.stages)
}

// advance moves runs on by the event, the longest first so that an event is one stage of a run. It tells whether a run came
// to its end.
func (c *chain) advance(holds *[rules.MaxStages]bool, now int64) (ended bool) {
	for i := len(c.at) - 1; i >= 0; i-- {
		switch {
		case !holds[i]:
		case i == 0:
			c.at[0] = max(c.at[0], now)
		case c.holdsAt(i-1, now) && c.at[i-1] <= now:
			c.at[i] = max(c.at[i], c.at[i-1])
			ended = ended || i == len(c.at)-1
		}
	}
	return ended
}

func (c *chain) holdsAt(i int, now int64) bool { return c.at[i] != noTime && c.at[i] > now-c.of.window }

// reached counts the stages that lie within the window which ends now, or where the event comes late and order does not
// matter, at the last of them.
func (c *chain) reached(now int64) (n int) {
	if !c.of.ordered {
		now = max(now, slices.Max(c.at))
	}
	for i := range c.at {
		if c.holdsAt(i, now) {
			n++
		} else if c.of.ordered {
			break
		}
	}
	return n
}

func (j *temporal) say(v *verdict) {
	v.observed = "in " + period(float64(j.window)/1e6) + ": " + strings.Join(j.names, ", ")
	if j.ordered {
		v.observed = "in " + period(float64(j.window)/1e6) + ": " + strings.Join(j.names, ", then ")
	}
}

func (j *temporal) explain(x *scene, v *verdict) margin {
	var missing []string
	c := x.prof.chain(j, false)
	for i, name := range j.names {
		if c == nil || !c.holdsAt(i, x.now) {
			missing = append(missing, name)
		}
	}
	why := fmt.Sprintf("%s of %d stages in %s", number(v.measure), len(j.stages), period(float64(j.window)/1e6))
	if len(missing) > 0 {
		why += ", without " + strings.Join(missing, ", ")
	}
	return margin{0.99 * v.measure / float64(len(j.stages)), why}
}

// chain returns the profile's chain of the rule; with make, a new one if it has none.
func (p *profile) chain(j *temporal, make bool) *chain {
	if p.rare == nil && !make {
		return nil
	}
	e := p.more()
	for i := range e.chains {
		if e.chains[i].of == j {
			return &e.chains[i]
		}
	}
	if !make {
		return nil
	}
	c := chain{of: j}
	for range j.stages {
		c.at = append(c.at, noTime)
	}
	e.chains = append(e.chains, c)
	return &e.chains[len(e.chains)-1]
}

func (x *rare) encodeChains(w *writer) {
	w.number(uint64(len(x.chains)))
	for i := range x.chains {
		c := &x.chains[i]
		w.text(c.of.key)
		w.number(uint64(len(c.at)))
		for _, at := range c.at {
			w.signed(at)
		}
	}
}

// decodeChains leaves out those whose rule is gone or has other stages.
func (x *rare) decodeChains(r *reader, known map[string]*temporal) {
	for range r.length(maxRares) {
		c := chain{of: known[r.text(maxRuleName)]}
		for range r.length(rules.MaxStages) {
			c.at = append(c.at, r.signed())
		}
		if c.of != nil && len(c.at) == len(c.of.stages) {
			x.chains = append(x.chains, c)
		}
	}
}
