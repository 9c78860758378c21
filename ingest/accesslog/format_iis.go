package accesslog

import "bytes"

// iisShape describes the columns that an IIS log was configured with. Their order is fixed (IIS documentation, "W3C
// Logging"):
//
//	date time [s-sitename] [s-computername] [s-ip] cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip [cs-version]
//	[cs(User-Agent)] [cs(Cookie)] [cs(Referer)] [cs-host] sc-status sc-substatus sc-win32-status [sc-bytes cs-bytes] [time-taken]
//
// A custom field stands behind them; the usual one is X-Forwarded-For.
type iisShape struct {
	before  int  // columns between the time and the method, at most 3
	version bool // the line has a cs-version
	texts   int  // columns between cs-version and the status, at most 4
	host    bool // the last of three texts is a host, not a Referer
	numbers int  // columns from the status on, 3 to 6
	custom  bool // the last column is X-Forwarded-For
}

// guessIISShape derives the columns of a line from their contents. ok is false if the line is not one of IIS.
func guessIISShape(line []byte) (s iisShape, ok bool) {
	var columns [24][]byte
	n := 0
	for i := 0; i < len(line); n++ {
		if n == len(columns) {
			return s, false
		}
		end := columnEnd(line, i)
		columns[n] = line[i:end]
		i = end + 1
	}
	method := 2
	for method+10 < n && !(isCapitals(columns[method]) && bytes.HasPrefix(columns[method+1], []byte("/"))) {
		method++
	}
	if s.before = method - 2; s.before > 3 || method+10 > n {
		return s, false
	}
	if _, ok := parseAddr(columns[method+5]); !ok || !isNumeric(columns[method+3]) {
		return s, false
	}
	text := method + 6
	if s.version = bytes.HasPrefix(columns[text], []byte("HTTP/")); s.version {
		text++
	}
	if last := columns[n-1]; !isInteger(last) {
		if s.custom = looksLikeAddresses(last) || isForwardedPorts(last); s.custom {
			n--
		}
	}
	status := n
	for status > text && isInteger(columns[status-1]) {
		status--
	}
	s.numbers, s.texts = n-status, status-text
	s.host = s.texts == 3 && bytes.IndexByte(columns[status-1], '/') < 0 && bytes.IndexByte(columns[status-1], '.') > 0
	return s, s.numbers >= 3 && s.numbers <= 6 && s.texts <= 4 && len(columns[status]) == 3
}

// isForwardedPorts accepts addresses with ports, joined by ",+" as IIS writes ", ".
func isForwardedPorts(b []byte) bool {
	last := bytes.LastIndexByte(b, '+') + 1
	_, ok := parseAddrPort(b[last:])
	return ok && (last == 0 || last > 1 && b[last-2] == ',')
}

func isInteger(b []byte) bool {
	_, ok := parseNumber(b)
	return ok
}

// layout returns the columns of the shape.
func (s iisShape) layout() *layout {
	names := []string{"date", "time"}
	names = append(names, [...][]string{{}, {"s-ip"}, {"s-sitename", "s-ip"}, {"s-sitename", "s-computername", "s-ip"}}[s.before]...)
	names = append(names, "cs-method", "cs-uri-stem", "cs-uri-query", "s-port", "cs-username", "c-ip")
	if s.version {
		names = append(names, "cs-version")
	}
	texts := [...][]string{{}, {"cs(User-Agent)"}, {"cs(User-Agent)", "cs(Referer)"}, {"cs(User-Agent)", "cs(Cookie)", "cs(Referer)"},
		{"cs(User-Agent)", "cs(Cookie)", "cs(Referer)", "cs-host"}}[s.texts]
	if s.host {
		texts = []string{"cs(User-Agent)", "cs(Referer)", "cs-host"}
	}
	names = append(append(names, texts...), "sc-status", "sc-substatus", "sc-win32-status")
	if s.numbers >= 5 {
		names = append(names, "sc-bytes", "cs-bytes")
	}
	if s.numbers%2 == 0 {
		names = append(names, "time-taken")
	}
	if s.custom {
		names = append(names, "x-forwarded-for")
	}
	return newLayout(names, len(names))
}
