package accesslog

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// Envelope names what stood around the last line that p has parsed: a shipper's prefix, JSON, or both; "" for nothing.
// line is that line.
func Envelope(p Parser, line []byte) string {
	var q *parser
	switch x := p.(type) {
	case *parser:
		q = x
	case *Auto:
		q = &x.parser
	default:
		return ""
	}
	var parts []string
	for i := range q.levels {
		l := &q.levels[i]
		switch {
		case l.prefixed && i == 0:
			parts = append(parts, prefixName(line))
		case l.prefixed:
			parts = append(parts, "a prefix")
		}
		if !l.wrapped {
			break
		}
		parts = append(parts, "JSON")
	}
	return strings.Join(parts, ", then ")
}

// prefixName names the prefix that line starts with.
func prefixName(line []byte) string {
	if bytes.HasPrefix(line, []byte(byteOrderMark)) {
		return "byte order mark"
	}
	line = line[octetCountEnd(line):]
	i := priorityEnd(line)
	switch {
	case i > 0 && bytes.HasPrefix(line[i:], []byte("1 ")):
		return "syslog (RFC 5424)"
	case i > 0 || syslogTimeEnd(line) > 0:
		return "syslog (RFC 3164)"
	case bytes.Contains(line[:min(len(line), 64)], []byte(" stdout ")), bytes.Contains(line[:min(len(line), 64)], []byte(" stderr ")):
		return "CRI"
	case composeEnd(line) > 0:
		return "docker compose"
	}
	return "a time, a name or a quote in front"
}

// Mismatch says where a line stops being of a format.
type Mismatch struct {
	Formats string `json:"formats"` // names of formats that begin the same
	At      int    `json:"at"`      // byte of the line, from 0
	Want    string `json:"want"`    // what would have to stand there; a constant
}

// Mismatches says of each family of formats where line, of which Parse said ErrFormat, stops fitting. It follows what the
// formats' manuals say of their columns and not the parsers, which forgive more: where it finds nothing wrong it says
// so. It quotes nothing of the line.
func Mismatches(line []byte) []Mismatch {
	var out []Mismatch
	for i := range families {
		at, want := families[i].misfit(line)
		out = append(out, Mismatch{families[i].names, at, want})
	}
	return append(out, misfitJSON(line), Mismatch{"w3c, iis, cloudfront", 0, "a #Fields: line somewhere before this one"})
}

// column is what one column of a format must be.
type column struct {
	want string
	end  func(b []byte, i int) int // where what starts at b[i] ends, -1 if it is something else
}

// family is formats with the same columns.
type family struct {
	names   string
	columns []column
}

var families = [...]family{
	{"common, combined, traefik", []column{
		{"a client address or host name", anyColumn}, {"an identity, or -", anyColumn}, {"a user, or -", anyColumn},
		{"a time in brackets", bracketed}, {"a request in quotes", quoted}, {"a status of three digits", statusColumn}, {"bytes, or -", numeric},
	}},
	{"vhost_combined", []column{
		{"a virtual host", anyColumn}, {"a client address or host name", anyColumn}, {"an identity, or -", anyColumn}, {"a user, or -", anyColumn},
		{"a time in brackets", bracketed}, {"a request in quotes", quoted}, {"a status of three digits", statusColumn}, {"bytes, or -", numeric},
		{"a referer in quotes", quoted}, {"a user agent in quotes", quoted},
	}},
	{"envoy", []column{{"a time in brackets", bracketed}, {"a request in quotes", quoted}, {"a status of three digits", statusColumn}}},
	{"haproxy", []column{
		{"client:port", peerColumn}, {"a time in brackets", bracketed}, {"a frontend", anyColumn}, {"backend/server", anyColumn}, {"timers", anyColumn},
		{"a status of three digits", statusColumn}, {"bytes", numeric},
	}},
	{"nginx_proxy_manager", []column{
		{"a time in brackets", bracketed}, {"a cache status, or -", anyColumn}, {"an upstream's status, or -", anyColumn},
		{"a status of three digits", statusColumn}, {"-", anyColumn}, {"a method", anyColumn}, {"a scheme", anyColumn},
		{"a host", anyColumn}, {"a target in quotes", quoted},
	}},
	{"logfmt", []column{{"name=value pairs", pairColumn}, {"name=value pairs", pairColumn}, {"name=value pairs", pairColumn}}},
	{"alb", []column{
		{"http, https, h2, grpcs, ws or wss", albColumn}, {"an ISO 8601 time", isoColumn}, {"the load balancer", anyColumn}, {"client:port", peerColumn},
	}},
}

func (f *family) misfit(line []byte) (at int, want string) {
	i := 0
	for _, c := range f.columns {
		end := -1
		if i < len(line) {
			end = c.end(line, i)
		}
		if end < 0 {
			return min(i, len(line)), c.want
		}
		i = end + 1
	}
	return min(i, len(line)), "something else: all columns that this check knows are there"
}

func misfitJSON(line []byte) Mismatch {
	m := Mismatch{Formats: "nginx_json, apache_json, caddy, traefik_json, envoy_json, kong, ecs, json"}
	i := skipSpace(line, 0)
	if i == len(line) || line[i] != '{' {
		m.At, m.Want = i, "a JSON object"
		return m
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(line, new(any)); errors.As(err, &syntax) {
		m.At, m.Want = max(int(syntax.Offset)-1, 0), "JSON that is whole: here it breaks"
		return m
	}
	m.At, m.Want = i, "a method, a path or a status under a key that is known: json_fields of the configuration names others"
	return m
}

func anyColumn(b []byte, i int) int {
	if end := columnEnd(b, i); end > i && b[i] != '"' && b[i] != '[' && b[i] != '{' {
		return end
	}
	return -1
}

func bracketed(b []byte, i int) int {
	n := bytes.IndexByte(b[i:min(len(b), i+64)], ']')
	if b[i] != '[' || n < len("[2026-01-05]")-1 {
		return -1
	}
	return i + n + 1
}

func quoted(b []byte, i int) int {
	if b[i] != '"' {
		return -1
	}
	to := closingQuote(b, i+1, " ")
	if to < 0 {
		return -1
	}
	return to + 1
}

func statusColumn(b []byte, i int) int {
	if end := numeric(b, i); end == i+3 {
		return end
	}
	return -1
}

func numeric(b []byte, i int) int {
	end := columnEnd(b, i)
	if end == i+1 && b[i] == '-' {
		return end
	}
	for _, c := range b[i:end] {
		if !isDigit(c) {
			return -1
		}
	}
	return end
}

func peerColumn(b []byte, i int) int {
	end := columnEnd(b, i)
	if _, ok := parsePeer(b[i:end]); !ok {
		return -1
	}
	return end
}

func isoColumn(b []byte, i int) int {
	end := columnEnd(b, i)
	var c clock
	if _, ok := c.parseISO(b[i:end]); !ok {
		return -1
	}
	return end
}

func pairColumn(b []byte, i int) int {
	eq := bytes.IndexByte(b[i:], '=')
	if eq <= 0 || !isPlainWord(b[i:i+eq]) {
		return -1
	}
	if i += eq + 1; i < len(b) && b[i] == '"' {
		return quoted(b, i)
	}
	return columnEnd(b, i)
}

func albColumn(b []byte, i int) int {
	for _, t := range albTypes {
		if bytes.HasPrefix(b[i:], []byte(t)) {
			return i + len(t) - 1
		}
	}
	return -1
}
