package accesslog

// parseNumber parses 1 to 19 decimal digits.
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

// parseStatus parses an HTTP status of up to three digits. Proxies write "000" where there was no response.
func parseStatus(b []byte) (int, bool) {
	n, ok := parseNumber(b)
	if !ok || n > 999 {
		return 0, false
	}
	return int(n), true
}

// isNumeric reports whether b consists of numbers and the punctuation between them: sizes, durations, ratios, lists. A value
// of more than 40 bytes, or with more digits in a row than a time in nanoseconds, could be a credential.
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

// isAbsent reports whether b is empty or a dash, as logs write an absent value.
func isAbsent(b []byte) bool { return len(b) == 0 || len(b) == 1 && b[0] == '-' }
