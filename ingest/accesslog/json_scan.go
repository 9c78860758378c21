package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

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
		j.assign(r, k, span{i, len(j.line), record.EscapeJSON})
		return -1
	}
	e := record.EscapeNone
	if escaped {
		e = record.EscapeJSON
	}
	j.assign(r, k, span{i, end, e})
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
		j.assign(r, k, span{start, end, record.EscapeNone})
	case k.secret:
		r.Add(record.Field{Kind: k.def.kind, Start: start, End: end, Name: k.def.name, Bare: 1})
	}
}

// assign records the value of k at s.
func (j *jsonLog) assign(r *record.Record, k *key, s span) {
	d := &k.def
	if j.learn != nil {
		j.learn(k.path, string(j.line[s.start:s.end]))
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
		j.embedded = embeddedString{s.start, s.end, len(r.Fields), d.rank}
	}
	j.set(r, d, s)
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
