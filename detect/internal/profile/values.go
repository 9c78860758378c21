package profile

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// value is one value of one feature.
type value struct {
	key   uint64 // see Interner.Key
	count uint32 // saturates
	last  uint32 // Unix minutes
}

func (v *value) feature() Feature { return Feature(v.key & 15) }

// FeatureStats counts the events that carry a feature.
type FeatureStats struct {
	Events    uint32 // saturates
	since     uint32 // Unix minutes of the first of them
	hint      uint16 // where in the list the last value is
	Saturated bool   // there are more values than are kept
}

// Age returns the time since the first event, 0 if there was none.
func (t *FeatureStats) Age(now int64) time.Duration {
	if t.Events == 0 {
		return 0
	}
	return time.Duration(int64(window.Minutes(now))-int64(t.since)) * time.Minute
}

// FeatureValues are the learned values of all features, in one list, where the keys lie close together to
// be searched.
type FeatureValues struct {
	stats [Features]FeatureStats
	list  []value
	names []*string // the texts of list
}

// Stats returns the counts of a feature.
func (v *FeatureValues) Stats(f Feature) *FeatureStats { return &v.stats[f] }

// find returns the index of the value with the key, or -1.
func (v *FeatureValues) find(f Feature, key uint64) int {
	if h := int(v.stats[f].hint); h < len(v.list) && v.list[h].key == key {
		return h
	}
	for i := range v.list {
		if v.list[i].key == key {
			v.stats[f].hint = uint16(i)
			return i
		}
	}
	return -1
}

// learn adds the event's values. It reports whether its endpoint was new.
func (v *FeatureValues) learn(ev *Event, known *Known, in *Interner) (newEndpoint bool) {
	now := window.Minutes(ev.Now)
	for f := FeatureCountry; f < Features; f++ {
		switch i := known.At[f]; i {
		case NoValue:
		case NewValue:
			v.count(f, v.insert(f, ev.keys[f], ev.Value(f), in), now)
		default:
			v.count(f, i, now)
		}
	}
	return known.At[FeatureEndpoint] == NewValue
}

// count adds one event with the value at i, at a time in Unix minutes.
func (v *FeatureValues) count(f Feature, i int, at uint32) {
	t := &v.stats[f]
	if t.Events == 0 || at < t.since {
		t.since = at
	}
	if t.Events < math.MaxUint32 {
		t.Events++
	}
	got := &v.list[i]
	got.last = max(got.last, at)
	if got.count < math.MaxUint32 {
		got.count++
	}
}

// add adds one event with a value that may be new.
func (v *FeatureValues) add(f Feature, name string, at uint32, in *Interner) {
	key := in.Key(f, name)
	if key == 0 {
		return
	}
	i := v.find(f, key)
	if i < 0 {
		i = v.insert(f, key, name, in)
	}
	v.count(f, i, at)
}

// insert makes room for a new value, if need be in the place of the one seen least lately.
func (v *FeatureValues) insert(f Feature, key uint64, name string, in *Interner) int {
	n, oldest := 0, -1
	for i := range v.list {
		if v.list[i].feature() != f {
			continue
		}
		n++
		if oldest < 0 || v.list[i].last < v.list[oldest].last {
			oldest = i
		}
	}
	if n < featureTable[f].max {
		oldest = len(v.list)
		v.list, v.names = append(v.list, value{}), append(v.names, nil)
	} else {
		v.stats[f].Saturated = true
	}
	v.list[oldest], v.names[oldest] = value{key: key}, in.Intern(name)
	v.stats[f].hint = uint16(oldest)
	return oldest
}

// valueLifetime is the time after which an unseen value is forgotten.
const valueLifetime = 90 * 24 * 60 // minutes

// expire forgets values unseen for valueLifetime. A saturated feature with room again is no longer saturated.
func (v *FeatureValues) expire(now uint32) {
	kept := 0
	var n [Features]int
	for i, x := range v.list {
		f := x.feature()
		if x.last+valueLifetime < now {
			v.stats[f].Events -= min(x.count, v.stats[f].Events)
			continue
		}
		n[f]++
		v.list[kept], v.names[kept] = x, v.names[i]
		kept++
	}
	clear(v.names[kept:])
	v.list, v.names = v.list[:kept], v.names[:kept]
	for f := range n {
		if v.stats[f].Saturated && n[f] < featureTable[f].max*3/4 {
			v.stats[f].Saturated = false
		}
	}
}

// seed adds values by name, without counts.
func (v *FeatureValues) seed(f Feature, names []string, last int64, in *Interner) {
	for _, name := range names {
		v.add(f, text.Clip(name), window.Minutes(last), in)
	}
}

func (v *FeatureValues) texts(f Feature) []string {
	var out []string
	for i := range v.list {
		if v.list[i].feature() == f {
			out = append(out, *v.names[i])
		}
	}
	return out
}

func (v *FeatureValues) numbers(f Feature) []uint32 {
	var out []uint32
	for _, name := range v.texts(f) {
		if n, err := strconv.ParseUint(strings.TrimPrefix(name, "AS"), 10, 32); err == nil {
			out = append(out, uint32(n))
		}
	}
	return out
}

// Labels of a value by its share of the events that carry the field: from one in ten on it is frequent, from one in a hundred
// infrequent.
const (
	labelFrequent   = "FREQUENT"
	labelInfrequent = "INFREQUENT"
	labelRare       = "RARE"
	labelUnseen     = "UNSEEN"
)

// Label returns how often count of so many events is, in one word.
func Label(count, of uint32) string {
	switch {
	case count == 0:
		return labelUnseen
	case uint64(count)*10 >= uint64(of):
		return labelFrequent
	case uint64(count)*100 >= uint64(of):
		return labelInfrequent
	}
	return labelRare
}

// Describe returns the three most frequent values of a feature: "DE FREQUENT 238 of 240, FR RARE 2 of 240".
func (v *FeatureValues) Describe(f Feature) string {
	var at []int
	for i := range v.list {
		if v.list[i].feature() == f {
			at = append(at, i)
		}
	}
	sort.SliceStable(at, func(a, b int) bool { return v.list[at[a]].count > v.list[at[b]].count })
	var parts []string
	for _, i := range at[:min(3, len(at))] {
		name, share := v.DescribeValue(f, i)
		parts = append(parts, name+" "+share)
	}
	s := strings.Join(parts, ", ")
	if len(at) > 3 {
		s += fmt.Sprintf(" and %d more", len(at)-3)
	}
	return s
}

// DescribeValue returns the value at index i and its share: "DE", "FREQUENT 238 of 240".
func (v *FeatureValues) DescribeValue(f Feature, i int) (name, share string) {
	count, n := v.list[i].count, v.stats[f].Events
	return *v.names[i], fmt.Sprintf("%s %d of %d", Label(count, n), count, n)
}
