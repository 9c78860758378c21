package accesslog

import "time"

// clockPlaces are the places of the parts of a time in a notation of fixed width.
type clockPlaces struct {
	day, month, year, clock int
	named                   bool // the month is a name
	shortYear               bool // the year has two digits, of this century
}

// parseOther parses the times that few servers write.
func (c *clock) parseOther(b []byte) (time.Time, bool) {
	switch {
	case len(b) < len("261123 15:04:05"):
	case b[3] == ' ':
		return c.parseANSIC(b) // uWSGI
	case b[3] == ',': // Mon, 23 Nov 2026 15:04:05 GMT (RFC 9110, 5.6.7): CouchDB 1
		return c.parsePlaces(b, clockPlaces{day: 5, month: 8, year: 12, clock: 17, named: true})
	case b[6] == ' ': // 261123 15:04:05: Tornado
		return c.parsePlaces(b, clockPlaces{month: 2, day: 4, clock: 7, shortYear: true})
	case b[2] == '/' && b[5] == '/': // 11/23/2026 03:04:05 PM: the clouds' JSON; 11/23/2026:15:04:05 -0000: cPanel, pveproxy
		p := clockPlaces{month: 0, day: 3, year: 6, clock: 11}
		if n := len(b); b[10] == ':' && string(b[n-5:]) != "-0000" {
			p.day, p.month = p.month, p.day // pveproxy: %d/%m/%Y. cPanel, %m/%d/%Y, always has the offset -0000
		}
		return c.parsePlaces(b, p)
	case b[4] == '/' && b[11] == '-': // 2026/11/23 - 15:04:05: GIN
		return c.parsePlaces(b, clockPlaces{month: 5, day: 8, clock: 13})
	}
	return time.Time{}, false
}

// parsePlaces parses a time in the notation p, with a fraction and an offset behind it, or AM or PM.
func (c *clock) parsePlaces(b []byte, p clockPlaces) (time.Time, bool) {
	var iso [isoLen]byte
	rest := p.clock + len("15:04:05")
	if len(b) < rest {
		return time.Time{}, false
	}
	copy(iso[:], "2000-00-00T")
	if p.shortYear {
		copy(iso[2:4], b[p.year:])
	} else {
		copy(iso[:4], b[p.year:])
	}
	copy(iso[8:10], b[p.day:])
	copy(iso[11:], b[p.clock:rest])
	if p.named {
		month := parseMonth(b[p.month : p.month+3])
		iso[5], iso[6] = byte('0'+month/10), byte('0'+month%10)
	} else {
		copy(iso[5:7], b[p.month:])
	}
	nanos, n := parseFraction(b[rest:])
	half, isHalf := halfDay(b[rest+n:], iso[11:13])
	offset, ok := parseOffset(b[rest+n:])
	t, okISO := c.parseISO(iso[:])
	return t.Add(time.Duration(nanos) + half - time.Duration(offset)*time.Second), okISO && (ok || isHalf)
}

// halfDay returns what " AM" or " PM" adds to the hour.
func halfDay(b, hour []byte) (time.Duration, bool) {
	noon := string(hour) == "12"
	switch {
	case string(b) == " AM" && noon:
		return -12 * time.Hour, true
	case string(b) == " PM" && !noon:
		return 12 * time.Hour, true
	}
	return 0, string(b) == " AM" || string(b) == " PM"
}
