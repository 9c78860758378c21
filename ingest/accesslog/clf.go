package accesslog

import "bytes"

// clf reads the common log format and what grew out of it:
//
//	common          host ident user [time] "request" status bytes
//	combined        common "referer" "user agent"
//	vhost_combined  vhost:port combined
//
// (Apache mod_log_config; nginx combined is the same with "-" for ident.) Any further columns are accepted behind
// each: forwarded addresses of nginx's sample "main", the upstream columns of the Kubernetes ingress, request times.
type clf struct {
	clock clock
	name  string // what Record.Format says; "" to tell the three apart line by line
	vhost bool   // the first column is a virtual host
	tail  bool   // Referer and User-Agent must be there
}

func (c *clf) parse(r *Record) error {
	line := r.Line
	i, ok := emptyEnd(line)
	if !ok {
		bracket := c.prefix(r)
		if bracket < 0 {
			return ErrFormat
		}
		i, ok = c.time(r, bracket+1)
	}
	if !ok || i+2 >= len(line) || line[i] != ' ' || line[i+1] != '"' {
		return ErrFormat
	}
	request := i + 2
	quote := closeRequest(line, request)
	if quote < 0 {
		return ErrFormat
	}
	err := setRequest(r, request, quote, EscapeBackslash)
	i, ok = statusAndBytes(r, quote+2)
	if !ok {
		return ErrFormat
	}
	i, ok = refererAndAgent(r, i)
	if !ok && c.tail {
		return ErrFormat
	}
	c.label(r, ok, i)
	if i < len(line) {
		setExtras(r, i)
	}
	return err
}

// emptyEnd returns where the time ends of a line that has nothing before the request, and no time.
func emptyEnd(line []byte) (int, bool) {
	for _, empty := range [...]string{"- - - -", "- - - [-]"} {
		if n := len(empty); len(line) > n && line[0] == '-' && string(line[:n]) == empty {
			return n, true
		}
	}
	return 0, false
}

// label names the format that the line has; tail tells that it has Referer and User-Agent, end where they end.
func (c *clf) label(r *Record, tail bool, end int) {
	switch {
	case c.name != "":
		r.Format = c.name
	case r.Host.Present() && r.Host.Start == 0:
		r.Format = "vhost_combined"
	case tail && isTraefik(r.Line, end):
		r.Format = "traefik"
	case tail:
		r.Format = "combined"
	default:
		r.Format = "common"
	}
}

// isTraefik tells whether Traefik's columns stand behind the user agent: count, "router", "server URL", duration.
func isTraefik(line []byte, i int) bool {
	if i+2 >= len(line) || line[len(line)-1] != 's' || !isDigit(line[i+1]) {
		return false
	}
	count := columnEnd(line, i+1)
	return count+1 < len(line) && line[count+1] == '"' && isDuration(line[bytes.LastIndexByte(line, ' ')+1:])
}

// prefix reads the columns before the time and returns where its bracket stands, -1 if it does not.
func (c *clf) prefix(r *Record) int {
	line := r.Line
	addr, n := scanIPv4(line)
	if n == 0 || c.vhost || n+4 >= len(line) || string(line[n:n+3]) != " - " {
		return c.prefixSlow(r)
	}
	r.ClientIP = addr
	if line[n+3] == '-' && line[n+4] == ' ' {
		n += 5
	} else {
		end := n + 3
		for end < len(line) && line[end] != ' ' {
			end++
		}
		r.User = r.add(Field{Kind: KindUser, Escape: EscapeBackslash, Start: n + 3, End: end})
		n = end + 1
	}
	if n < len(line) && line[n] == '[' {
		return n
	}
	r.Reset(line)
	return c.prefixSlow(r)
}

