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
