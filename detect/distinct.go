package detect

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/rules"
)

// distinct is the kind that fires when fields take more different values in a sliding window than the rule allows: of
// one field, or of so many of several. Values of one field may be counted for each value of another apart.
type distinct struct {
	fields []*countable
	least  []uint64 // values of each field
	reach  int      // fields that must reach theirs
	per    *countable
	window int64 // seconds
	late   int64 // seconds that late events may lie before the window
	most   int   // entries kept exactly
	learned
}

func newDistinct(r *rule, o *Options) (judge, error) {
	spec := r.def.Spec.(*rules.Distinct)
	window := time.Duration(spec.Window)
	j := &distinct{reach: spec.MinFields, window: int64(window.Seconds()), learned: learned{times: spec.Factor, learn: spec.Learn, eager: true}}
	j.late = min(int64(o.Lateness.Seconds()), j.window)
	names := make([]string, 0, len(spec.Count))
	for name := range spec.Count {
		names = append(names, name)
	}
	sort.Strings(names)
	var needs []facts
	for _, name := range names {
		f, err := findCountable(name)
		if err != nil {
			return nil, err
		}
		j.fields, j.least = append(j.fields, f), append(j.least, spec.Count[name])
		j.most = max(j.most, 4*int(spec.Count[name]))
		needs = append(needs, f.need)
	}
	j.most = max(j.most, minExact)
	if j.reach == 0 {
		j.reach = len(j.fields)
	}
	if err := j.apart(spec.PartitionBy, r); err != nil {
		return nil, err
	}
	r.demand(isFirst)
	r.demandSome(needs, j.reach)
	j.key = fmt.Sprintf("%s/%d/%s/%s", r.id, j.window, strings.Join(names, "+"), spec.PartitionBy)
	r.lookback = window
	r.category = categoryOf(names[0])
	r.own(texts{
		summary:   "{observed} in {window}, from {from}",
		observed:  "{observed}",
		baseline:  "{baseline}",
		threshold: j.threshold(),
	})
	return j, nil
}

// demandSome demands fields of which so many must be there: all of them, or at least one.
func (r *rule) demandSome(needs []facts, reach int) {
	any := facts(0)
	for _, n := range needs {
		if n == 0 {
			return
		}
		any |= n
	}
	if reach < len(needs) {
		r.demand(any)
		return
	}
	r.demand(needs...)
}

// minExact is how many values a window holds before it counts a sample, whatever the rule waits for.
const minExact = 128

func (j *distinct) apart(per string, r *rule) (err error) {
	if per == "" {
		return nil
	}
	if j.per, err = findCountable(per); err == nil && j.per.need != 0 {
		r.demand(j.per.need)
	}
	return err
}

func (j *distinct) threshold() string {
	var parts []string
	for i, f := range j.fields {
		parts = append(parts, fmt.Sprintf("%d of %s", j.least[i], f.name))
	}
	s := strings.Join(parts, ", ") + " in {window}"
	if j.reach < len(j.fields) {
		s = fmt.Sprintf("%d of: ", j.reach) + s
	}
	return s + j.learned.threshold()
}

func (j *distinct) eval(x *scene, v *verdict) bool {
	w := x.prof.counter(j)
	at := floorSecond(x.now)
	counts := &v.counts
	for i, f := range j.fields {
		h, ok := f.hash(x)
		if !ok {
			counts[i] = w.count(j, uint64(i)<<48, at)
			continue
		}
		tag := uint64(i)
		if j.per != nil {
			group, ok := j.per.hash(x)
			if !ok {
				return false
			}
			tag = group >> 48
		}
		counts[i] = w.add(j, tag<<48|h>>16, at)
	}
	reached := 0
	for i, n := range counts[:len(j.fields)] {
		if n >= j.least[i] {
			reached++
		}
	}
	v.measure, v.reached = float64(counts[0]), float64(reached)
	return (j.times == 0 || j.exceeds(x, v.measure, float64(j.least[0]-1), v)) && reached >= j.reach
}

