package detect

import (
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// feature is a field whose values a profile learns. The numbers are part of the state format: never reuse one.
type feature uint8

const (
	featureCountry  feature = 1
	featureASN      feature = 2
	featureClient   feature = 3
	featureHost     feature = 4
	featureEndpoint feature = 5
	featureAccess   feature = 6 // read or write
	featureHour     feature = 7 // of the week
	featureClass    feature = 8 // hosting, anonymizer or other network
	features                = 9
)

// featureTable says of each feature how rules call it, of what log field it needs one, and how many values are kept.
// When there are more, those are forgotten that were not seen for longest, and the set counts as open-ended: nothing is
// new to a token that uses new values all the time.
var featureTable = [features]struct {
	name string
	need facts
	max  int
}{
	featureCountry:  {"country", hasCountry, 32},
	featureASN:      {"asn", hasASN, 64},
	featureClient:   {"client", hasClient, 32},
	featureHost:     {"host", hasHost, 32},
	featureEndpoint: {"endpoint", hasEndpoint, 96},
	featureAccess:   {"access", hasMethod, 2},
	featureHour:     {"hour_of_week", 0, 168},
	featureClass:    {"network_class", isHosting, 3},
}

func featureNames() []string {
	var names []string
	for _, f := range featureTable[1:] {
		names = append(names, f.name)
	}
	return names
}

// of returns the event's value, "" if it has none. It may point into the event.
func (f feature) of(x *scene) string {
	switch f {
	case featureASN:
		return x.keeper.asn(x.event.Geo.ASN).name
	case featureHour:
		return hourNames[hourOfWeek(x.now)]
	case featureClass:
		return classOf(x)
	}
	return f.text(x.event)
}

// text is the value of a feature that the event itself spells out.
func (f feature) text(e *tokenwarden.Event) string {
	switch f {
	case featureCountry:
		return clip(e.Geo.Country)
	case featureClient:
		return clip(e.Client)
	case featureHost:
		return clip(e.Host)
	case featureEndpoint:
		return clip(e.Endpoint)
	case featureAccess:
		return accessOf(e)
	}
	return ""
}

func accessOf(e *tokenwarden.Event) string {
	switch {
	case e.Method == "":
		return ""
	case isWriteMethod(e.Method):
		return "write"
	}
	return "read"
}

// classOf is "" where no list tells networks apart.
func classOf(x *scene) string {
	switch {
	case x.facts&isAnonymizer != 0:
		return "anonymizer"
	case x.facts&isHosting != 0:
		return "hosting"
	case x.classes && x.facts&hasClientIP != 0:
		return "other"
	}
	return ""
}

// hourOfWeek counts from Monday, 00:00 UTC.
func hourOfWeek(us int64) int {
	h := floorSecond(us) / 3600
	if h < 0 {
		h = 0
	}
	return int((h + 3*24) % 168) // 1970-01-01 was a Thursday
}

var hourNames = func() (names [168]string) {
	for i := range names {
		day := time.Weekday((i/24 + 1) % 7).String()[:3]
		names[i] = day + " " + strconv.Itoa(i%24) + "h"
	}
	return names
}()

// value is one value of one feature.
type value struct {
	key   uint64 // see keeper.key
	count uint32 // saturates
	last  uint32 // when it was seen last, in Unix minutes
}

func (v *value) feature() feature { return feature(v.key & 15) }

// tally is how much of one feature was seen.
type tally struct {
	events uint32 // events that carry it; saturates
	since  uint32 // when the first of them was, in Unix minutes
	hint   uint16 // where in the list the last value stands
	open   bool   // more values than are kept
}

// age is how long ago the first event was, 0 if there was none.
func (t *tally) age(now int64) time.Duration {
	if t.events == 0 {
		return 0
	}
	return time.Duration(int64(minutes(now))-int64(t.since)) * time.Minute
}

// values are what a profile has learned, of all features in one list, where the keys lie close together to be searched.
type values struct {
	tally [features]tally
	list  []value
	names []*string // the texts of list
}

func minutes(us int64) uint32 { return uint32(max(floorSecond(us), 0) / 60) }

// find returns where the value with the key stands, or -1.
func (v *values) find(f feature, key uint64) int {
	if h := int(v.tally[f].hint); h < len(v.list) && v.list[h].key == key {
		return h
	}
	for i := range v.list {
		if v.list[i].key == key {
			v.tally[f].hint = uint16(i)
			return i
		}
	}
	return -1
}

// learn adds the event's values and tells whether its endpoint was not among them.
func (v *values) learn(x *scene) (newEndpoint bool) {
	now := minutes(x.now)
	for f := featureCountry; f < features; f++ {
		switch i := x.at[f]; i {
		case noValue:
		case newValue:
			v.count(f, v.insert(f, x.ahead.keys[f], f.of(x), x.keeper), now)
		default:
			v.count(f, i, now)
		}
	}
	return x.at[featureEndpoint] == newValue
}

// count adds one event with the value at i.
func (v *values) count(f feature, i int, at uint32) {
	t := &v.tally[f]
	if t.events == 0 || at < t.since {
		t.since = at
	}
	if t.events < 1<<32-1 {
		t.events++
	}
	got := &v.list[i]
	got.last = max(got.last, at)
	if got.count < 1<<32-1 {
		got.count++
	}
}

// add adds one event with a value that may be new.
func (v *values) add(f feature, text string, at uint32, k *keeper) {
	key := k.key(f, text)
	if key == 0 {
		return
	}
	i := v.find(f, key)
	if i < 0 {
		i = v.insert(f, key, text, k)
	}
	v.count(f, i, at)
}

// insert makes room for a new value, if need be in the place of the one that was not seen for longest.
func (v *values) insert(f feature, key uint64, text string, k *keeper) int {
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
		v.tally[f].open = true
	}
	v.list[oldest], v.names[oldest] = value{key: key}, k.share(text)
	v.tally[f].hint = uint16(oldest)
	return oldest
}

