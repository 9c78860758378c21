package accesslog

// parseNumber reads decimal digits, at most 19 of them.
func parseNumber(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	var n int64
	for _, c := range b {
		c -= '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	return n, n >= 0 // 19 digits overflow into the sign
}

// parseStatus reads an HTTP status. "000", which proxies write when there was no response, is 0; so is anything above
// 999.
func parseStatus(b []byte) (int, bool) {
	n, ok := parseNumber(b)
	if !ok || n > 999 {
		return 0, false
	}
	return int(n), true
}

// isNumeric tells whether b is made of numbers and what stands between them: sizes, durations, ratios, lists of them.
// What is longer than 40 bytes, or has more digits in a row than a time in nanoseconds, could be anything.
func isNumeric(b []byte) bool {
	if len(b) > 40 {
		return false
	}
	run := 0
	for _, c := range b {
		if isDigit(c) {
			if run++; run > 19 {
				return false
			}
			continue
		}
		run = 0
		if c < ' ' || c > ':' || !numberPunctuation[c-' '] {
			return false
		}
	}
	return true
}

var numberPunctuation = [':' - ' ' + 1]bool{
	0: true, '+' - ' ': true, ',' - ' ': true, '-' - ' ': true, '.' - ' ': true, '/' - ' ': true, ':' - ' ': true,
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// isAbsent tells how logs write "nothing": a dash or no byte at all.
func isAbsent(b []byte) bool { return len(b) == 0 || len(b) == 1 && b[0] == '-' }
