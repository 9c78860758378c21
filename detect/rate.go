package detect

import (
	"strconv"
	"time"
)

// rate is the kind that fires on every request above a limit in a sliding window. See window for how exact it is.
type rate struct {
	key   string
	width int64 // of a bucket, microseconds
	late  int64 // buckets that late events may reach back beyond the window
	limit uint64
}

func newRate(r *rule, o *Options) (judge, error) {
	d := r.def
	window := time.Duration(d.Window)
	j := &rate{key: d.ID + "/" + strconv.FormatInt(window.Milliseconds(), 10), limit: d.Limit,
		width: window.Microseconds() / windowBuckets}
	j.late = min(o.Lateness.Microseconds()/j.width, maxLateness)
	r.lookback = window
	r.demand(isFirst)
	r.own(texts{
		summary:   "{measure} requests in {window} with one token, limit {limit}, from {from}",
		observed:  "{measure} requests in {window}",
		baseline:  "{before}",
		threshold: "more than {limit} in {window}",
	})
	return j, nil
}

func (j *rate) eval(x *scene, v *verdict) bool {
	n, known := x.prof.window(j).add(floorDiv(x.now, j.width), 1, j.late)
	v.measure = float64(n)
	return known && n > j.limit
}

// window returns the profile's window for the rule, a new one if it has none.
func (p *profile) window(j *rate) *window {
	for i := range p.windows {
		if p.windows[i].of == j {
			return &p.windows[i]
		}
	}
	p.windows = append(p.windows, window{of: j})
	return &p.windows[len(p.windows)-1]
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
