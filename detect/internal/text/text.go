// Package text formats numbers and shortens strings for the texts of alerts.
package text

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Plural returns "1 request" or "2 requests".
func Plural(n uint64, noun string) string {
	s := strconv.FormatUint(n, 10) + " " + noun
	if n != 1 {
		s += "s"
	}
	return s
}

// Number formats v with at most one decimal.
func Number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	return strings.TrimSuffix(s, ".0")
}

// Period formats seconds in the greatest unit that keeps the number above one or two: "45 s", "12 min", "3.5 h", "91 d".
func Period(seconds float64) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	switch {
	case seconds < 120:
		return sign + Number(seconds) + " s"
	case seconds < 2*3600:
		return sign + Number(seconds/60) + " min"
	case seconds < 2*86400:
		return sign + Number(seconds/3600) + " h"
	}
	return sign + Number(seconds/86400) + " d"
}

// Size formats bytes in powers of ten.
func Size(bytes float64) string {
	for _, unit := range []string{"B", "kB", "MB", "GB"} {
		if bytes < 1000 {
			return Number(bytes) + " " + unit
		}
		bytes /= 1000
	}
	return Number(bytes) + " TB"
}

// MaxStored bounds the bytes of any stored text.
const MaxStored = 256

// Clip cuts s to MaxStored bytes at the boundary of a character.
func Clip(s string) string { return Cut(s, MaxStored) }

// Cut cuts s to n bytes at the boundary of a character.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// Some lists the first ten of names, each cut to 64 bytes; "none" if there are none.
func Some(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	var b strings.Builder
	for i, s := range names[:min(10, len(names))] {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(Cut(s, 64))
	}
	if len(names) > 10 {
		b.WriteString(" ...")
	}
	return b.String()
}

// UTC returns the time of Unix microseconds.
func UTC(us int64) time.Time { return time.UnixMicro(us).UTC() }

// OrElse returns s, or otherwise if s is empty.
func OrElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
