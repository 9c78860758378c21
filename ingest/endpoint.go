package ingest

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// An endpoint is a path with its ids replaced, as the server's routes name it: /v1/orders/17 and /v1/orders/18 become
// /v1/orders/{id}. The table token_usage_1m has a row for each, so a doubtful segment counts as an id.

const (
	maxEndpoint  = 160 // bytes before the endpointRest of a longer path
	maxSegments  = 12
	endpointRest = "/..."
)

// appendEndpoint appends the endpoint of a redacted path.
func appendEndpoint(dst, path []byte) []byte {
	start, segments := len(dst), 0
	for len(path) > 0 {
		end := 1
		for end < len(path) && path[end] != '/' {
			end++
		}
		segment := path[:end]
		path = path[end:]
		if segments++; segments > maxSegments || len(dst)-start+len(segment) > maxEndpoint {
			return append(dst, endpointRest...)
		}
		dst = appendSegment(dst, segment)
	}
	if len(dst) == start {
		dst = append(dst, '/')
	}
	return dst
}

// appendSegment appends one segment with the slash before it.
func appendSegment(dst, segment []byte) []byte {
	if segment[0] == '/' {
		dst = append(dst, '/')
		segment = segment[1:]
	}
	switch {
	case len(segment) == 0:
		return dst
	case strings.Contains(record.String(segment), placeholder):
		return append(dst, "{token}"...)
	case isID(segment):
		return append(dst, "{id}"...)
	}
	return append(dst, segment...)
}

// isID reports whether a segment names one thing among many: a number, a UUID, a hash, a long run of letters and digits,
// anything with four digits in a row. "v1", "oauth2", "s3" and words with hyphens are no ids. An encoded character is a
// sign of free text, which is no route either.
func isID(segment []byte) bool {
	if bytes.IndexByte(segment, '%') >= 0 {
		return true
	}
	c, size := countCharacters(segment), len(segment)
	switch {
	case c.digits == 0:
		return size > 64
	case c.letters == 0 && c.other == 0, c.longestDigits >= 4:
		return true
	case c.hex == size && size >= 8, c.hex >= 16 && c.hex+4 >= size && c.other == 0:
		return true
	}
	return c.other == 0 && c.digits >= 4 && (c.changes >= 3 || size >= 20)
}

// characterCounts are the characters of a segment by class. A hyphen and an underscore are in none.
type characterCounts struct {
	digits, letters, other int
	hex                    int // digits and letters to f
	longestDigits          int // in a row
	changes                int // from digits to letters and back
}

func countCharacters(s []byte) (c characterCounts) {
	const digit, letter = 1, 2
	last, run := 0, 0 // class of the last digit or letter, digits in a row
	for _, b := range s {
		class := 0
		switch lower := b | 0x20; {
		case b >= '0' && b <= '9':
			c.digits++
			class = digit
		case lower >= 'a' && lower <= 'z':
			c.letters++
			class = letter
			if lower <= 'f' {
				c.hex++
			}
		case b != '-' && b != '_':
			c.other++
		}
		if class != digit {
			run = 0
		} else {
			run++
			c.hex++
		}
		c.longestDigits = max(c.longestDigits, run)
		if class != 0 && last != 0 && class != last {
			c.changes++
		}
		if class != 0 {
			last = class
		}
	}
	return c
}
