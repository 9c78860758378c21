package accesslog

import (
	"bytes"
	"time"
)

// byteOrderMark begins the files of Windows programs and RFC 5424 messages in UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// prefixEnd returns the length of the prefix that a shipper put in front of a line, 0 without one:
//
//	<190>Nov 23 15:04:05 web1 nginx: LINE                 syslog, RFC 3164; the priority may be gone
//	<190>1 2026-11-23T15:04:05Z web1 nginx 7 - - LINE     syslog, RFC 5424
//	2026-11-23T15:04:05+00:00 web1 nginx[7]: LINE         rsyslog's own file format
//	2026-11-23T15:04:05.123456789Z stdout F LINE          CRI, the Kubernetes container runtimes
//	2026-11-23T15:04:05+00:00<tab>tag<tab>{...}           Fluentd's file output; Caddy's console log, with more columns
//	web-1  | LINE                                         docker compose
//	207 <190>1 2026-11-23T15:04:05Z web1 ... LINE         octet counting (RFC 6587) before any syslog
//
// A byte order mark is a prefix too, and what a logging library wrote; see loggerEnd. c parses the times.
func prefixEnd(line []byte, c *clock) int {
	if bytes.HasPrefix(line, []byte(byteOrderMark)) {
		return len(byteOrderMark)
	}
	if n := len(line); n > minEmbedded && line[0] == '"' && line[n-1] == '"' && line[1] != '"' {
		return 1 // LiteSpeed quotes the whole line
	}
	if n := octetCountEnd(line); n > 0 {
		return n
	}
	i := priorityEnd(line)
	if i > 0 && i+2 < len(line) && line[i] == '1' && line[i+1] == ' ' {
		return syslog5424End(line, i+2)
	}
	if n := syslogTimeEnd(line[i:]); n > 0 {
		return tagEnd(line, i+n)
	}
	n := columnEnd(line, i)
	if n-i >= isoLen && n < len(line) {
		if _, ok := c.parseISO(line[i:n]); ok {
			return afterTimeEnd(line, n+1)
		}
	}
	if n := tabColumnsEnd(line[i:]); n > 0 {
		return i + n
	}
	if i > 0 {
		return tagEnd(line, i)
	}
	if n := loggerEnd(line, c); n > 0 {
		return n
	}
	return composeEnd(line)
}

// priorityEnd returns the length of "<190>".
func priorityEnd(line []byte) int {
	if len(line) < 4 || line[0] != '<' {
		return 0
	}
	n := bytes.IndexByte(line[:min(len(line), 6)], '>')
	if n < 2 {
		return 0
	}
	if _, ok := parseNumber(line[1:n]); !ok {
		return 0
	}
	return n + 1
}

// octetCountEnd returns the length of "207 " before a priority.
func octetCountEnd(line []byte) int {
	n := 0
	for n < len(line) && n < 7 && isDigit(line[n]) {
		n++
	}
	if n < 2 || n+1 >= len(line) || line[n] != ' ' || line[n+1] != '<' {
		return 0
	}
	return n + 1
}

// tabColumnsEnd returns the length of up to five columns, each with a tab behind it and the first of them a time, in front
// of a JSON object. It returns 0 without the columns or the object.
func tabColumnsEnd(line []byte) int {
	if len(line) < isoLen || !isDigit(line[0]) || !isDigit(line[isoLen-1]) || line[4] != '-' && line[4] != '/' {
		return 0
	}
	i := 0
	for range 5 {
		n := bytes.IndexByte(line[i:], '\t')
		if n < 0 {
			return 0
		}
		if i += n + 1; i < len(line) && line[i] == '{' {
			return i
		}
	}
	return 0
}

// syslogTimeEnd returns the length of "Nov 23 15:04:05 " at the start of b, with an optional year behind the day and an
// optional fraction behind the second.
func syslogTimeEnd(b []byte) int {
	if len(b) < len("Nov 23 15:04:05 ") || parseMonth(b[:3]) == 0 || b[3] != ' ' || b[6] != ' ' {
		return 0
	}
	i := len("Nov 23 ")
	if year := len("2026 "); b[i+year-1] == ' ' && len(b) > i+year+8 {
		if _, ok := parseNumber(b[i : i+year-1]); ok {
			i += year
		}
	}
	end := columnEnd(b, i)
	if _, ok := parseTimeOfDay(b[i:end]); !ok || end == len(b) {
		return 0
	}
	return end + 1
}

