package lists

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// hours is a recurring part of the week.
type hours struct {
	days     [7]bool // by time.Weekday of the start
	from, to int     // minutes of the day, to excluded; to <= from reaches into the next day
	zone     *time.Location
}

var errHours = errors.New("want days, hours and a time zone, such as: mon-fri 08:00-18:00 Europe/Berlin " +
	"(days may be left out or be mon,wed; without a zone UTC)")

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// parseHours parses "[DAYS] HH:MM-HH:MM [ZONE]".
func parseHours(s string) (hours, error) {
	h := hours{zone: time.UTC}
	words := strings.Fields(s)
	if len(words) > 0 && !strings.Contains(words[0], ":") {
		if !h.setDays(strings.ToLower(words[0])) {
			return h, errHours
		}
		words = words[1:]
	} else {
		h.days = [7]bool{true, true, true, true, true, true, true}
	}
	if len(words) < 1 || len(words) > 2 {
		return h, errHours
	}
	from, to, ok := strings.Cut(words[0], "-")
	if !ok || !minutes(from, &h.from) || !minutes(to, &h.to) {
		return h, errHours
	}
	if len(words) == 2 {
		zone, err := time.LoadLocation(words[1])
		if err != nil || words[1] == "Local" {
			return h, errors.New("has an unknown time zone: want a name of the IANA database, such as Europe/Berlin, or UTC")
		}
		h.zone = zone
	}
	return h, nil
}

// setDays parses "mon-fri" or "mon,wed", and reports whether it could.
func (h *hours) setDays(s string) bool {
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, to := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if from < 0 || to < 0 {
			return false
		}
		for d := from; ; d = (d + 1) % 7 {
			h.days[d] = true
			if d == to {
				break
			}
		}
	}
	return true
}

// minutes parses a time of day, and reports whether it could.
func minutes(s string, to *int) bool {
	if s == "24:00" {
		*to = 24 * 60
		return true
	}
	t, err := time.Parse("15:04", s)
	*to = t.Hour()*60 + t.Minute()
	return err == nil
}

// contain reports whether the time is within the hours.
func (h *hours) contain(at time.Time) bool {
	at = at.In(h.zone)
	day, minute := at.Weekday(), at.Hour()*60+at.Minute()
	if h.from < h.to {
		return h.days[day] && h.from <= minute && minute < h.to
	}
	return h.days[day] && minute >= h.from || h.days[(day+6)%7] && minute < h.to
}
