package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// emptyHeads are the columns before the request of lines for connections without one.
var emptyHeads = [...]string{"- - - -", "- - - [-]"}

// emptyHeadEnd returns the length of the emptyHeads entry at the start of line.
func emptyHeadEnd(line []byte) (int, bool) {
	for _, empty := range emptyHeads {
		if n := len(empty); len(line) > n && string(line[:n]) == empty {
			return n, true
		}
	}
	return 0, false
}

// readHead records the columns before the time and returns the index of the time's bracket, -1 without one.
func (c *clf) readHead(r *record.Record) int {
	line := r.Line
	addr, n := scanIPv4(line)
	if n == 0 || c.vhost || n+4 >= len(line) || string(line[n:n+3]) != " - " {
		return c.readHeadSlow(r)
	}
	r.ClientIP = addr
	if line[n+3] == '-' && line[n+4] == ' ' {
		n += 5
	} else {
		end := n + 3
		for end < len(line) && line[end] != ' ' {
			end++
		}
		setUser(r, n+3, end)
		n = end + 1
	}
	if n < len(line) && line[n] == '[' {
		return n
	}
	r.Reset(line)
	return c.readHeadSlow(r)
}

// readHeadSlow is readHead for host names, IPv6, lists of forwarded addresses, a virtual host, an ident, and users with
// spaces. A line whose client is no address must have exactly the columns of the format: other columns are a shipper's.
func (c *clf) readHeadSlow(r *record.Record) int {
	bracket := timeBracket(r.Line)
	if bracket < 0 || r.Line[0] == '"' {
		return -1
	}
	head := r.Line[:bracket-1]
	start := 0
	if first := columnEnd(head, 0); c.vhost || c.name == "" && startsWithVirtualHost(head, first, &c.clock) {
		r.Host = r.Add(record.Field{Kind: record.KindHost, Start: 0, End: first})
		start = first + 1
	}
	end := columnEnd(head, start)
	for start < end && end < len(head) && head[end-1] == ',' {
		end = columnEnd(head, end+1) // a list of forwarded addresses
	}
	ident := end + 1
	identEnd := columnEnd(head, ident)
	if start >= end || ident >= len(head) {
		return -1
	}
	user := identEnd + 1
	if list := head[start:end]; bytes.IndexByte(list, ',') > 0 && identEnd < len(head) {
		if _, ok := parseAddr(head[ident:identEnd]); ok { // a list of forwarded addresses, then the client's
			r.Add(record.Field{Kind: record.KindHeader, Start: start, End: end, Name: nameForwarded})
			start, end = ident, identEnd
			ident, identEnd = user, columnEnd(head, user)
			user = identEnd + 1
		}
	}
	repeated := columnEnd(head, user)
	if repeated < len(head) && isAbsent(head[ident:identEnd]) && isRepeated(head[start:end], head[user:repeated]) {
		ident = repeated + 1 // old Kubernetes ingress: address - [address] - user
		identEnd = columnEnd(head, ident)
		user = identEnd + 1
	}
	if !setClientColumn(r, start, end) && !isHostPrefix(head, start, ident, identEnd) {
		return -1
	}
	if !isAbsent(head[ident:identEnd]) {
		r.Add(record.Field{Escape: record.EscapeBackslash, Start: ident, End: identEnd})
	}
	if identEnd+3 < len(head) && !isAbsent(head[ident:identEnd]) && string(head[user:user+2]) == "- " {
		user += 2 // Gerrit: address [thread] - user
	}
	if id := columnEnd(head, user); id-user == requestIDLen && id < len(head) && isHex(head[user:id]) {
		r.Add(record.Field{Start: user, End: id})
		user = id + 1
	}
	if user < len(head) && !isAbsent(head[user:]) {
		setUser(r, user, len(head))
	}
	return bracket
}

// requestIDLen is the length of nginx's $request_id, which BunkerWeb writes before the user.
const requestIDLen = 32

func isHex(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && c|0x20-'a' > 'f'-'a' {
			return false
		}
	}
	return true
}

// isRepeated reports whether b is a in brackets.
func isRepeated(a, b []byte) bool {
	return len(b) == len(a)+2 && b[0] == '[' && b[len(b)-1] == ']' && bytes.Equal(a, b[1:len(b)-1])
}

// isHostPrefix reports whether the columns from head[start] on are a host name, the answer of an ident server (RFC 1413) and
// a user. A tag, a time or an address would be a shipper's.
func isHostPrefix(head []byte, start, ident, identEnd int) bool {
	if columnEnd(head, identEnd+1) < len(head) || head[start] == '"' {
		return false
	}
	if isAbsent(head[ident:identEnd]) {
		return true
	}
	return isLetter(head[start]) && !bytes.ContainsAny(head[ident:identEnd], ":.[")
}

// startsWithVirtualHost reports whether the first column, head[:first], is a name and the second an address.
func startsWithVirtualHost(head []byte, first int, c *clock) bool {
	if first+1 >= len(head) || first == 0 || head[first-1] == ',' {
		return false
	}
	if _, ok := parseAddr(head[:first]); ok {
		return false
	}
	if _, ok := c.parseISO(head[:first]); ok {
		return false
	}
	_, ok := parseAddr(head[first+1 : columnEnd(head, first+1)])
	return ok
}

// setClientColumn records the client column and reports whether it is an address. Anything else becomes a field.
func setClientColumn(r *record.Record, start, end int) bool {
	column := r.Line[start:end]
	if addr, ok := parseAddrPort(column); ok {
		r.ClientIP = addr
		return true
	}
	if addr, ok := forwardedClient(column); ok {
		r.ClientIP = addr
		r.Add(record.Field{Kind: record.KindHeader, Start: start, End: end, Name: nameForwarded})
		return true
	}
	if !isAbsent(column) {
		r.Add(record.Field{Start: start, End: end})
	}
	return false
}

// timeBracket returns the index of the time's bracket: behind a space, before a date, closed within 40 bytes. It returns -1
// without one.
func timeBracket(line []byte) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(line[i:], '[')
		if n < 0 {
			return -1
		}
		i += n
		if i > 0 && line[i-1] == ' ' && i+20 < len(line) && isDigit(line[i+1]) && (line[i+3] == '/' || line[i+5] == '-' || line[i+5] == '/') {
			if bytes.IndexByte(line[i:min(i+40, len(line))], ']') > 0 {
				return i
			}
		}
	}
}
