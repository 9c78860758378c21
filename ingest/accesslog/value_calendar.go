package accesslog

// parseSeconds parses ":05". 60 is a leap second.
func parseSeconds(b []byte) (int64, bool) {
	tens, ones := b[1]-'0', b[2]-'0'
	n := int64(tens)*10 + int64(ones)
	return n, b[0] == ':' && tens <= 9 && ones <= 9 && n <= 60
}

// parseHourMinute parses "15:04" and returns it in seconds.
func parseHourMinute(b []byte) (int64, bool) {
	h, ok1 := parseNumber(b[0:2])
	m, ok2 := parseNumber(b[3:5])
	return h*3600 + m*60, ok1 && ok2 && b[2] == ':' && h <= 24 && m <= 59
}

// parseFraction parses ".123456789" or ",123" at the start of b. It returns nanoseconds and the length, 0 without one.
func parseFraction(b []byte) (nanos int64, n int) {
	if len(b) < 2 || b[0] != '.' && b[0] != ',' || !isDigit(b[1]) {
		return 0, 0
	}
	scale := int64(100_000_000)
	for n = 1; n < len(b) && isDigit(b[n]); n++ {
		nanos += int64(b[n]-'0') * scale
		scale /= 10
	}
	return nanos, n
}

// parseOffset parses an offset from UTC and returns it in seconds: an empty one, Z, UTC, GMT, +HH:MM, +HHMM or +HH, with or
// without a space before it.
func parseOffset(b []byte) (int64, bool) {
	if len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	if len(b) == 0 || len(b) == 1 && b[0] == 'Z' || string(b) == "UTC" || string(b) == "GMT" {
		return 0, true
	}
	sign := int64(1)
	switch b[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false
	}
	b = b[1:]
	minutes := int64(0)
	switch len(b) {
	case 2:
	case 4, 5:
		var ok bool
		if minutes, ok = parseNumber(b[len(b)-2:]); !ok || len(b) == 5 && b[2] != ':' {
			return 0, false
		}
	default:
		return 0, false
	}
	hours, ok := parseNumber(b[:2])
	return sign * (hours*3600 + minutes*60), ok && hours < 24 && minutes < 60
}

// unixDay returns the number of days from 1970-01-01 in the Gregorian calendar. A day beyond the end of its month belongs
// to the next, as in time.Date.
func unixDay(year, month, day int64) int64 {
	if month <= 2 {
		year, month = year-1, month+12
	}
	// Years begin in March here, so that the leap day is the last; 719,469 days lie between 0000-03-01 and 1970-01-01,
	// the -1 of day and the 306 of (153*3-457)/5 included.
	return 365*year + year/4 - year/100 + year/400 + (153*month-457)/5 + day - 719_469
}

// parseMonth returns the month with that English abbreviation, from 1 on, or 0.
func parseMonth(b []byte) int64 {
	switch string(b) {
	case "Jan":
		return 1
	case "Feb":
		return 2
	case "Mar":
		return 3
	case "Apr":
		return 4
	case "May":
		return 5
	case "Jun":
		return 6
	case "Jul":
		return 7
	case "Aug":
		return 8
	case "Sep":
		return 9
	case "Oct":
		return 10
	case "Nov":
		return 11
	case "Dec":
		return 12
	}
	return 0
}