func (j *distinct) say(v *verdict) {
	var parts []string
	for i, f := range j.fields {
		parts = append(parts, fmt.Sprintf("%d of %s", v.counts[i], f.name))
	}
	v.observed = "different values: " + strings.Join(parts, ", ")
	j.learned.say(v)
}

// silent says which count would have kept the rule silent.
func (j *distinct) silent(peak float64) string {
	if len(j.fields) > 1 {
		return ""
	}
	return fmt.Sprintf("count: {%s: %.0f}", j.fields[0].name, peak+1)
}

// counter counts different values in a sliding window. It remembers when each was seen last: exactly for as many as the
// rule needs four times over, above that for a sample of them by hash (Gibbons 2001), of which each stands for 2^level.
type counter struct {
	of     *distinct
	newest int64 // Unix seconds
	level  uint8
	list   []seen
}

// seen is one value: the field or group in the upper 16 bits of key, the value's hash in the others.
type seen struct {
	key uint64
	at  int64 // Unix seconds
}

func (p *profile) counter(j *distinct) *counter {
	for i := range p.counters {
		if p.counters[i].of == j {
			return &p.counters[i]
		}
	}
	return p.addCounter(counter{of: j, newest: math.MinInt64})
}

// add counts a value at a time and returns how many values of its tag lie in the window that ends then. An event that
// comes late counts in the window of its own time, where values that were seen again since are left out.
func (c *counter) add(j *distinct, key uint64, at int64) uint64 {
	c.newest = max(c.newest, at)
	oldest := c.newest - j.window - j.late
	if at <= oldest {
		return 0
	}
	tag, from := key>>48, max(at-j.window, oldest)
	n, live, known, gone := uint64(0), 0, false, -1
	for i := range c.list {
		e := &c.list[i]
		if e.key == key && e.at <= oldest {
			gone = i // a state does not hold it any more: it counts as new here as well
			continue
		}
		if e.key == key {
			e.at = max(e.at, at)
			known = true
		}
		if e.at > oldest {
			live++
		}
		if e.key>>48 == tag && e.at > from && (e.at <= at || e.key == key) {
			n++
		}
	}
	if gone >= 0 {
		c.list = slices.Delete(c.list, gone, gone+1)
	}
	if live == 0 {
		c.level, c.list = 0, c.list[:0]
	}
	if !known && c.samples(key) {
		c.insert(j, seen{key, at}, oldest)
		return c.count(j, key, at)
	}
	return n << c.level
}

func (c *counter) samples(key uint64) bool { return key&(1<<c.level-1) == 0 }

// count returns how many values of the tag lie in the window that ends at a time.
func (c *counter) count(j *distinct, tag uint64, at int64) uint64 {
	if c.newest == math.MinInt64 {
		return 0
	}
	n, from := uint64(0), max(at-j.window, c.newest-j.window-j.late)
	for i := range c.list {
		if e := &c.list[i]; e.key>>48 == tag>>48 && e.at > from && e.at <= at {
			n++
		}
	}
	return n << c.level
}

// insert adds a value, and thins the sample out when there are too many. What is forgotten and when follows from the
// values alone, not from how much room the list happens to have.
func (c *counter) insert(j *distinct, v seen, oldest int64) {
	if len(c.list) >= j.most || len(c.list) == cap(c.list) {
		c.list = slices.DeleteFunc(c.list, func(e seen) bool { return e.at <= oldest })
	}
	for len(c.list) >= j.most && c.level < 32 {
		c.level++
		c.list = slices.DeleteFunc(c.list, func(e seen) bool { return !c.samples(e.key) })
	}
	if c.samples(v.key) {
		c.list = append(c.list, v)
	}
}

// live are the values that can still matter, by key: the order in which they came says nothing.
func (c *counter) live() []seen {
	oldest := c.newest - c.of.window - c.of.late
	var out []seen
	for _, e := range c.list {
		if e.at > oldest {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b seen) int { return cmp.Compare(a.key, b.key) })
	return out
}
