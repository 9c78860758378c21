package detect

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden/rules"
)

// learned is the part of a kind that compares a window's count with what the subject's windows usually come to.
type learned struct {
	key   string  // under which what was learned is stored
	times float64 // 0: nothing is compared
	learn rules.Learn
	eager bool // what is not learned yet is compared with the floor instead of not at all
}

func (l *learned) threshold() string {
	if l.times == 0 {
		return ""
	}
	return fmt.Sprintf(", and more than %s times what it was before, learned in %s", number(l.times), learnText(l.learn))
}

// unlearned is how many times more an eager rule needs of a subject whose habits are not known: a first run of a job is no
// attack.
const unlearned = 2

// startHabit is how many requests a subject has made before its habits are kept: most tokens make fewer.
const startHabit = 8

// exceeds tells whether n in a window is far above what the subject's windows came to at this hour before, and above
// floor in any case; and it remembers n. Before enough is learned nothing exceeds, or if eager,
// twice so many times the floor.
func (l *learned) exceeds(x *scene, n, floor float64, v *verdict) bool {
	if x.prof.requests < startHabit {
		return l.eager && n > unlearned*l.times*floor
	}
	h := x.prof.habit(l)
	hour := floorDiv(x.now, 3600e6)
	h.turn(hour)
	h.tick(floorDiv(x.now, 600e6), x.prof.requests)
	exceeds := n > floor && l.above(x, h, hour, n, floor, v)
	h.peak = max(h.peak, float32(n))
	return exceeds
}

func (l *learned) above(x *scene, h *habit, hour int64, n, floor float64, v *verdict) bool {
	if h.hours < fewHours || !l.isLearned(x.prof, h, x.now) {
		return l.eager && n > unlearned*l.times*floor
	}
	b := h.barAt(hour)
	v.usual = usual{b.typical, b.atHour, h.hours}
	v.ratio = n / max(b.atHour, 1)
	return n > max(l.times*b.atHour, b.upper)
}

// usual is what a subject's windows came to before.
type usual struct {
	typical, atHour float64
	hours           uint32 // of use that are learned; 0: not enough
}

func (l *learned) say(v *verdict) {
	u := &v.usual
	switch {
	case l.times == 0:
	case u.hours == 0:
		v.baseline = "not learned yet"
	default:
		v.baseline = fmt.Sprintf("usually %s, at this hour up to %s, in %d hours of use", number(math.Round(u.typical)),
			number(math.Round(u.atHour)), u.hours)
	}
}

func (l *learned) isLearned(p *profile, h *habit, now int64) bool {
	return enough(l.learn, h.before, p.age(now))
}

// enough tells whether learning has ended.
func enough(l rules.Learn, events uint64, age time.Duration) bool {
	return l.Events > 0 && events >= l.Events || l.For > 0 && age >= time.Duration(l.For) && events >= l.MinEvents
}

// habit is what the greatest window of each hour came to: over all hours as mean and variance of logarithms, so that a
// nightly job does not drown the day, and by hour of the week, where half of what is no longer reached is forgotten each
// week. 304 bytes.
type habit struct {
	of        *learned
	hour      int64   // the hour at hand, since 1970
	slot      int64   // the ten minutes at hand, since 1970
	at        uint64  // requests when they began
	before    uint64  // requests when those before them began: a burst does not end its own learning
	peak      float32 // the greatest window of the hour at hand so far
	hours     uint32  // of use that are learned; saturates
	bar       bar     // of the hour at hand, not stored
	waits     int64   // the last hour of use before it, which is not learned yet
	waitsPeak float32
	mean      float32 // of log(1 + peak)
	vari      float32
	slots     *[weekHours]uint8 // by hour of the week: 4 log2(1 + peak)
}

// bar is what follows from a habit for one hour.
type bar struct {
	hour                   int64
	known                  bool
	typical, atHour, upper float64
}

