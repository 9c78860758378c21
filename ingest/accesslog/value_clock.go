package accesslog

import "time"

// clock parses the times of access logs. It caches the last minute, because neighbouring lines share it.
type clock struct {
	clf, iso minute
}

// minute caches the value of one minute.
type minute struct {
	key  [22]byte // as written, to the minute; then the offset
	unix int64    // Unix seconds of its start
	ok   bool
}

const (
	clfLen = len("23/Nov/2026:15:04:05 +0000")
	isoLen = len("2026-11-23T15:04:05")
)

// parseCLF parses "23/Nov/2026:15:04:05 +0000" ($time_local of nginx, %t of Apache).
func (c *clock) parseCLF(b []byte) (time.Time, bool) {
	if len(b) != clfLen {
		return time.Time{}, false
	}
	sec, ok := parseSeconds(b[17:20])
	if !ok {
		return time.Time{}, false
	}
	if m := &c.clf; !m.ok || string(b[:17]) != string(m.key[:17]) || string(b[21:]) != string(m.key[17:]) {
		if !m.readCLF(b) {
			return time.Time{}, false
		}
	}
	return time.Unix(c.clf.unix+sec, 0).UTC(), true
}

func (m *minute) readCLF(b []byte) bool {
	day, ok1 := parseNumber(b[0:2])
	month := parseMonth(b[3:6])
	year, ok2 := parseNumber(b[7:11])
	at, ok3 := parseHourMinute(b[12:17])
	offset, ok4 := parseOffset(b[21:])
	m.ok = ok1 && ok2 && ok3 && ok4 && month > 0 && b[2] == '/' && b[6] == '/' && b[11] == ':' && b[20] == ' '
	if !m.ok {
		return false
	}
	m.unix = unixDay(year, month, day)*86400 + at - offset
	copy(m.key[:17], b)
	copy(m.key[17:], b[21:])
	return true
}

// parseISO parses ISO 8601 as logs write it: T or a space between date and time, an optional fraction after a dot or a
// comma, an optional offset (Z, +00:00, +0000, with or without a space before it). The default is UTC.
func (c *clock) parseISO(b []byte) (time.Time, bool) {
	if len(b) < isoLen || b[10] != 'T' && b[10] != ' ' {
		return time.Time{}, false
	}
	sec, ok := parseSeconds(b[16:19])
	if !ok {
		return time.Time{}, false
	}
	if m := &c.iso; !m.ok || string(b[:16]) != string(m.key[:16]) {
		if !m.readISO(b) {
			return time.Time{}, false
		}
	}
	nanos, n := parseFraction(b[isoLen:])
	offset, ok := parseOffset(b[isoLen+n:])
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(c.iso.unix+sec-offset, nanos).UTC(), true
}

func (m *minute) readISO(b []byte) bool {
	year, ok1 := parseNumber(b[0:4])
	month, ok2 := parseNumber(b[5:7])
	day, ok3 := parseNumber(b[8:10])
	at, ok4 := parseHourMinute(b[11:16])
	m.ok = ok1 && ok2 && ok3 && ok4 && month >= 1 && month <= 12 && b[4] == b[7] && (b[4] == '-' || b[4] == '/')
	if !m.ok {
		return false
	}
	m.unix = unixDay(year, month, day)*86400 + at
	copy(m.key[:16], b)
	return true
}

// parse parses a time in any notation, with or without brackets around it. A bare number is Unix time; see epochUnit.
func (c *clock) parse(b []byte) (time.Time, bool) {
	if len(b) > 2 && b[0] == '[' && b[len(b)-1] == ']' {
		b = b[1 : len(b)-1]
	}
	if len(b) > isoLen && b[4] == '-' {
		return c.parseISO(b)
	}
	if t, ok := c.parseBracket(b); ok {
		return t, true
	}
	digits := 0
	for digits < len(b) && isDigit(b[digits]) {
		digits++
	}
	return parseEpoch(b, epochUnit(digits))
}

