package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// MaxTestEvents bounds the events of one test.
const MaxTestEvents = 1_000_000

// Stream is a steady load. The first request comes at once and the stream is half-open: "10/s for 1s" is ten requests, the
// last at 0.9 s.
type Stream struct {
	Rate float64 // requests per second
	For  Duration
}

// UnmarshalText parses "10/s for 61s".
func (l *Stream) UnmarshalText(text []byte) error {
	rate, period, ok := strings.Cut(string(text), "/s for ")
	v, err := strconv.ParseFloat(rate, 64)
	if !ok || err != nil || !(v > 0 && v <= MaxTestEvents) {
		return fmt.Errorf("load %q: want RATE/s for TIME, such as 10/s for 61s", text)
	}
	l.Rate = v
	return l.For.UnmarshalText([]byte(period))
}

// Repeat is a number of requests at equal intervals.
type Repeat struct {
	Times int
	Every Duration
}

// UnmarshalText parses "5 every 1m".
func (r *Repeat) UnmarshalText(text []byte) error {
	times, every, ok := strings.Cut(string(text), " every ")
	v, err := strconv.Atoi(times)
	if !ok || err != nil || v < 1 || v > MaxTestEvents {
		return fmt.Errorf("repeat %q: want TIMES every TIME, such as 5 every 1m", text)
	}
	r.Times = v
	return r.Every.UnmarshalText([]byte(every))
}

// Play calls yield with every event of the test in order, until it returns false. The event is valid only during the call.
func (t *Test) Play(yield func(e *tokenwarden.Event) bool) {
	for i, p := range t.schedule() {
		r := p.step.Request.numbered(p.n)
		e := r.event(TestStart.Add(p.at))
		e.Source = tokenwarden.Source{File: "test", Line: int64(i) + 1}
		if !yield(&e) {
			return
		}
	}
}

var tokenName = regexp.MustCompile(`TOKEN\(([^)]*)\)`)

// ListTexts returns the test's lists with TOKEN(name) replaced by fingerprints.
func (t *Test) ListTexts() map[string]string {
	out := make(map[string]string, len(t.Lists))
	for name, text := range t.Lists {
		out[name] = tokenName.ReplaceAllStringFunc(text, func(s string) string {
			return fingerprintOf(tokenName.FindStringSubmatch(s)[1]).String()
		})
	}
	return out
}

// planned is one request of a test.
type planned struct {
	at   time.Duration // from the start of the test
	step *Step
	n    int // of the request within its step
}

// schedule returns all requests in the order in which they are played.
func (t *Test) schedule() []planned {
	var all []planned
	var end time.Duration
	for i := range t.Steps {
		s := &t.Steps[i]
		n, every := s.requests()
		start := end
		if s.At != nil {
			start = time.Duration(*s.At)
		} else if s.After != nil {
			start += time.Duration(*s.After)
		}
		for k := range n {
			all = append(all, planned{(start + time.Duration(float64(k)*every)).Truncate(time.Microsecond), s, k})
		}
		end = start + time.Duration(float64(n)*every)
	}
	if t.Merge {
		slices.SortStableFunc(all, func(a, b planned) int { return cmp.Compare(a.at, b.at) })
	}
	return all
}

// requests returns the number of requests of the step, and the nanoseconds between two of them.
func (s *Step) requests() (int, float64) {
	switch {
	case s.Load != nil:
		return int(s.Load.Rate*time.Duration(s.Load.For).Seconds() + 1e-9), float64(time.Second) / s.Load.Rate
	case s.Repeat != nil:
		return s.Repeat.Times, float64(s.Repeat.Every)
	}
	return 1, 0
}
