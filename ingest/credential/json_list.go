package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// jsonList is an array whose elements may be names and values in turn: ["X-Api-Key","..."], [["X-Api-Key","..."]],
// ["--password","..."].
type jsonList struct {
	open    bool
	inList  bool // it is an element of another array
	headers bool // its key is that of the headers
	count   int  // elements so far
	name    []byte
	grade   names.Name // of name; None if the next element is no value of a name
}

// begin opens an array under key.
func (l *jsonList) begin(key []byte) {
	headers := l.open && l.headers || isHeadersKey(key)
	*l = jsonList{open: true, inList: l.open, headers: headers}
}

// end closes the array. The one around it goes on.
func (l *jsonList) end() { *l = jsonList{open: l.inList, headers: l.headers && l.inList} }

// element takes the next element and returns the name before it, of grade None without one.
func (l *jsonList) element() (n names.Name, name []byte) {
	n, name = l.grade, l.name
	l.grade = names.Name{}
	l.count++
	return n, name
}

// setName takes s, the element just read, for the name of the next one if it can be.
func (f *finder) setName(l *jsonList, s []byte) {
	dashes := len(s) - len(bytes.TrimLeft(s, "-"))
	if s = s[dashes:]; dashes == 0 && l.count%2 == 0 || len(s) == 0 || len(s) > names.MaxNameSize || !isListName(s) {
		return
	}
	l.name, l.grade = s, f.names.Classify(s)
}

// listElement reads the string s, an element of l. It reports whether s is the value of a name before it and a credential.
func (f *finder) listElement(l *jsonList, s offset.View, pl context, which pairSelection) bool {
	n, name := l.element()
	if n.IsSensitive() && which.holds(n) && l.takes(s, name) && f.jsonString(s, pl, n, name) {
		return true
	}
	f.setName(l, f.unescapeString(s).Text)
	return false
}

func isListName(b []byte) bool {
	for _, c := range b {
		if ascii.Class[c]&ascii.Run == 0 && c != '.' && c != ':' && c != '[' && c != ']' {
			return false
		}
	}
	return true
}

// takes reports whether s counts as the value of the name before it. A list that need not hold pairs, {"fields":["token",
// "created"]}, holds one only if the value looks like a credential.
func (l *jsonList) takes(s offset.View, name []byte) bool {
	switch {
	case l.headers, l.inList && l.count == 2, bytes.IndexByte(name, '-') >= 0 && ascii.IsUpper(name[0]):
		return true
	}
	return looksSecret(s.Text) || authscheme.Len(s.Text) > 0
}

// isHeadersKey reports whether a list under key has the headers of a message: headers, rawHeaders, request_headers.
func isHeadersKey(key []byte) bool {
	return hasFoldSuffix(key, "headers") || hasFoldSuffix(key, "trailers") || hasFoldSuffix(key, "header")
}