// prefixSlow reads any prefix: host names, IPv6, lists of forwarded addresses, a virtual host, an ident, users with
// spaces. A line whose client is no address must have just the columns it should: what else stands there is what a
// shipper wrote.
func (c *clf) prefixSlow(r *Record) int {
	bracket := timeBracket(r.Line)
	if bracket < 0 || r.Line[0] == '"' {
		return -1
	}
	head := r.Line[:bracket-1]
	start := 0
	if first := columnEnd(head, 0); c.vhost || c.name == "" && looksVirtual(head, first, &c.clock) {
		r.Host = r.add(Field{Kind: KindHost, Start: 0, End: first})
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
	if repeated := columnEnd(head, user); repeated < len(head) && isAbsent(head[ident:identEnd]) && isRepeated(head[start:end], head[user:repeated]) {
		ident = repeated + 1 // old Kubernetes ingress: address - [address] - user
		identEnd = columnEnd(head, ident)
		user = identEnd + 1
	}
	if !setClient(r, start, end) && !isHostPrefix(head, start, ident, identEnd) {
		return -1
	}
	if !isAbsent(head[ident:identEnd]) {
		r.add(Field{Escape: EscapeBackslash, Start: ident, End: identEnd})
	}
	if user < len(head) && !isAbsent(head[user:]) {
		r.User = r.add(Field{Kind: KindUser, Escape: EscapeBackslash, Start: user, End: len(head)})
	}
	return bracket
}

// isRepeated tells whether b is a in brackets.
func isRepeated(a, b []byte) bool {
	return len(b) == len(a)+2 && b[0] == '[' && b[len(b)-1] == ']' && bytes.Equal(a, b[1:len(b)-1])
}

// isHostPrefix tells whether the columns from head[start] on are a host name, what an ident server says (RFC 1413), and
// a user. A tag, a time or an address is what a shipper put there.
func isHostPrefix(head []byte, start, ident, identEnd int) bool {
	if columnEnd(head, identEnd+1) < len(head) || head[start] == '"' {
		return false
	}
	if isAbsent(head[ident:identEnd]) {
		return true
	}
	return isLetter(head[start]) && bytes.IndexAny(head[ident:identEnd], ":.[") < 0
}

// looksVirtual tells whether the first column is a virtual host: it is a name, the second is an address.
func looksVirtual(head []byte, first int, c *clock) bool {
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

// setClient reads the client column and tells whether it is an address. What is not is a host name, or anything else:
// it is searched.
func setClient(r *Record, start, end int) bool {
	column := r.Line[start:end]
	if addr, ok := parseAddrPort(column); ok {
		r.ClientIP = addr
		return true
	}
	if addr, ok := forwardedClient(column, nil); ok {
		r.ClientIP = addr
		r.add(Field{Kind: KindHeader, Start: start, End: end, Name: nameForwarded})
		return true
	}
	if !isAbsent(column) {
		r.add(Field{Start: start, End: end})
	}
	return false
}

// timeBracket returns where the bracket of the time stands: after a space, before a date, closed within 40 bytes.
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

// time reads the time after the bracket and returns where its closing bracket ends.
func (c *clf) time(r *Record, start int) (int, bool) {
	line := r.Line
	if end := start + clfLen; end < len(line) && line[end] == ']' {
		if t, ok := c.clock.parseCLF(line[start:end]); ok {
			r.Time = t
			return end + 1, true
		}
	}
	end := bytes.IndexByte(line[start:min(start+40, len(line))], ']')
	if end < 0 {
		return 0, false
	}
	end += start
	t, ok := c.clock.parseBracket(line[start:end])
	r.Time = t
	return end + 1, ok
}

// closeRequest returns where the quote that ends the request stands: an unescaped one that status and size follow. A
// writer that does not escape may have put others before it, or a backslash at the end of the request.
func closeRequest(line []byte, from int) int {
	escaped := -1
	for i := from; ; i++ {
		n := bytes.IndexByte(line[i:], '"')
		if n < 0 {
			return escaped
		}
		i += n
		if i+2 >= len(line) || line[i+1] != ' ' || !statusFollows(line[i+2:]) {
			continue
		}
		if !isEscaped(line, from, i) {
			return i
		}
		if escaped < 0 {
			escaped = i
		}
	}
}

// statusFollows tells whether b starts with a column of digits, or a dash.
func statusFollows(b []byte) bool {
	if len(b) > 3 && isDigit(b[0]) && isDigit(b[1]) && isDigit(b[2]) && b[3] == ' ' {
		return true
	}
	n := columnEnd(b, 0)
	if isAbsent(b[:n]) {
		return n > 0
	}
	_, ok := number(b[:n])
	return ok
}

// statusAndBytes reads the two columns after the request and returns where the second one ends.
func statusAndBytes(r *Record, start int) (int, bool) {
	line := r.Line
	end := columnEnd(line, start)
	status, ok := statusCode(line[start:end])
	if !ok && !isAbsent(line[start:end]) {
		return 0, false
	}
	r.Status = status
	if end == len(line) {
		return end, true
	}
	start = end + 1
	end = columnEnd(line, start)
	if size, ok := number(line[start:end]); ok {
		r.Bytes = size
	} else if !isAbsent(line[start:end]) {
		return 0, false
	}
	return end, true
}

// refererAndAgent reads ` "referer" "user agent"` and returns where it ends, or start and false without it.
func refererAndAgent(r *Record, start int) (int, bool) {
	line := r.Line
	if start+2 > len(line) || line[start] != ' ' || line[start+1] != '"' {
		return start, false
	}
	referer := start + 2
	first := closeQuoteBefore(line, referer, ` "`)
	if first < 0 {
		return start, false
	}
	agent := first + 3
	second := closeQuoteBefore(line, agent, " ")
	if second < 0 {
		return start, false
	}
	if !isAbsent(line[referer:first]) {
		r.Referer = r.add(Field{Kind: KindReferer, Escape: EscapeBackslash, Start: referer, End: first})
	}
	if !isAbsent(line[agent:second]) {
		r.UserAgent = r.add(Field{Kind: KindUserAgent, Escape: EscapeBackslash, Start: agent, End: second})
	}
	return second + 1, true
}

// columnEnd returns where the column that starts at i ends.
func columnEnd(b []byte, i int) int {
	for i < len(b) && b[i] != ' ' {
		i++
	}
	return min(i, len(b))
}