// memoryOfValues is how long a value is known that is not seen again.
const memoryOfValues = 90 * 24 * 60 // minutes

// sweep forgets the values that were not seen for too long. A feature that is no longer full is judged again.
func (v *values) sweep(now uint32) {
	kept := 0
	var n [features]int
	for i, x := range v.list {
		f := x.feature()
		if x.last+memoryOfValues < now {
			v.tally[f].events -= min(x.count, v.tally[f].events)
			continue
		}
		n[f]++
		v.list[kept], v.names[kept] = x, v.names[i]
		kept++
	}
	clear(v.names[kept:])
	v.list, v.names = v.list[:kept], v.names[:kept]
	for f := range n {
		if v.tally[f].open && n[f] < featureTable[f].max*3/4 {
			v.tally[f].open = false
		}
	}
}

// know puts in values of which only the names are known.
func (v *values) know(f feature, texts []string, last int64, k *keeper) {
	for _, text := range texts {
		v.add(f, clip(text), minutes(last), k)
	}
}

func (v *values) texts(f feature) []string {
	var out []string
	for i := range v.list {
		if v.list[i].feature() == f {
			out = append(out, *v.names[i])
		}
	}
	return out
}

func (v *values) numbers(f feature) []uint32 {
	var out []uint32
	for _, text := range v.texts(f) {
		if n, err := strconv.ParseUint(strings.TrimPrefix(text, "AS"), 10, 32); err == nil {
			out = append(out, uint32(n))
		}
	}
	return out
}

// Labels of a value by its share of the events that carry the field: one in ten is frequent, one in a hundred not rare.
const (
	labelFrequent   = "FREQUENT"
	labelInfrequent = "INFREQUENT"
	labelRare       = "RARE"
	labelUnseen     = "UNSEEN"
)

func label(count, of uint32) string {
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
