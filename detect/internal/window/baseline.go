package window

import (
	"math"
	"slices"

	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
)

const (
	// MinHours is the number of hours of use without which there is no baseline: the first hour is cut short by chance.
	MinHours  = 3
	meanHours = 32 // hours of use in the mean's memory
)

// Baseline learns the usual size of a subject's windows, from the greatest window of each hour: over all hours as mean and variance
// of logarithms, so that a nightly job does not drown the day, and by hour of the week, where half of an unreached value is
// forgotten each week. 288 bytes with its weekly table.
type Baseline struct {
	hour        int64   // the current hour, since 1970
	tenMinutes  int64   // the current ten minutes, since 1970
	requests    uint64  // of the subject when they began
	before      uint64  // of the subject when those before them began
	peak        float32 // the greatest window of the current hour so far
	hours       uint32  // learned hours of use; saturates
	limit       HourLimit
	pendingHour int64 // the last hour of use before the current one, not learned yet
	pendingPeak float32
	mean        float32 // of log(1 + peak)
	variance    float32
	Slot        Slot
	weekly      *[WeekHours]uint8 // by hour of the week: 4 log2(1 + peak)
}

// HourLimit caches the limits of one hour. It is not stored.
type HourLimit struct {
	hour    int64
	known   bool
	Typical float64 // geometric mean of the hours' greatest windows
	AtHour  float64 // greatest window of this hour of the week, at least Typical
	Upper   float64 // greatest value the spread of all hours excuses
}

// NewBaseline returns an empty baseline.
func NewBaseline(s Slot) Baseline { return Baseline{Slot: s, hour: NoTime, tenMinutes: NoTime} }

// Advance moves the baseline to the time of an event in Unix microseconds; requests is the number of the subject's requests before
// it. An event of an hour before counts in the current one.
func (b *Baseline) Advance(now int64, requests uint64) {
	b.closeHour(FloorDiv(now, 3600e6))
	ten := FloorDiv(now, 600e6)
	if ten <= b.tenMinutes {
		return
	}
	if ten > b.tenMinutes+1 {
		b.requests = requests
	}
	b.tenMinutes, b.requests, b.before = ten, requests, b.requests
}

// Observe remembers the size of a window in the current hour.
func (b *Baseline) Observe(n float64) { b.peak = max(b.peak, float32(n)) }

// Hours returns how many hours of use are learned.
func (b *Baseline) Hours() uint32 { return b.hours }

// RequestsBefore returns the subject's requests 10 to 20 minutes ago: a burst must not end its own learning.
func (b *Baseline) RequestsBefore() uint64 { return b.before }

// Limit returns the limits for the hour of a time in Unix microseconds. Most events ask for the same hour again.
func (b *Baseline) Limit(now int64) *HourLimit {
	hour := FloorDiv(now, 3600e6)
	if l := &b.limit; !l.known || l.hour != hour {
		*l = HourLimit{hour: hour, known: true, Typical: b.typical(), Upper: min(b.upper(), 2*b.greatest())}
		l.AtHour = max(l.Typical, b.atHour(int(hour)))
	}
	return &b.limit
}

// closeHour ends the current hour when another one has begun. A closed hour is learned only when the next one closes: an attack that
// goes on over a full hour would otherwise teach by its first part that its second is usual.
func (b *Baseline) closeHour(hour int64) {
	if hour <= b.hour {
		return
	}
	if b.hour != NoTime && b.peak > 0 {
		b.commitPending()
		b.pendingHour, b.pendingPeak = b.hour, b.peak
	}
	b.hour, b.peak = hour, 0
}

// commitPending adds the pending hour to mean, variance and the weekly table.
func (b *Baseline) commitPending() {
	if b.pendingPeak == 0 {
		return
	}
	b.limit.known = false
	v := math.Log1p(float64(b.pendingPeak))
	share := max(1/float64(b.hours+1), 1.0/meanHours)
	d := v - float64(b.mean)
	b.mean += float32(share * d)
	b.variance = float32((1 - share) * (float64(b.variance) + share*d*d))
	if b.hours < math.MaxUint32 {
		b.hours++
	}
	if b.weekly == nil {
		b.weekly = new([WeekHours]uint8)
	}
	slot, q := &b.weekly[weekHour(b.pendingHour)], uint8(min(math.Round(4*math.Log2(1+float64(b.pendingPeak))), 255))
	if q >= *slot {
		*slot = q
	} else {
		*slot -= (*slot - q + 1) / 2
	}
}

func weekHour(hour int64) int { return HourOfWeek(hour * 3600e6) }

// typical returns the geometric mean of the hours' greatest windows.
func (b *Baseline) typical() float64 { return math.Expm1(float64(b.mean)) }

// upper returns the mean plus three standard deviations.
func (b *Baseline) upper() float64 {
	return math.Expm1(float64(b.mean) + 3*math.Sqrt(float64(b.variance)))
}

// greatest returns the greatest window of the week. Twice as much bounds the effect of the spread of all hours: where hours
// differ a lot, three standard deviations of logarithms would excuse anything.
func (b *Baseline) greatest() float64 {
	if b.weekly == nil {
		return 0
	}
	return weeklyValue(slices.Max(b.weekly[:]))
}

func weeklyValue(q uint8) float64 { return math.Exp2(float64(q)/4) - 1 }

// atHour returns the greatest window of this hour of the week, or of an hour beside it, because jobs begin a little early or late. For an
// unused hour it returns the same hour of the other days.
func (b *Baseline) atHour(hour int) float64 {
	if b.weekly == nil {
		return 0
	}
	at := weekHour(int64(hour))
	near := func(i int) uint8 {
		return max(b.weekly[(i+WeekHours-1)%WeekHours], b.weekly[i%WeekHours], b.weekly[(i+1)%WeekHours])
	}
	q := near(at)
	if b.weekly[at] == 0 {
		for day := range 7 {
			q = max(q, near(at+24*day))
		}
	}
	return weeklyValue(q)
}

// TouchHeader reads fields, to prefetch the struct.
func (b *Baseline) TouchHeader() uint64 { return b.requests + uint64(b.hours) }

// AppendTo writes all but the cached limit.
func (b *Baseline) AppendTo(w *codec.Writer) {
	w.Int(b.hour)
	w.Int(b.tenMinutes)
	w.Uint(b.requests)
	w.Uint(b.before)
	w.Uint(uint64(b.hours))
	w.Int(b.pendingHour)
	for _, v := range [...]float32{b.peak, b.pendingPeak, b.mean, b.variance} {
		w.Float32(v)
	}
	w.Bool(b.weekly != nil)
	if b.weekly != nil {
		w.Raw(b.weekly[:])
	}
}

// DecodeBaseline reads the output of AppendTo.
func DecodeBaseline(r *codec.Reader) (b Baseline) {
	b.hour, b.tenMinutes, b.requests, b.before = r.Int(), r.Int(), r.Uint(), r.Uint()
	b.hours, b.pendingHour = r.Uint32(), r.Int()
	for _, to := range [...]*float32{&b.peak, &b.pendingPeak, &b.mean, &b.variance} {
		if *to = r.Float32(math.MaxFloat32); *to < 0 {
			r.Failed = true
		}
	}
	if r.Bool() {
		b.weekly = new([WeekHours]uint8)
		r.Raw(b.weekly[:])
	}
	return b
}
