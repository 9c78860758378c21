package accesslog

import (
	"encoding/json"
	"errors"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Limits of one JSON line. The rest of the line beyond a limit becomes one KindText field.
const (
	maxDepth  = 64   // nested objects and arrays
	maxFields = 4096 // about 200 kB of fields
)

// jsonLog reads a line that is a JSON object with any keys. Known keys (jsonKeys, nginxVariables, Options.JSONFields) set
// the parts of the record, all other strings become fields with the key as their name.
//
// It scans the raw bytes, because credentials are replaced there, and so accepts more than a JSON parser: every occurrence
// of a key counts, strings may hold control characters and \xHH, a value may be a bare word (nginx writes "status":- for a
// format without quotes).
type jsonLog struct {
	assigner
	name       string // becomes Record.Format; with "" each line is named by its keys
	keys       keyCache
	configured map[string]configuredKey // of Options.JSONFields, by path

	secretName func(name []byte) bool // of Options

	learn func(path, value string) // set while a format string is read

	line       []byte
	depth      int
	names      []byte // memory for names that differ from the bytes in the line
	hint       uint8  // the format that the keys of the line indicate
	hasUserKey bool   // the line has a key for the user

	requests     int            // methods, request lines and embedded lines so far
	manyRequests bool           // several elements of one array are requests
	limitReached bool           // the line exceeds maxDepth or maxFields
	embedded     embeddedString // the string that may be a line of its own; zero for none
}

// embeddedString is a string value that may itself be a log line.
type embeddedString struct {
	start, end int // of its content
	field      int // index in Record.Fields
	rank       uint8
}

// newJSON returns a format for JSON lines with the keys of o besides the known ones.
func newJSON(name string, o Options) format { return newJSONLog(name, o) }

func newJSONLog(name string, o Options) *jsonLog {
	configured, _ := o.configuredKeys() // validated
	return &jsonLog{name: name, configured: configured, secretName: o.SecretName}
}

var explainJSON = explanation{find: mismatchJSON}

func mismatchJSON(line []byte) (at int, want string) {
	i := skipSpace(line, 0)
	if i == len(line) || line[i] != '{' {
		return i, "a JSON object"
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(line, new(any)); errors.As(err, &syntax) {
		return max(int(syntax.Offset)-1, 0), "JSON that is whole: here it breaks"
	}
	return i, "a method, a path or a status under a key that is known: json_fields of the configuration names others"
}

func (j *jsonLog) parse(r *record.Record) error {
	j.begin()
	j.line, j.depth, j.names, j.hint, j.limitReached = r.Line, 1, j.names[:0], 0, false
	j.hasUserKey, j.requests, j.manyRequests = false, 0, false
	j.embedded = embeddedString{}
	j.keys.begin()
	i := skipSpace(j.line, 0)
	if i == len(j.line) || j.line[i] != '{' {
		return ErrFormat
	}
	end := j.object(r, i+1, &j.keys.root)
	if end < 0 && !j.limitReached {
		j.setFormat(r)
		_ = j.finish(r)
		return errTruncated
	}
	if end = skipSpace(j.line, max(end, 0)); !j.limitReached && end < len(j.line) && string(j.line[end:]) != "," {
		r.Add(record.Field{Kind: record.KindText, Start: end, End: len(j.line)})
	}
	j.setFormat(r)
	err := j.finish(r)
	j.clientFromHost(r)
	if j.manyRequests || err == nil && !isAccess(r) || err == ErrRequest && r.Status == 0 && !r.ClientIP.IsValid() {
		return ErrNotAccess
	}
	return err
}

// clientFromHost sets the client from a host that is an address, if the line has keys for host and user but none for the
// client. Tomcat and Fluent Bit's parser for Apache call the first column of the common log format "host".
func (j *jsonLog) clientFromHost(r *record.Record) {
	if r.ClientIP.IsValid() || !j.hasUserKey || !r.Host.Present() || r.Scheme.Present() {
		return
	}
	if addr, ok := parseAddr(r.Raw(r.Host)); ok {
		r.ClientIP, r.Host = addr, record.Field{}
	}
}

// isAccess reports whether a record is about a request. A path alone is not enough: shippers write the path of the file.
func isAccess(r *record.Record) bool {
	client, path := r.ClientIP.IsValid(), r.Path.Present() || r.Target.Present()
	return r.Method.Present() || r.Status != 0 && (client || path) || client && path
}

func (j *jsonLog) setFormat(r *record.Record) {
	r.Format = j.name
	if r.Format == "" {
		r.Format = jsonFormats[j.hint]
	}
}

// object reads the members behind an opening brace and returns the end of the closing brace, -1 for invalid JSON. The
// fields cover the line either way.
func (j *jsonLog) object(r *record.Record, i int, parent *key) int {
	var pair []byte // of {"name": ..., "value": ...}: the name, with its quotes
	for {
		if i = skipSpace(j.line, i); i == len(j.line) {
			return -1
		}
		switch j.line[i] {
		case '}':
			return i + 1
		case ',':
			i++
			continue
		case '"':
		default:
			return j.addRest(r, i)
		}
		k, value := j.key(r, i, parent)
		if value < 0 {
			return j.addRest(r, i)
		}
		isName := false
		switch k.pair {
		case pairName:
			isName = j.line[min(value, len(j.line)-1)] == '"'
		case pairValue:
			if pair != nil {
				k = j.pairKey(pair, parent)
			}
		}
		if i = j.value(r, value, k); i < 0 {
			return -1
		}
		if isName {
			pair = j.line[value:i]
		}
	}
}

// value reads the value at line[i] and returns its end, -1 if the line ends within it.
func (j *jsonLog) value(r *record.Record, i int, k *key) int {
	if i == len(j.line) {
		return -1
	}
	switch j.line[i] {
	case '"':
		return j.stringValue(r, i+1, k)
	case '{', '[':
		if j.depth == maxDepth || len(r.Fields) > maxFields {
			j.limitReached = true
			return j.addRest(r, i)
		}
		j.depth++
		if j.line[i] == '{' {
			i = j.object(r, i+1, k)
		} else {
			i = j.array(r, i+1, k)
		}
		j.depth--
		return i
	}
	end := i
	for end < len(j.line) && !endsUnquoted[j.line[end]] {
		end++
	}
	j.unquoted(r, i, end, k)
	return end
}

// endsUnquoted marks the bytes that end a value without quotes.
var endsUnquoted = [256]bool{',': true, '}': true, ']': true, ' ': true, '\t': true, '\n': true, '\r': true}

// array reads the elements behind an opening bracket, each as a value of the array's key, and returns the end of the closing
// bracket, -1 for invalid JSON.
func (j *jsonLog) array(r *record.Record, i int, k *key) int {
	for found := 0; ; {
		if i = skipSpace(j.line, i); i == len(j.line) {
			return -1
		}
		switch j.line[i] {
		case ']':
			return i + 1
		case ',':
			i++
			continue
		case '}', ':':
			return j.addRest(r, i)
		}
		object, before := j.line[i] == '{', j.requests
		if i = j.value(r, i, k); i < 0 {
			return -1
		}
		if object && j.requests > before {
			found++
			j.manyRequests = j.manyRequests || found > 1
		}
	}
}

// stringValue reads the string whose content begins at line[i] and returns the end of its quote, -1 if the line ends before.
func (j *jsonLog) stringValue(r *record.Record, i int, k *key) int {
	end, escaped := stringEnd(j.line, i)
	if end < 0 {
		// A shipper truncated the line: the rest of the value keeps its meaning.
		j.assign(r, k, i, len(j.line), record.EscapeJSON)
		return -1
	}
	e := record.EscapeNone
	if escaped {
		e = record.EscapeJSON
	}
	j.assign(r, k, i, end, e)
	return end + 1
}

// unquoted reads a value without quotes.
func (j *jsonLog) unquoted(r *record.Record, start, end int, k *key) {
	value := j.line[start:end]
	switch string(value) {
	case "", "-", "null", "true", "false":
		return
	}
	switch {
	case j.learn != nil || k.def.role >= roleNumber || !isJSONNumber(value):
		j.assign(r, k, start, end, record.EscapeNone)
	case k.secret:
		r.Add(record.Field{Kind: k.def.kind, Start: start, End: end, Name: k.def.name, Bare: 1})
	}
}

func (j *jsonLog) assign(r *record.Record, k *key, start, end int, e record.Escape) {
	d := &k.def
	if j.learn != nil {
		j.learn(k.path, string(j.line[start:end]))
		return
	}
	j.hint = max(j.hint, d.hint)
	switch d.role {
	case roleUser:
		j.hasUserKey = true
	case roleMethod, roleRequest, roleMessage:
		j.requests++
	}
	if d.role == roleMessage && d.rank > j.embedded.rank {
		j.embedded = embeddedString{start, end, len(r.Fields), d.rank}
	}
	j.set(r, d, start, end, e)
}

// addRest makes line[i:] one field and returns -1.
func (j *jsonLog) addRest(r *record.Record, i int) int {
	r.Add(record.Field{Kind: record.KindText, Escape: record.EscapeJSON, Start: i, End: len(j.line)})
	return -1
}

// isJSONNumber reports whether b consists of at most 40 characters of a number (RFC 8259, 6).
func isJSONNumber(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return false
		}
	}
	return len(b) <= 40
}

func skipSpace(b []byte, i int) int {
	if i < len(b) && b[i] > ' ' {
		return i
	}
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}
