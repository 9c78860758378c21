package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

// object reads the members behind an opening brace and returns the end of the closing brace, -1 for invalid JSON. The
// fields cover the line either way.
func (j *jsonLog) object(r *record.Record, i int, parent *key) int {
	pair := pairMembers{parent: parent}
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
		if k.pair == pairNone {
			i = j.value(r, value, k)
		} else {
			i = j.pairMember(r, value, k, &pair)
		}
		if i < 0 {
			return -1
		}
	}
}

// value reads the value at line[i] and returns its end, -1 if the line ends within it.
func (j *jsonLog) value(r *record.Record, i int, k *key) int {
	if i == len(j.line) {
		return -1
	}
	if k.opensEnvelope && j.openEnvelope(i, k) {
		return j.valueInEnvelope(r, i, k)
	}
	switch j.line[i] {
	case '"':
		return j.stringValue(r, i+1, k)
	case '{', '[':
		return j.container(r, i, k, false)
	}
	return j.bareValue(r, i, k)
}

// bareValue reads the value without quotes at line[i] and returns its end.
func (j *jsonLog) bareValue(r *record.Record, i int, k *key) int {
	end := i
	for end < len(j.line) && !endsUnquoted[j.line[end]] {
		end++
	}
	j.unquoted(r, i, end, k)
	return end
}

// container reads the object or the array at line[i] and returns its end, -1 for invalid JSON. inArray: it is an element of
// an array.
func (j *jsonLog) container(r *record.Record, i int, k *key, inArray bool) int {
	if j.depth == maxDepth {
		return j.addUnsearchable(r, i)
	}
	if end := byteNumbersEnd(j.line, i); end > 0 && j.learn == nil {
		r.Add(record.Field{Bare: 1, Client: k.origin == originClient, Start: i, End: end, Name: k.def.name})
		return end
	}
	j.depth++
	if j.line[i] == '{' {
		i = j.object(r, i+1, k)
	} else {
		i = j.array(r, i+1, k, inArray)
	}
	j.depth--
	return i
}

// endsUnquoted marks the bytes at the end of a value without quotes.
var endsUnquoted = [256]bool{',': true, '}': true, ']': true, ' ': true, '\t': true, '\n': true, '\r': true}

// array reads the elements behind an opening bracket, each as a value of the array's key or, in a list of names and values,
// of the name before it. It returns the end of the closing bracket, -1 for invalid JSON. inArray: the array is an element of
// another one.
func (j *jsonLog) array(r *record.Record, i int, k *key, inArray bool) int {
	before := listElement{inArray: inArray}
	isList := k.list && !inArray && j.beginList(k)
	for found := (requestCount{}); ; {
		if i = skipSpace(j.line, i); i == len(j.line) {
			return -1
		}
		switch j.line[i] {
		case ']':
			j.inList = j.inList && !isList
			return i + 1
		case ',':
			i++
			continue
		case '}', ':':
			return j.addRest(r, i)
		}
		start, element := i, k
		if before.n > 0 {
			element = j.elementKey(&before, k)
		}
		switch j.line[i] {
		case '{':
			i = j.objectElement(r, i, element, &found)
		case '[':
			i = j.container(r, i, element, true)
		default:
			i = j.value(r, i, element)
		}
		if i < 0 {
			return -1
		}
		if c := j.line[start]; isList && (c == '{' || c == '[' || c == '"') {
			j.addElement(start, i)
		}
		before.start, before.end, before.isValue = start, i, element != k
		before.n++
	}
}

// objectElement reads the object at line[i], an element of an array, and counts it if it is a request.
func (j *jsonLog) objectElement(r *record.Record, i int, k *key, found *requestCount) int {
	e := &j.envelope.jsonAssigned
	log, envelope := j.requests, e.requests
	if i = j.value(r, i, k); i < 0 {
		return -1
	}
	if j.requests > log {
		found.log++
		j.manyRequests = j.manyRequests || found.log > 1
	}
	if j.envelope.used && e.requests > envelope {
		found.envelope++
		e.manyRequests = e.manyRequests || found.envelope > 1
	}
	return i
}

// requestCount counts the elements of an array that are requests, of the log and of envelopes.
type requestCount struct{ log, envelope int }

// stringValue reads the string whose content begins at line[i] and returns the end of its quote, -1 if the line ends before.
func (j *jsonLog) stringValue(r *record.Record, i int, k *key) int {
	end, escaped := stringEnd(j.line, i)
	if end < 0 {
		// A shipper truncated the line: the rest of the value keeps its meaning.
		j.assign(r, k, span{i, len(j.line), record.EscapeJSON})
		return -1
	}
	if end+1 < len(j.line) && !endsUnquoted[j.line[end+1]] && !j.noMoreMembers {
		last := unescapedEnd(j.line, end+1)
		if j.noMoreMembers = last < 0; !j.noMoreMembers {
			end, escaped = last, true
		}
	}
	e := record.EscapeNone
	if escaped {
		e = record.EscapeJSON
	}
	if k.encoded && !escaped {
		j.encoded = stretch{i, end}
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
	case j.learn != nil || k.def.mark != 0 || k.def.role >= roleNumber || !isJSONNumber(value):
		n := len(r.Fields)
		if j.assign(r, k, span{start, end, record.EscapeNone}); len(r.Fields) > n && isDigit(value[len(value)-1]) && isNumberText(value) {
			r.Fields[n].Bare = 1
		}
	case k.secret:
		r.Add(record.Field{Kind: k.def.kind, Client: k.origin == originClient, Start: start, End: end, Name: k.def.name, Bare: 1})
	}
}

// assign records the value of k at s.
func (j *jsonLog) assign(r *record.Record, k *key, s span) {
	d := &k.def
	if j.learn != nil {
		j.learn(k.path, string(j.line[s.start:s.end]))
		return
	}
	if k.origin == originClient {
		j.assignClient(r, d, s)
		return
	}
	j.hint, j.isUse = max(j.hint, d.hint), j.isUse || d.use
	switch d.role {
	case roleUser:
		j.hasUserKey = true
	case roleMethod, roleRequest, roleMessage:
		j.requests++
	}
	if d.role == roleMessage && d.rank > j.embedded.rank {
		j.embedded = embeddedString{s.start, s.end, d.rank, k.inner == originClient}
	}
	j.set(r, d, s)
}

// assignClient makes fields of a client's value. Its definition is one of clientDef.
func (j *jsonLog) assignClient(r *record.Record, d *def, s span) {
	first := len(r.Fields)
	j.set(r, d, s)
	for i := first; i < len(r.Fields); i++ {
		r.Fields[i].Client = true
	}
}

// addRest makes line[i:] one field and returns -1.
func (j *jsonLog) addRest(r *record.Record, i int) int {
	r.Add(record.Field{Kind: record.KindText, Escape: record.EscapeJSON, Start: i, End: len(j.line)})
	return -1
}

// isJSONNumber reports whether b consists of at most 40 characters of a number (RFC 8259, 6).
func isJSONNumber(b []byte) bool { return len(b) <= 40 && isNumberText(b) }

func isNumberText(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return false
		}
	}
	return true
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
