package detect

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/tokenwarden/tokenwarden/rules"
)

// rate is the kind that fires on every request above a limit in a sliding window, of requests or of response bytes; with
// times only where that is far above the subject's own habit as well. See window for how exact it is.
type rate struct {
	width int64 // of a bucket, microseconds
	late  int64 // buckets that late events may reach back beyond the window
	span  int64 // buckets kept
	limit float64
	bytes bool
	learned
}

// byteUnit is in what a window counts bytes, so that 32 bits hold a terabyte for each bucket. A response counts as at
// least one.
const byteUnit = 256

func newRate(r *rule, o *Options) (judge, error) {
	spec := r.def.Spec.(*rules.Rate)
	r.fleet = spec.Peers
	if spec.Refill != 0 {
		return newLeaky(r, spec), nil
	}
	window := time.Duration(spec.Window)
	j := &rate{limit: float64(spec.Limit), width: window.Microseconds() / windowBuckets,
		learned: learned{key: r.id + "/" + strconv.FormatInt(window.Milliseconds(), 10), times: spec.Factor, learn: spec.Learn}}
	what := "requests"
	r.category = "rate"
	if spec.Bytes != 0 {
		j.bytes, j.limit, what, r.category = true, float64(spec.Bytes), "bytes", "volume"
		j.key += "/bytes"
		r.demand(hasBytes)
	}
	j.late = min(o.Lateness.Microseconds()/j.width, maxLateness)
	j.span = 2*windowBuckets + j.late
	r.lookback = window
	r.demand(isFirst)
	t := texts{
		summary:   "{measure} " + what + " in {window} with one " + r.by.String() + ", limit {limit}, from {from}",
		observed:  "{measure} " + what + " in {window}",
		baseline:  "{before}",
		threshold: "more than {limit} in {window}" + j.learned.threshold(),
	}
	if j.bytes {
		t.summary = "{measure.size} in {window} with one " + r.by.String() + ", limit {limit}, from {from}"
		t.observed = "{measure.size} in {window}"
	}
	if j.times > 0 {
		t.baseline = "{baseline}"
	}
	r.own(t)
	return j, nil
}

func (j *rate) eval(x *scene, v *verdict) bool {
	if j.times > 0 && x.prof.requests < startHabit {
		return false
	}
	n, unit := uint32(1), 1.0
	if j.bytes {
		n, unit = uint32(min((max(x.event.Bytes, 0)+byteUnit-1)/byteUnit, math.MaxUint32)), byteUnit
	}
	sum, known := x.prof.window(j).add(floorDiv(x.now, j.width), n, j.late)
	v.measure = float64(sum) * unit
	if !known || j.times > 0 && !j.exceeds(x, v.measure, j.limit, v) {
		return false
	}
	return v.measure > j.limit
}

// silent says which limit would have kept the rule silent.
func (j *rate) silent(peak float64) string {
	if j.bytes {
		return "bytes: " + size(math.Ceil(peak/1e6)*1e6)
	}
	return fmt.Sprintf("limit: %.0f", peak)
}

func (j *leaky) silent(peak float64) string { return fmt.Sprintf("limit: %.0f", math.Ceil(peak)) }

// window returns the profile's window for the rule, a new one if it has none.
func (p *profile) window(j *rate) *window {
	for i := range p.windows {
		if p.windows[i].of == j {
			return &p.windows[i]
		}
	}
	return p.addWindow(window{of: j})
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// leaky is the kind rate with refill: a bucket that holds limit requests and loses one in each interval fires on every
// request that it cannot hold. An event that comes late finds the bucket as it is.
type leaky struct {
	id     string
	limit  float64
	refill float64 // microseconds
}

func newLeaky(r *rule, spec *rules.Rate) judge {
	r.demand(isFirst)
	r.category, r.lookback = "rate", time.Duration(spec.Refill)*time.Duration(spec.Limit)
	r.own(texts{
		summary:   "{requests} more than {limit}, with one more each " + period(time.Duration(spec.Refill).Seconds()) + ", from {from}",
		observed:  "{measure} requests at once",
		baseline:  "{before}",
		threshold: "more than {limit}, and one more each " + period(time.Duration(spec.Refill).Seconds()),
	})
	return &leaky{r.id, float64(spec.Limit), float64(time.Duration(spec.Refill).Microseconds())}
}

// level is how full a bucket is and as of when.
type level struct {
	of    *leaky
	at    int64 // Unix microseconds
	holds float64
}

func (j *leaky) eval(x *scene, v *verdict) bool {
	l := x.prof.level(j)
	if l.at == noTime {
		l.at = x.now
	}
	if x.now > l.at {
		l.holds = max(0, l.holds-float64(x.now-l.at)/j.refill)
		l.at = x.now
	}
	l.holds++
	v.measure = l.holds
	if l.holds > j.limit {
		l.holds = j.limit // what overflows is gone: the bucket fires again on the next request that is too much
		return true
	}
	return false
}

func (p *profile) level(j *leaky) *level {
	e := p.more()
	for i := range e.levels {
		if e.levels[i].of == j {
			return &e.levels[i]
		}
	}
	e.levels = append(e.levels, level{of: j, at: noTime})
	return &e.levels[len(e.levels)-1]
}
