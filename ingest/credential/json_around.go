package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
)

// jsonAround is what the objects and arrays around a string of JSON say about it: a name above a wrapper
// ({"password":{"S":"x"}}), a name beside it ({"k":"password","v":"x"}), an object of credentials ({"secrets":{"db":"x"}}), the
// head of a table ({"columns":["id","password"],"rows":[[1,"x"]]}).
type jsonAround struct {
	depth   int
	pending bool // a key stands before what comes next
	isPair  bool // the name is that of the pair in this object
	isKind  bool // the name of the pair stands under a key that has other meanings too
	wrapped bool // this object is the value of a key with a sensitive name
	inList  bool // the objects in this array are

	outer      names.Name // of the object of credentials; None outside
	outerKey   []byte
	outerDepth int

	columns uint64 // of the table whose names are sensitive; the first 64
	isHead  bool   // the array at hand is the head of a table
	column  int    // of the next element of the array at hand
	head    names.Name
	param   []byte // the name of the first sensitive column
}

// keepsName reports whether the value under the key k has the name before it: of the object that wraps it, or of its pair.
func (a *jsonAround) keepsName(k []byte) bool {
	return a.isPair && isValueKey(k) || a.wrapped && isTypeKey(k)
}

// open opens an object under key, which has the name n.
func (a *jsonAround) open(n names.Name, key []byte) {
	a.depth++
	a.column = 0
	a.wrapped = (a.pending || a.inList) && n.IsSensitive()
	if a.pending && holdsCredentials(n) && a.outer.Grade == names.None {
		a.outer, a.outerKey, a.outerDepth = n, key, a.depth
	}
	if !a.wrapped {
		a.isPair, a.isKind = false, false
	}
	a.pending = false
}

// close closes an object.
func (a *jsonAround) close() {
	if a.outer.Grade != names.None && a.depth <= a.outerDepth {
		a.outer = names.Name{}
	}
	a.depth--
	a.isPair, a.isKind, a.wrapped, a.pending = false, false, false, false
}

// openList opens an array under key.
func (a *jsonAround) openList(n names.Name, key []byte) {
	a.depth++
	if a.pending {
		if a.isHead = isHeadKey(key); a.isHead {
			a.columns = 0
		}
		if holdsCredentials(n) && a.outer.Grade == names.None {
			a.outer, a.outerKey, a.outerDepth = n, key, a.depth
		}
	}
	a.inList = a.pending && n.IsSensitive()
	a.column, a.pending = 0, false
}

// closeList closes an array.
func (a *jsonAround) closeList() {
	if a.outer.Grade != names.None && a.depth <= a.outerDepth {
		a.outer = names.Name{}
	}
	a.depth--
	a.isHead, a.inList = false, false
}

// inherited returns the name of the string s under key, of the name n: within an object of credentials that of the object, if
// the key has none and says nothing else.
func (a *jsonAround) inherited(n names.Name, key, s []byte) (names.Name, []byte) {
	if a.outer.Grade == names.None || n.IsSensitive() && n != a.outer || describes(key) {
		return n, key
	}
	out := a.outer
	if (out.Kind == "token" || out.Kind == "api_key") && (len(s) < 8 || !shape.HasLetterAndDigit(s) || bytes.ContainsAny(s, "/: ")) {
		return n, key
	}
	if out.Grade == names.Strong && shape.HasLetterAndDigit(s) && len(s) >= 6 && bytes.IndexByte(s, ' ') < 0 {
		out.Grade = names.Chosen
	}
	return out, a.outerKey
}

// holdsCredentials reports whether an object or an array under the name n holds credentials under names without a meaning.
func holdsCredentials(n names.Name) bool {
	switch n.Kind {
	case "credential", "secret", "password", "token", "api_key":
		return n.IsSensitive()
	}
	return false
}

// describes reports whether a member of an object of credentials says something about them.
func describes(key []byte) bool {
	switch string(bytes.ToLower(key[:min(len(key), names.MaxWordSize)])) {
	case "type", "token_type", "user", "username", "user_name", "name", "email", "mail", "id", "kind", "provider", "region", "host",
		"url", "uri", "scope", "scopes", "expires", "expiration", "expires_at", "created", "created_at", "status", "state",
		"description", "algorithm", "version", "realm", "scheme", "source", "message", "title", "role", "issuer", "account":
		return true
	}
	return false
}

// isValueKey reports whether a member of this key has the value in an object that has a name beside it.
func isValueKey(key []byte) bool {
	switch string(key) {
	case "value", "val", "v", "Value", "content", "data", "arg", "newValue", "new_value", "oldValue", "old_value", "propertyValue",
		"currentValue":
		return true
	}
	return false
}

// isTypeKey reports whether key is the type of the value in an object around it: of DynamoDB's AttributeValue, Firestore's Value
// and OpenTelemetry's AnyValue (their references; 2026-12-01).
func isTypeKey(key []byte) bool {
	switch string(key) {
	case "S", "N", "B", "SS", "stringValue", "string_value", "bytesValue", "integerValue", "value", "Value", "new", "old", "arrayValue",
		"values":
		return true
	}
	return false
}

// isUserPasswordKey reports whether a member of this key may hold user:password.
func isUserPasswordKey(key []byte) bool {
	switch string(key) {
	case "basicAuth", "basic_auth", "basicauth", "userpwd", "userinfo", "auth":
		return true
	}
	return false
}

// isSecretName reports whether s, the string under key, names the value of the pair if it names a credential: {"n":"password"},
// {"op":"replace","path":"/password"}.
func (f *finder) isSecretName(key, s []byte) bool {
	switch string(key) {
	case "k", "n", "Key", "Name", "id", "label", "type", "attribute", "attr", "property", "propertyName", "prop", "option", "setting",
		"variable", "parameter":
		return len(s) <= names.MaxNameSize && isListName(s) && f.names.Classify(s).IsSensitive()
	case "path":
		return len(s) <= names.MaxNameSize && len(s) > 1 && s[0] == '/' && f.names.Classify(s[bytes.LastIndexByte(s, '/')+1:]).IsSensitive()
	}
	return false
}

// isKindKey reports whether the string under key, one of isSecretName, names only values, and no labels and texts.
func isKindKey(key []byte) bool {
	return string(key) == "type" || string(key) == "id" || string(key) == "label"
}

// isHeadKey reports whether an array under key holds the names of the columns of a table.
func isHeadKey(key []byte) bool {
	switch string(key) {
	case "columns", "cols", "fields", "header", "schema", "columnNames", "column_names", "names":
		return true
	}
	return false
}

// isBodyKey reports whether an array under key holds rows of a table, or one row.
func isBodyKey(key []byte) bool {
	switch string(key) {
	case "rows", "data", "values", "records", "datarows", "row", "tuples", "results":
		return true
	}
	return false
}

// jsonTable reads the string s under key, an element of an array, as a part of a table: a name of its head, or a value of its
// body in a column of a sensitive name. It reports whether it found a credential.
func (f *finder) jsonTable(a *jsonAround, l *jsonList, s offset.View, pl context, which pairSelection, key []byte) bool {
	if a.isHead {
		if n := f.names.Classify(s.Text); n.Grade >= names.Strong && a.column < 64 && l.open {
			if a.columns == 0 {
				a.head, a.param = n, s.Text
			}
			a.columns |= 1 << a.column
		}
		a.column++
		return false
	}
	if a.columns == 0 || !l.open || !isBodyKey(key) {
		return false
	}
	column := a.column
	a.column++
	return column < 64 && a.columns>>column&1 != 0 && which.holds(a.head) && f.jsonString(s, pl, a.head, a.param)
}
