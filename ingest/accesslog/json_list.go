package accesslog

import (
	"bytes"
	"slices"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// pairMembers are the members of {"name": ..., "value": ...} that an object has so far.
type pairMembers struct {
	parent *key   // of the object
	name   []byte // with its quotes; nil for none
	secret bool   // the name calls for a credential

	// A value that is read before its name, and its fields.
	start, end           int // in the line; 0 for none
	firstField, endField int
}

// pairMember reads the value at line[i] of a member of {"name": ..., "value": ...} whose key is k, and returns its end.
func (j *jsonLog) pairMember(r *record.Record, i int, k *key, p *pairMembers) int {
	start := i
	if k.pair == pairName {
		isString := i < len(j.line) && j.line[i] == '"'
		if i = j.value(r, i, k); i < 0 || !isString {
			return i
		}
		name := j.line[start:i]
		p.secret = j.secretName != nil && j.secretName(name)
		if p.name == nil && p.end > 0 {
			p.name = name
			j.nameEarly(r, p)
		} else {
			p.name = name
		}
		return i
	}
	if k.pair >= pairSecretName {
		return j.secretMember(r, i, k, p)
	}
	if p.name != nil {
		return j.value(r, i, j.pairKey(p.name, p.parent))
	}
	first := len(r.Fields)
	if i = j.value(r, i, k); p.end == 0 && i > 0 {
		p.start, p.end, p.firstField, p.endField = start, i, first, len(r.Fields)
	}
	return i
}

// secretMember is pairMember for keys that make a pair only if the name calls for a credential: {"id": "password", "value":
// ...}, {"name": "password", "content": ...}.
func (j *jsonLog) secretMember(r *record.Record, i int, k *key, p *pairMembers) int {
	if k.pair == pairSecretValue {
		if p.secret {
			k = j.pairKey(p.name, p.parent)
		}
		return j.value(r, i, k)
	}
	start := i
	isString := i < len(j.line) && j.line[i] == '"'
	if i = j.value(r, i, k); i < 0 || !isString || p.name != nil || j.secretName == nil || i-start > maxListName {
		return i
	}
	if name := j.line[start:i]; j.secretName(name) {
		p.name, p.secret = name, true
	}
	return i
}

// nameEarly gives a value the name that follows it: it is read again in the place of its fields. A value that holds other
// objects is not, because objects in objects would be read again and again; it is masked if its name calls for a
// credential.
func (j *jsonLog) nameEarly(r *record.Record, p *pairMembers) {
	k := j.pairKey(p.name, p.parent)
	first := j.line[p.start]
	leaf := first != '{' && first != '[' || !bytes.ContainsAny(j.line[p.start+1:p.end], "{[")
	if !leaf && !k.secret {
		return
	}
	n := len(r.Fields)
	if leaf {
		j.value(r, p.start, k)
	} else {
		r.Add(record.Field{Bare: 1, Unsearchable: true, Client: k.origin == originClient, Start: p.start, End: p.end})
	}
	rotate(r.Fields[p.endField:], n-p.endField) // the new fields, then those behind the value
	r.Fields = slices.Delete(r.Fields, p.firstField, p.endField)
}

// rotate moves the first n fields behind the others.
func rotate(fields []record.Field, n int) {
	slices.Reverse(fields[:n])
	slices.Reverse(fields[n:])
	slices.Reverse(fields)
}

// listElement is the element of an array that was read last. Some arrays hold names and values: [["X-Api-Key", "..."]],
// {"rawHeaders": ["X-Api-Key", "..."]}, ["--password", "..."].
type listElement struct {
	start, end int
	n          int  // elements so far
	isValue    bool // it is the value of a name before it
	inArray    bool // the array is an element of another one
}

// elementKey returns the key of the element that follows l in an array whose key is k.
func (j *jsonLog) elementKey(l *listElement, k *key) *key {
	quoted := j.line[l.start:l.end]
	if quoted[0] != '"' || j.learn != nil {
		return k
	}
	name := listName(quoted)
	if name == nil {
		return k
	}
	if k.object == objectHeaders || k.object == objectResponse {
		if l.isValue {
			return k
		}
		return j.pairKey(quoted, k)
	}
	dashes := 0
	for dashes < len(name) && name[dashes] == '-' {
		dashes++
	}
	if j.secretName == nil || dashes == 0 && k.object != objectParams && (!l.inArray || l.n != 1) || !j.secretName(name[dashes:]) {
		return k
	}
	return j.pairKey(quoted[dashes:], k)
}

// listName returns the content of a string if it can be a name in a list of names and values, otherwise nil.
func listName(quoted []byte) []byte {
	if len(quoted) < 3 || len(quoted) > maxListName {
		return nil
	}
	name := quoted[1 : len(quoted)-1]
	for _, c := range name {
		if !methodByte(c) && !isDigit(c) && c != '.' && c != ':' && c != '[' && c != ']' {
			return nil
		}
	}
	return name
}

// maxListName bounds a name in a list of names and values, with its quotes.
const maxListName = 66

// addUnsearchable makes a field of the object or the array at line[i] and returns its end, -1 if the line ends before.
func (j *jsonLog) addUnsearchable(r *record.Record, i int) int {
	end := containerEnd(j.line, i)
	f := record.Field{Bare: 1, Unsearchable: true, Start: i, End: end}
	if end < 0 {
		f.End, j.limitReached = len(j.line), true
	}
	r.Add(f)
	return end
}

// containerEnd returns the end of the object or the array at b[i], -1 if b ends before.
func containerEnd(b []byte, i int) int {
	for depth := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			if i, _ = stringEnd(b, i+1); i < 0 {
				return -1
			}
		}
	}
	return -1
}

// minByteNumbers is how many numbers make an array a text written as the numbers of its bytes.
const minByteNumbers = 16

// byteNumbersEnd returns the end of the array at b[i] if it is a text as the numbers of its bytes, 0 for anything else. The journal of
// systemd exports texts with control characters, such as colours, so (systemd: "Journal Export Formats", JSON).
func byteNumbersEnd(b []byte, i int) int {
	if b[i] != '[' || i+1 == len(b) || !isDigit(b[i+1]) {
		return 0
	}
	numbers, printable := 0, 0
	for i++; i < len(b); {
		value, digits := 0, 0
		for ; i < len(b) && isDigit(b[i]) && digits < 3; i++ {
			value, digits = value*10+int(b[i]-'0'), digits+1
		}
		if digits == 0 || value > 255 {
			return 0
		}
		numbers++
		if value >= ' ' && value < 0x7f {
			printable++
		}
		i = skipSpace(b, i)
		switch {
		case i == len(b):
			return 0
		case b[i] == ']':
			if numbers < minByteNumbers || printable*4 < numbers*3 {
				return 0
			}
			return i + 1
		case b[i] != ',':
			return 0
		}
		i = skipSpace(b, i+1)
	}
	return 0
}
