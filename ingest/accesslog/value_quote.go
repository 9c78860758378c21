package accesslog

import "bytes"

// maxQuotes bounds how many quotes behind an escaped one are read in search of a better end. Without a bound a line of
// many values that end in a backslash takes quadratic time.
const maxQuotes = 64

// closingQuote returns the index of the quote that ends the value at line[from:]: the first unescaped quote with next, or
// the end of the line, behind it. Some writers escape no quotes, so any other quote is part of the value. A quote behind a
// backslash ends the value only if none of the next maxQuotes does. The result is -1 without a closing quote.
func closingQuote(line []byte, from int, next string) int {
	escaped, quotes := -1, 0
	for i := from; i < len(line) && quotes <= maxQuotes; i++ {
		n := bytes.IndexByte(line[i:], '"')
		if n < 0 {
			break
		}
		i += n
		if escaped >= 0 {
			quotes++
		}
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

// doubledQuoteEnd returns the index of the quote that ends the value at line[from:], in which two quotes stand for one. It is -1
// where no blank or end of the line follows: the writer does not double quotes.
func doubledQuoteEnd(line []byte, from int) int {
	for i := from; i < len(line); i++ {
		n := bytes.IndexByte(line[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		switch {
		case i+1 == len(line) || line[i+1] == ' ':
			return i
		case line[i+1] != '"':
			return -1
		}
		i++
	}
	return -1
}

// isEscaped reports whether an odd number of backslashes precedes line[i] in line[from:i].
func isEscaped(line []byte, from, i int) bool {
	n := 0
	for i-n > from && line[i-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}

// quotedColumn returns the bounds of the value between the quotes of the column at line[start], and the end of the column.
// An unclosed value extends to the end of the line.
func quotedColumn(line []byte, start int) (from, to, end int) { return quotedBefore(line, start, " ") }

// quotedBefore is quotedColumn for columns with separator between them.
func quotedBefore(line []byte, start int, separator string) (from, to, end int) {
	from = start + 1
	to = closingQuote(line, from, separator)
	if to < 0 {
		return from, len(line), len(line)
	}
	return from, to, to + 1
}