// tagEnd returns the index of the message behind "host tag[pid]: ", with zero to two names before the tag. It returns 0
// without a tag.
func tagEnd(line []byte, i int) int {
	for range 3 {
		n := nameEnd(line, i)
		tag := n
		if n < len(line) && line[n] == '[' {
			tag = n + max(bytes.IndexByte(line[n:min(len(line), n+16)], ']'), 0) + 1
		}
		if n > i && isLogLevel(bytes.TrimSuffix(line[i:n], []byte(":"))) {
			return 0 // "INFO: ", part of an application's message
		}
		if n > i && tag+2 < len(line) && line[tag] == ':' && line[tag+1] == ' ' {
			return tag + 2
		}
		if n > i+1 && line[n-1] == ':' && n+1 < len(line) && line[n] == ' ' {
			return n + 1
		}
		if n == i || n >= len(line) || line[n] != ' ' {
			return 0
		}
		i = n + 1
	}
	return 0
}

// nameEnd returns the end of the host name, address or program name at line[i].
func nameEnd(line []byte, i int) int {
	for i < len(line) && (methodByte(line[i]) || isDigit(line[i]) || line[i] == '.' || line[i] == ':' || line[i] == '/') {
		i++
	}
	return i
}

// afterTimeEnd returns the index of the message behind an ISO time that ends before line[i]. CRI has the stream and a tag in
// between, rsyslog the host and a tag, docker logs --timestamps nothing.
func afterTimeEnd(line []byte, i int) int {
	rest := line[i:]
	if bytes.HasPrefix(rest, []byte("stdout ")) || bytes.HasPrefix(rest, []byte("stderr ")) {
		tag := i + len("stdout ")
		if end := columnEnd(line, tag); end < len(line) && end-tag <= 3 && line[tag]-'A' <= 'Z'-'A' {
			return end + 1
		}
		return tag
	}
	if n := tagEnd(line, i); n > 0 {
		return n
	}
	return i
}

// syslog5424End returns the index of the message behind five columns and the structured data, which begin at line[i].
func syslog5424End(line []byte, i int) int {
	for range 5 {
		if i = columnEnd(line, i) + 1; i >= len(line) {
			return 0
		}
	}
	if line[i] != '-' && line[i] != '[' {
		return i // Heroku leaves the structured data out
	}
	if line[i] == '-' {
		i++
	}
	for i < len(line) && line[i] == '[' {
		if i = structuredEnd(line, i+1); i < 0 {
			return 0
		}
	}
	if i+1 >= len(line) || line[i] != ' ' {
		return 0
	}
	if i++; bytes.HasPrefix(line[i:], []byte(byteOrderMark)) {
		i += len(byteOrderMark)
	}
	return i
}

// structuredEnd returns the end of the element of structured data whose bracket was opened before line[i], -1 without one.
// Its quotes may hold brackets, and quotes behind a backslash.
func structuredEnd(line []byte, i int) int {
	quoted := false
	for ; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ']':
			if !quoted {
				return i + 1
			}
		}
	}
	return -1
}

// composeEnd returns the length of "web-1  | ".
func composeEnd(line []byte) int {
	i := 0
	for i < len(line) && i < 64 && (methodByte(line[i]) || isDigit(line[i]) || line[i] == '.') {
		i++
	}
	name := i
	for i < len(line) && line[i] == ' ' {
		i++
	}
	if name == 0 || i == name || i+2 >= len(line) || line[i] != '|' || line[i+1] != ' ' || !isLetter(line[0]) {
		return 0
	}
	return i + 2
}

// prefixTime returns the first time with a year in a prefix, or the zero time.
func prefixTime(prefix []byte, c *clock) time.Time {
	for i := 0; i < len(prefix); i++ {
		if prefix[i] == '[' {
			continue
		}
		end := tokenEnd(prefix, i, ']')
		if end < len(prefix) && end-i == len("2026-11-23") && isBlank(prefix[end]) {
			end = tokenEnd(prefix, end+1, ']') // the time of day, behind a blank
		}
		if end-i >= isoLen && isDigit(prefix[i]) {
			if t, ok := c.parseISO(prefix[i:end]); ok {
				return t
			}
		}
		i = end
	}
	return time.Time{}
}
