package ingest

// An endpoint is a path with its ids replaced, as the server's routes name it: /v1/orders/17 and /v1/orders/18 become
// /v1/orders/{id}. The table token_usage_1m has a row for each, so a doubtful segment counts as an id.

const (
	maxEndpoint = 160 // bytes before the "/..." of a longer path
	maxSegments = 12
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
			return append(dst, "/..."...)
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
	case hasPlaceholder(segment):
		return append(dst, "{token}"...)
	case isID(segment):
		return append(dst, "{id}"...)
	}
	return append(dst, segment...)
}

func hasPlaceholder(s []byte) bool {
	for i := 0; i+len(placeholder) <= len(s); i++ {
		if s[i] == placeholder[0] && string(s[i:i+len(placeholder)]) == placeholder {
			return true
		}
	}
	return false
}

// isID reports whether a segment names one thing among many: a number, a UUID, a hash, a long run of letters and digits,
// anything with four digits in a row. "v1", "oauth2", "s3" and words with hyphens are no ids.
func isID(s []byte) bool {
	digits, letters, hex, other, changes, run, longest := 0, 0, 0, 0, 0, 0, 0
	last := byte(0)
	for _, c := range s {
		class := byte(0)
		switch {
		case c >= '0' && c <= '9':
			digits++
			hex++
			class = 1
		case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
			letters++
			hex++
			class = 2
		case c >= 'g' && c <= 'z' || c >= 'G' && c <= 'Z':
			letters++
			class = 2
		case c == '-' || c == '_' || c == '.' || c == '~':
			if c != '-' && c != '_' {
				other++
			}
		case c == '%':
			return true // an encoded character: free text, not a route
		default:
			other++
		}
		if run++; class != 1 {
			run = 0
		}
		longest = max(longest, run)
		if class != 0 && last != 0 && class != last {
			changes++
		}
		if class != 0 {
			last = class
		}
	}
	switch {
	case digits == 0:
		return len(s) > 64
	case letters == 0 && other == 0, longest >= 4:
		return true
	case hex == len(s) && len(s) >= 8, hex >= 16 && hex+4 >= len(s) && other == 0:
		return true
	}
	return other == 0 && digits >= 4 && (changes >= 3 || len(s) >= 20)
}
