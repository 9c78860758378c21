package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// maxMethod bounds the length of a method.
const maxMethod = 32

// setRequest records the parts of the request line at line[start:end]. An unusable one becomes a KindTarget field, so that
// it is still searched, and the result is ErrRequest.
//
// A request line is "METHOD target PROTOCOL" (RFC 9112, 3); the protocol is missing in HTTP/0.9 and where a writer cut
// the line. Spaces within the target are part of it.
func setRequest(r *record.Record, start, end int, e record.Escape) error {
	line := r.Line[start:end]
	if isAbsent(line) {
		return ErrRequest
	}
	method := methodEnd(line)
	if method == 0 {
		r.Add(record.Field{Kind: record.KindTarget, Escape: e, Start: start, End: end})
		return ErrRequest
	}
	target, protocol := method+1, protocolStart(line)
	stop := len(line)
	if protocol > target {
		stop = protocol - 1
	} else if line[stop-1] == ' ' { // Tomcat: an empty protocol
		stop--
	}
	if !usableTarget(line[:method], line[target:stop], protocol > target) {
		r.Add(record.Field{Kind: record.KindTarget, Escape: e, Start: start, End: end})
		return ErrRequest
	}
	if protocol > target && line[protocol] != '-' {
		r.Protocol = record.Field{Start: start + protocol, End: end}
	}
	setMethod(r, start, start+method, e)
	setTarget(r, start+target, start+stop, e)
	return nil
}

// methodEnd returns the length of the method at the start of a request line, 0 without one.
func methodEnd(line []byte) int {
	for i, c := range line {
		if c == ' ' {
			if len(line) == i+1 {
				return 0
			}
			return i
		}
		if i >= maxMethod || !methodByte(c) {
			return 0
		}
	}
	return 0
}

func methodByte(c byte) bool {
	return c-'A' <= 'Z'-'A' || c-'a' <= 'z'-'a' || c == '-' || c == '_'
}

// protocolStart returns the index of the "HTTP/1.1" at the end of a request line, 0 without one. Load balancers write
// "- target -" for a request that they could not parse.
func protocolStart(line []byte) int {
	n := len(line)
	if n > 9 && line[n-9] == ' ' && isProtocol(line[n-8:]) {
		return n - 8
	}
	if n > 7 && line[n-7] == ' ' && isProtocol(line[n-6:]) {
		return n - 6
	}
	if n > 2 && line[n-2] == ' ' && (line[n-1] == '-' || isHTTPVersion(line[n-1:])) {
		return n - 1
	}
	if n > 4 && line[n-4] == ' ' && isHTTPVersion(line[n-3:]) {
		return n - 3
	}
	return 0
}

// isHTTPVersion accepts the versions that Hypercorn writes in place of a protocol: 1.0, 1.1, 2 and 3.
func isHTTPVersion(b []byte) bool {
	return len(b) == 1 && (b[0] == '2' || b[0] == '3') || len(b) == 3 && b[0] == '1' && b[1] == '.' && b[2]-'0' <= 1
}

// isProtocol accepts HTTP/1.1 and HTTP/2.
func isProtocol(b []byte) bool {
	if len(b) != 8 && len(b) != 6 || string(b[:5]) != "HTTP/" || !isDigit(b[5]) {
		return false
	}
	return len(b) == 6 || b[6] == '.' && isDigit(b[7])
}

// usableTarget reports whether target can be one. With a protocol after it, anything without a space at its start can be.
// Without a protocol it must have one of the forms of RFC 9112, 3.2.
func usableTarget(method, target []byte, protocol bool) bool {
	if isAbsent(target) || target[0] == ' ' {
		return false
	}
	if protocol {
		return true
	}
	if bytes.IndexByte(target, ' ') >= 0 {
		return false
	}
	return target[0] == '/' || string(target) == "*" || schemeEnd(target) > 0 || string(method) == "CONNECT"
}

