package accesslog

import (
	"encoding/json"
	"errors"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// maxDepth bounds nested objects and arrays. What is deeper becomes one field that is Unsearchable: no log nests so deep.
const maxDepth = 64

// maxFields bounds the fields of a line that is not JSON: about 200 kB. JSON has a field for each string, that is at most
// one for 4 bytes of the line: a field must not be lost, and one for the rest of the line would break the JSON when it is
// masked.
const maxFields = 4096

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
	options    Options                // for Mark

	learn func(path, value string) // set while a format string is read

	line     []byte
	depth    int
	names    []byte // memory for names that differ from the bytes in the line
	envelope envelopeState
	jsonAssigned

	limitReached bool // the line ends within what is deeper than maxDepth

	noMoreMembers bool // nothing in the rest of the line ends a string with quotes of its own
	listElements       // of the line
}

// embeddedString is a string value tried as a log line.
type embeddedString struct {
	start, end int // of its content
	rank       uint8
	body       bool // its key is one that is also that of a request's body
}

// newJSON returns a format for JSON lines with the keys of o besides the known ones.
func newJSON(name string, o Options) format { return newJSONLog(name, o) }

func newJSONLog(name string, o Options) *jsonLog {
	configured, _ := o.configuredKeys() // validated
	return &jsonLog{name: name, configured: configured, secretName: o.SecretName, options: o}
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
	j.line, j.depth, j.names, j.limitReached = r.Line, 1, j.names[:0], false
	j.noMoreMembers = false
	j.envelope.used, j.jsonAssigned = false, jsonAssigned{}
	j.keys.begin()
	j.listElements.reset()
	if !startsJSON(j.line) {
		return ErrFormat
	}
	start := skipSpace(j.line, 0)
	end := j.concatenated(r, start, j.root(r, start))
	if j.envelope.used {
		j.mergeEnvelope(r)
	}
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
	j.countElements()
	isUse := j.isUse && !r.Time.IsZero() // of a credential, without a request
	isOther := err == nil && !isAccess(r) && !isUse
	saysNothing := err == ErrRequest && r.Status == 0 && !r.ClientIP.IsValid()
	if j.manyRequests || isOther || saysNothing {
		return ErrNotAccess
	}
	return err
}

// root reads the object or the array at line[i] and returns its end, -1 for invalid JSON.
func (j *jsonLog) root(r *record.Record, i int) int {
	if j.line[i] == '[' {
		return j.array(r, i+1, &j.keys.root, false)
	}
	return j.object(r, i+1, &j.keys.root)
}

// clientFromHost sets the client from a host that is an address, in a line with keys for host and user but none for the
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
