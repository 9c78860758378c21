package ascii

// RunAround returns where the run that b[k] belongs to starts and ends.
func RunAround(b []byte, k int) (from, to int) {
	from, to = k, k+1
	for from > 0 && Class[b[from-1]]&Run != 0 {
		from--
	}
	for to < len(b) && Class[b[to]]&Run != 0 {
		to++
	}
	return from, to
}

// HasAt reports whether s stands in b at i.
func HasAt(b []byte, i int, s string) bool { return len(b)-i >= len(s) && string(b[i:i+len(s)]) == s }

// IsUpperDigits reports whether b is made of capitals and digits, and not empty.
func IsUpperDigits(b []byte) bool {
	for _, c := range b {
		if !IsUpper(c) && !IsDigit(c) {
			return false
		}
	}
	return len(b) > 0
}

// IsHex reports whether b is made of hexadecimal digits.
func IsHex(b []byte) bool {
	for _, c := range b {
		if HexValue[c] > 15 {
			return false
		}
	}
	return true
}