// setMethod records the method. A method that is not all capitals also becomes a field, so that it is searched.
func setMethod(r *record.Record, start, end int, e record.Escape) {
	name := r.Line[start:end]
	if isAbsent(name) {
		return
	}
	r.Method = record.Field{Escape: e, Start: start, End: end}
	if !isCapitals(name) {
		r.Add(r.Method)
	}
}

// isCapitals reports whether b has the form of a registered method. The longest is UPDATEREDIRECTREF (IANA HTTP method
// registry, 2026-11).
func isCapitals(b []byte) bool {
	if len(b) > 17 {
		return false
	}
	for _, c := range b {
		if c-'A' > 'Z'-'A' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// setTarget records a request target, its path and its query. The authority of an absolute-form target becomes the host
// unless the line names another.
func setTarget(r *record.Record, start, end int, e record.Escape) {
	if end <= start {
		return
	}
	r.Target = record.Field{Kind: record.KindTarget, Escape: e, Start: start, End: end}
	r.Path, r.Query = record.Field{}, record.Field{}
	r.Fields = append(r.Fields, r.Target)
	target := r.Line[start:end]
	path := 0
	if target[0] != '/' {
		n := schemeEnd(target)
		if n == 0 {
			return // authority-form, asterisk-form, or nothing known
		}
		path = splitAuthority(r, start, n)
	}
	query := bytes.IndexByte(target[path:], '?')
	fragment := -1
	if e != record.EscapeHash {
		fragment = bytes.IndexByte(target[path:], '#')
	}
	stop := len(target)
	if fragment >= 0 {
		stop = path + fragment
	}
	if query >= 0 && (fragment < 0 || query < fragment) {
		query += path
		r.Query = record.Field{Kind: record.KindQuery, Escape: e, Start: start + query + 1, End: start + stop}
		stop = query
	}
	r.Path = record.Field{Kind: record.KindPath, Escape: e, Start: start + path, End: start + stop}
	if stop == path {
		r.Path.Start, r.Path.End = r.Scheme.End+2, r.Scheme.End+3
	}
}

// splitAuthority records scheme and host of the absolute-form target at start, whose scheme has n bytes. It returns the
// index of the path within the target.
func splitAuthority(r *record.Record, start, n int) int {
	target := r.Line[start:r.Target.End]
	r.Scheme = record.Field{Start: start, End: start + n}
	host := n + len("://")
	path := host
	for path < len(target) && target[path] != '/' && target[path] != '?' && target[path] != '#' {
		path++
	}
	if i := bytes.LastIndexByte(target[host:path], '@'); i >= 0 {
		host += i + 1
	}
	end := path
	if i := bytes.LastIndexByte(target[host:path], ':'); i >= 0 && bytes.IndexByte(target[host+i:path], ']') < 0 {
		end = host + i
	}
	if end > host && !r.Host.Present() {
		r.Host = record.Field{Kind: record.KindHost, Escape: r.Target.Escape, Start: start + host, End: start + end}
	}
	return path
}

// schemeEnd returns the length of the scheme of a URL "scheme://", 0 for anything else.
func schemeEnd(b []byte) int {
	if bytes.HasPrefix(b, https) {
		return len(https) - len("://")
	}
	for i, c := range b {
		switch {
		case c|0x20-'a' <= 'z'-'a':
		case c == ':' && i > 0 && len(b) > i+2 && b[i+1] == '/' && b[i+2] == '/':
			return i
		case i > 0 && (isDigit(c) || c == '+' || c == '-' || c == '.'):
		default:
			return 0
		}
		if i > 20 {
			return 0
		}
	}
	return 0
}

// https begins most absolute URLs.
var https = []byte("https://")

// isFull reports whether r has maxFields fields. The rest of the line, from i on, then becomes the last one.
func isFull(r *record.Record, i int) bool {
	if len(r.Fields) < maxFields {
		return false
	}
	r.Add(record.Field{Start: i, End: len(r.Line)})
	return true
}
