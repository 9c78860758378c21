package accesslog

import "bytes"

// haproxyMessages are the beginnings of HAProxy's messages about itself, its proxies and its servers (HAProxy's log output and
// server checks, 2026-11).
var haproxyMessages = [...]string{
	"[NOTICE]", "[WARNING]", "[ALERT]", "Proxy ", "Server ", "Backup Server ", "Health check for ", "backend ", "Stopping ",
}

// logLevels are the levels in the messages of applications, in lower case: those of log4j, Python's logging, zap and zerolog,
// whose console writer abbreviates them (2026-11).
var logLevels = [...]string{
	"trc", "dbg", "inf", "wrn", "err", "ftl", "pnc", "trace", "debug", "info", "warn", "warning", "error", "fatal", "panic", "critical",
}

// isServerMessage reports whether a line is a message of a server or an application about itself:
//
//	[WARNING]  (7) : Server be/s1 is DOWN, ...               HAProxy
//	[23-Nov-2026 15:04:05] WARNING: [pool www] ...           PHP, PHP-FPM
//	[2026-11-23 15:04:05.123][7][warning][config] ...        Envoy
//	2026-11-23T15:04:05Z ERR Unable to ...                   Traefik, istiod, anything with a time and a level
//	2026/11/23 15:04:05.123<tab>ERROR<tab>http.log.error...  Caddy's console log
//
// A line with a request in it is not: applications write their access logs in the same way.
func isServerMessage(line []byte) bool {
	if len(line) < isoLen+4 || bytes.Contains(line, []byte(" HTTP/")) ||
		bytes.Contains(line, []byte(`"WebSocket /`)) {
		return false
	}
	if line[0] != '[' {
		return startsWithTimeAndLevel(line) || isHAProxyMessage(line) && !bytes.Contains(line, []byte(`"GET `))
	}
	if isHAProxyMessage(line) {
		return true
	}
	var c clock
	if line[3] == '-' && line[7] == '-' && line[12] == ' ' { // 23-Nov-2026
		_, ok := parseTimeOfDay(line[13:21])
		return ok && parseMonth(line[4:7]) > 0
	}
	end := bytes.IndexByte(line[:min(len(line), 40)], ']')
	if end < isoLen || end+1 >= len(line) || line[end+1] != '[' {
		return false
	}
	_, ok := c.parseISO(line[1:end])
	return ok
}

func isHAProxyMessage(line []byte) bool {
	for _, start := range haproxyMessages {
		if bytes.HasPrefix(line, []byte(start)) {
			return true
		}
	}
	return false
}

// startsWithTimeAndLevel reports whether a line begins with a time and a level. A line with a JSON object behind them is not a
// server message, except Caddy's errors: their requests are in the access log as well.
func startsWithTimeAndLevel(line []byte) bool {
	i := isoLen
	for i < len(line) && i < 40 && line[i] != ' ' && line[i] != '\t' {
		i++
	}
	var c clock
	if _, ok := c.parseISO(line[:i]); !ok || i+1 >= len(line) {
		return false
	}
	if tabColumnsEnd(line) > 0 {
		return bytes.Contains(line, []byte("\thttp.log.error"))
	}
	start := i + 1
	for i = start; i < len(line) && isLetter(line[i]); i++ {
	}
	return i < len(line) && (line[i] == ' ' || line[i] == '\t' || line[i] == ':') && isLogLevel(line[start:i])
}

func isLogLevel(b []byte) bool {
	var lower [8]byte
	if len(b) > len(lower) {
		return false
	}
	name := normalKey(lower[:0], b)
	for _, level := range logLevels {
		if string(name) == level {
			return true
		}
	}
	return false
}
