package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

// stretch is line[start:end].
type stretch struct{ start, end int }

// listElements are the elements of the outermost lists of a line: of arrays under keys of listKeys, or objects one behind
// the other. Whether they are requests is found out by parsing them.
type listElements struct {
	elements []stretch
	more     int  // elements beyond maxRequests
	inList   bool // a list is being read
	isRoot   bool // the line itself is the list
	setParts bool // what the elements say has become parts of the record

	encoded stretch // the string that may hold lines in base64; zero for none
}

func (l *listElements) reset() { *l = listElements{elements: l.elements[:0]} }

// beginList reports whether an array under k is an outermost list.
func (l *listElements) beginList(k *key) bool {
	if l.inList {
		return false
	}
	l.inList = true
	l.setParts = l.setParts || k.depth == 0 || k.path == "records"
	return true
}

// dropClientList forgets the elements in a line that is a request by itself: a client may have written them.
func (l *listElements) dropClientList() {
	if !l.isRoot {
		l.elements, l.more = l.elements[:0], 0
	}
}

// addElement adds line[start:end]. A value that is read again, because its name follows it, is added once.
func (l *listElements) addElement(start, end int) {
	switch n := len(l.elements); {
	case n > 0 && start < l.elements[n-1].end:
	case n >= maxRequests:
		l.more++
	default:
		l.elements = append(l.elements, stretch{start, end})
	}
}

// concatenated reads the objects behind the first one, which is line[start:end], and returns the end of the last. Splunk's
// collector takes events one behind the other.
func (j *jsonLog) concatenated(r *record.Record, start, end int) int {
	if j.isRoot = j.line[start] == '['; j.isRoot || end < 0 {
		return end
	}
	next := nextObject(j.line, end)
	if next < 0 {
		return end
	}
	j.listElements.reset()
	j.isRoot, j.inList, j.setParts = true, true, true
	j.addElement(start, end)
	for ; next >= 0; next = nextObject(j.line, end) {
		if end = j.object(r, next+1, &j.keys.root); end < 0 {
			return -1
		}
		j.addElement(next, end)
	}
	return end
}

// nextObject returns where the object behind line[:end] begins, -1 without one. A comma may stand before it.
func nextObject(line []byte, end int) int {
	i := skipSpace(line, end)
	if i < len(line) && line[i] == ',' {
		i = skipSpace(line, i+1)
	}
	if i == len(line) || line[i] != '{' {
		return -1
	}
	return i
}

// countElements sets manyRequests for a list of several elements that have set parts of the record: these are of several
// requests.
func (j *jsonLog) countElements() {
	j.manyRequests = j.manyRequests || j.setParts && len(j.elements) > 1
}