// parseDate parses 2026-11-23, and 11/23/2026 and 11/23/26 of IIS, and returns the Unix seconds of its start.
func (c *clock) parseDate(b []byte) (int64, bool) {
	full := [isoLen]byte{'2', '0'}
	switch {
	case len(b) == 10 && b[2] == '/':
		copy(full[:], b[6:])
	case len(b) == 8 && b[2] == '/':
		copy(full[2:], b[6:])
	case len(b) != 10:
		return 0, false
	}
	if b[2] == '/' {
		copy(full[4:], "-00-00")
		copy(full[5:], b[:2])
		copy(full[8:], b[3:5])
	} else {
		copy(full[:], b)
	}
	copy(full[10:], "T00:00:00")
	t, ok := c.parseISO(full[:])
	return t.Unix(), ok
}

// parseTimeOfDay parses 15:04:05 with an optional fraction, and 7:04:05 of IIS.
func parseTimeOfDay(b []byte) (time.Duration, bool) {
	if len(b) == 7 && b[1] == ':' {
		return parseTimeOfDay([]byte{'0', b[0], b[1], b[2], b[3], b[4], b[5], b[6]})
	}
	if len(b) < 8 {
		return 0, false
	}
	at, ok1 := parseHourMinute(b[:5])
	sec, ok2 := parseSeconds(b[5:8])
	nanos, n := parseFraction(b[8:])
	return time.Duration(at+sec)*time.Second + time.Duration(nanos), ok1 && ok2 && n == len(b)-8
}

// parseBracket parses the times that logs in the common format have in brackets: that of parseCLF, ISO 8601, HAProxy's
// "23/Nov/2026:15:04:05.123", and those of parseOther.
func (c *clock) parseBracket(b []byte) (time.Time, bool) {
	if t, ok := c.parseCLF(b); ok {
		return t, true
	}
	if t, ok := c.parseISO(b); ok {
		return t, true
	}
	if len(b) >= 20 && b[2] == '/' && b[6] == '/' {
		return c.parseHAProxy(b)
	}
	return c.parseOther(b)
}

// parseHAProxy parses "23/Nov/2026:15:04:05.123", a local time without an offset that is taken as UTC, and the same with a
// space in the middle, as Python's servers write it.
func (c *clock) parseHAProxy(b []byte) (time.Time, bool) {
	if len(b) < 20 {
		return time.Time{}, false
	}
	var full [clfLen]byte
	copy(full[:], b[:20])
	if full[11] == ' ' {
		full[11] = ':'
	}
	copy(full[20:], " +0000")
	nanos, n := parseFraction(b[20:])
	offset, ok := parseOffset(b[20+n:])
	if !ok {
		return time.Time{}, false
	}
	t, ok := c.parseCLF(full[:])
	return t.Add(time.Duration(nanos) - time.Duration(offset)*time.Second), ok
}

// parseEpoch parses Unix time with an optional fraction. unit is the unit of the integer ("1795446245.123" and time.Second,
// "1795446245123" and time.Millisecond). It rejects exponents and times before 1973, which are rather durations.
func parseEpoch(b []byte, unit time.Duration) (time.Time, bool) {
	whole := len(b)
	for i, c := range b {
		if c == '.' {
			whole = i
			break
		}
	}
	n, ok := parseNumber(b[:whole])
	if !ok {
		return time.Time{}, false
	}
	nanos, rest := parseFraction(b[whole:])
	per := int64(time.Second / unit)
	if whole+rest != len(b) || n/per > 1<<36 || n/per < 1e8 {
		return time.Time{}, false
	}
	return time.Unix(n/per, n%per*int64(unit)+nanos/per).UTC(), true
}

// epochUnit guesses the unit of a Unix time from its number of digits. Seconds reach 12 digits in the year 5138.
func epochUnit(digits int) time.Duration {
	switch {
	case digits <= 11:
		return time.Second
	case digits <= 14:
		return time.Millisecond
	case digits <= 17:
		return time.Microsecond
	}
	return time.Nanosecond
}