// barAt returns the bar of an hour; most events ask for the same again.
func (h *habit) barAt(hour int64) *bar {
	if b := &h.bar; !b.known || b.hour != hour {
		*b = bar{hour: hour, known: true, typical: h.typical(), upper: min(h.upper(), 2*h.most())}
		b.atHour = max(b.typical, h.atHour(int(hour)))
	}
	return &h.bar
}

// tick notes how many requests there were when the ten minutes at hand began.
func (h *habit) tick(slot int64, requests uint64) {
	if slot > h.slot {
		if slot > h.slot+1 {
			h.at = requests
		}
		h.slot, h.at, h.before = slot, requests, h.at
	}
}

const (
	fewHours  = 3 // less is no habit: the first hour is cut short by chance
	weekHours = 168
	memory    = 32 // hours of use that the mean remembers
)

func (p *profile) habit(l *learned) *habit {
	for i := range p.habits {
		if p.habits[i].of == l {
			return &p.habits[i]
		}
	}
	p.habits = append(p.habits, habit{of: l, hour: noTime, slot: noTime})
	return &p.habits[len(p.habits)-1]
}

// turn closes the hour at hand when another one has begun. An event of an hour before belongs to the one at hand. What a
// closed hour came to is learned when the next one closes: an attack that goes on over a full hour would teach, by its first
// part, that its second is usual.
func (h *habit) turn(hour int64) {
	if hour <= h.hour {
		return
	}
	if h.hour != noTime && h.peak > 0 {
		h.fold()
		h.waits, h.waitsPeak = h.hour, h.peak
	}
	h.hour, h.peak = hour, 0
}

// fold learns the hour that waits.
func (h *habit) fold() {
	if h.waitsPeak == 0 {
		return
	}
	h.bar.known = false
	v := math.Log1p(float64(h.waitsPeak))
	share := max(1/float64(h.hours+1), 1.0/memory)
	d := v - float64(h.mean)
	h.mean += float32(share * d)
	h.vari = float32((1 - share) * (float64(h.vari) + share*d*d))
	if h.hours < math.MaxUint32 {
		h.hours++
	}
	if h.slots == nil {
		h.slots = new([weekHours]uint8)
	}
	slot, q := &h.slots[weekHour(h.waits)], uint8(min(math.Round(4*math.Log2(1+float64(h.waitsPeak))), 255))
	if q >= *slot {
		*slot = q
	} else {
		*slot -= (*slot - q + 1) / 2
	}
}

func weekHour(hour int64) int { return hourOfWeek(hour * 3600e6) }

// typical is the geometric mean of the hours' greatest windows.
func (h *habit) typical() float64 { return math.Expm1(float64(h.mean)) }

// upper is three standard deviations above it.
func (h *habit) upper() float64 {
	return math.Expm1(float64(h.mean) + 3*math.Sqrt(float64(h.vari)))
}

// most is what any hour of the week came to. Twice as much bounds what the spread of all hours may excuse: where they differ
// a lot, three standard deviations of logarithms would excuse anything.
func (h *habit) most() float64 {
	if h.slots == nil {
		return 0
	}
	return slotValue(slices.Max(h.slots[:]))
}

func slotValue(q uint8) float64 { return math.Exp2(float64(q)/4) - 1 }

// atHour is what this hour of the week came to before, or an hour beside it, because jobs begin a little early or late. An
// hour that was never used is judged by the same hour of the other days.
func (h *habit) atHour(hour int) float64 {
	if h.slots == nil {
		return 0
	}
	at := weekHour(int64(hour))
	near := func(i int) uint8 {
		return max(h.slots[(i+weekHours-1)%weekHours], h.slots[i%weekHours], h.slots[(i+1)%weekHours])
	}
	q := near(at)
	if h.slots[at] == 0 {
		for day := range 7 {
			q = max(q, near(at+24*day))
		}
	}
	return slotValue(q)
}
