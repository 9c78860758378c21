package accesslog

import "bytes"

// closingQuote returns where the quote stands that ends the value starting at from: the first unescaped one that
// next follows, or that ends the line. -1 if there is none. Quotes that a writer did not escape are so part of the
// value unless they look like its end; a quote behind a backslash ends the value only if no other does.
func closingQuote(line []byte, from int, next string) int {
	escaped := -1
	for i := from; i < len(line); i++ {
		n := bytes.IndexByte(line[i:], '"')
		if n < 0 {
			break
		}
		i += n
		if rest := line[i+1:]; len(rest) > 0 && (len(rest) < len(next) || string(rest[:len(next)]) != next) {
			continue
		}
		if !isEscaped(line, from, i) {
			return i
		}
		if escaped < 0 {
			escaped = i
		}
	}
	return escaped
}

// isEscaped tells whether an odd number of backslashes stands before line[i], not counting what lies before from.
func isEscaped(line []byte, from, i int) bool {
	n := 0
	for i-n > from && line[i-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}

// quotedColumn returns the bytes between the quotes of the column at line[start], and where the column ends. A quote
// that is never closed reaches to the end of the line.
func quotedColumn(line []byte, start int) (from, to, end int) {
	from = start + 1
	to = closingQuote(line, from, " ")
	if to < 0 {
		return from, len(line), len(line)
	}
	return from, to, to + 1
}
