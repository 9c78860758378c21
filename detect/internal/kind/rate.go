package kind

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
	"github.com/tokenwarden/tokenwarden/rules"
)

// rate matches every request above a limit in a sliding window, of requests or of response bytes; with a factor, only
// if the count is far above the subject's baseline as well. See window.Sliding for its precision.
type rate struct {
	baselineRule
	slot   window.Slot
	params window.SlidingParams
	limit  float64
	bytes  bool
}

// byteUnit is the unit in which a window counts bytes, so that 32 bits hold a terabyte for each bucket. A response counts as at least
// one unit.
const byteUnit = 256

func newRate(d *rules.Definition, s *rules.Rate, o Options) (Evaluator, Spec, error) {
	by, err := d.Subject()
	if err != nil {
		return nil, Spec{}, err
	}
	if s.Refill != 0 {
		e, spec := newTokenBucket(d, s, o)
		return e, spec, nil
	}
	width := time.Duration(s.Window)
	name := d.ID + "/" + strconv.FormatInt(width.Milliseconds(), 10)
	e := &rate{limit: float64(s.Limit), params: window.SlidingParams{Width: width.Microseconds() / window.Buckets}}
	e.params.Late = min(o.Lateness.Microseconds()/e.params.Width, window.MaxLate)
	spec := Spec{Category: "rate", Lookback: width, Peers: PeerTest{Min: s.Peers}}
	measure := "{measure} requests"
	if s.Bytes != 0 {
		e.bytes, e.limit = true, float64(s.Bytes)
		name += "/bytes"
		spec.Category = "volume"
		spec.require(profile.HasBytes)
		measure = "{measure.size}"
	}
	spec.require(profile.IsFirst)
	e.slot = o.State.Sliding.Register(name, e.params)
	e.baselineRule = newBaselineRule(s.Baseline, o, name)
	spec.Texts = Texts{
		Summary:   measure + " in {window} with one " + by.String() + ", limit {limit}, from {from}",
		Observed:  measure + " in {window}",
		Baseline:  "{before}",
		Threshold: "more than {limit} in {window}" + e.threshold(),
	}
	if e.factor > 0 {
		spec.Texts.Baseline = "{baseline}"
	}
	return e, spec, nil
}

// Evaluate implements Evaluator.
func (e *rate) Evaluate(x *condition.Env, r *condition.Result) bool {
	if e.factor > 0 && x.Profile.Requests < minBaselineRequests {
		return false
	}
	n, unit := uint32(1), 1.0
	if e.bytes {
		n, unit = uint32(min((max(x.Event.Bytes, 0)+byteUnit-1)/byteUnit, math.MaxUint32)), byteUnit
	}
	sum, counted := x.Profile.Sliding(e.slot).Add(&e.params, window.FloorDiv(x.Event.Now, e.params.Width), n)
	r.Measure = float64(sum) * unit
	if !counted || e.factor > 0 && !e.exceedsBaseline(x, r.Measure, e.limit, r) {
		return false
	}
	return r.Measure > e.limit
}

// QuietSetting implements QuietSetter.
func (e *rate) QuietSetting(peak float64) string {
	if e.bytes {
		return "bytes: " + text.Size(math.Ceil(peak/1e6)*1e6)
	}
	return fmt.Sprintf("limit: %.0f", peak)
}

// Explain implements Explainer.
func (e *rate) Explain(x *condition.Env, r *condition.Result) Distance {
	if e.factor > 0 && x.Profile.Requests < minBaselineRequests {
		return Distance{0,
			fmt.Sprintf("learning: habits are kept from request %d on, this is number %d", minBaselineRequests+1, x.Profile.Requests+1)}
	}
	seen := fmt.Sprintf("%s of %s requests", text.Number(r.Measure), text.Number(e.limit))
	if e.bytes {
		seen = text.Size(r.Measure) + " of " + text.Size(e.limit)
	}
	seen += " in " + text.Period(float64(e.params.Width)*window.Buckets/1e6)
	if r.Measure > e.limit {
		return e.explainBaseline(x, seen, r)
	}
	return Distance{r.Measure / (e.limit + 1), seen}
}

// tokenBucket is the kind rate with refill: a bucket holds limit requests and loses one in each interval, and every request beyond
// its capacity matches.
type tokenBucket struct {
	slot   window.Slot
	params window.TokenBucketParams
}

func newTokenBucket(d *rules.Definition, s *rules.Rate, o Options) (Evaluator, Spec) {
	interval := time.Duration(s.Refill)
	e := &tokenBucket{params: window.TokenBucketParams{Capacity: float64(s.Limit), Interval: float64(interval.Microseconds())}}
	e.slot = o.State.TokenBuckets.Register(d.ID, e.params)
	each := text.Period(interval.Seconds())
	spec := Spec{
		Category: "rate",
		Lookback: interval * time.Duration(s.Limit),
		Peers:    PeerTest{Min: s.Peers},
		Texts: Texts{
			Summary:   "{requests} more than {limit}, with one more each " + each + ", from {from}",
			Observed:  "{measure} requests at once",
			Baseline:  "{before}",
			Threshold: "more than {limit}, and one more each " + each,
		},
	}
	spec.require(profile.IsFirst)
	return e, spec
}

// Evaluate implements Evaluator.
func (e *tokenBucket) Evaluate(x *condition.Env, r *condition.Result) (overflows bool) {
	r.Measure, overflows = x.Profile.TokenBucket(e.slot).Add(&e.params, x.Event.Now)
	return overflows
}

// QuietSetting implements QuietSetter.
func (e *tokenBucket) QuietSetting(peak float64) string {
	return fmt.Sprintf("limit: %.0f", math.Ceil(peak))
}

// Explain implements Explainer.
func (e *tokenBucket) Explain(_ *condition.Env, r *condition.Result) Distance {
	return Distance{r.Measure / (e.params.Capacity + 1), fmt.Sprintf("%.1f of %s at once, one less each %s", r.Measure,
		text.Number(e.params.Capacity), text.Period(e.params.Interval/1e6))}
}
