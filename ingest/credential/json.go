package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// jsonUnderName searches JSON that is the value of a sensitive name. If it holds a credential with a name of its own, or a
// placeholder, the rest is judged under the name of the whole; otherwise all of it is one value.
func (f *finder) jsonUnderName(v offset.View, pl context) bool {
	if _, ok := f.arena.Percent(v); ok { // it is JSON once decoded
		return false
	}
	if !f.searchJSON(v, pl) && !placeholder.IsIn(v.Text) {
		return false
	}
	pl.inherit = true
	f.searchJSON(v, pl)
	return true
}

// searchJSON searches JSON, whole or cut: each string is judged under the key before it at any depth. It reports whether it
// found a credential.
func (f *finder) searchJSON(v offset.View, pl context) bool {
	if pl.nested > maxNesting {
		return f.reportUnsearched(v, "too deeply nested to search")
	}
	if len(v.Text) > 1 && v.Text[1] == '\\' {
		if d, ok := f.arena.UnescapeJSON(v); ok {
			v = d
			pl.depth++
		}
	}
	if !f.spend(len(v.Text)) {
		return false
	}
	found := f.kubernetesSecret(v, pl)
	if !f.isValue { // each member has a budget of its own
		return f.searchMembers(v, pl, allPairs) || found
	}
	found = f.searchMembers(v, pl, sensitivePairs) || found
	return f.searchMembers(v, pl, otherPairs) || found
}

// searchMembers searches the strings of JSON under the keys selected by which.
func (f *finder) searchMembers(v offset.View, pl context, which pairSelection) bool {
	found := false
	b := v.Text
	f.steps += len(b)
	var n names.Name
	var key []byte
	var early offset.View // a value that stands before its name
	var list jsonList
	var around jsonAround
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			end := stringEnd(b, i+1)
			s := v.Cut(i+1, end)
			i = min(end+1, len(b))
			if isKey(b, i) {
				if pl.inherit && len(s.Text) >= shape.MinRandom && looksSecret(s.Text) {
					f.namedValue(s, pl, tokenwarden.ConfidenceMedium)
				}
				k := f.unescapeString(s).Text
				around.pending = true
				if around.keepsName(k) && n.IsSensitive() {
					continue // {"token":{"S":"..."}}, {"n":"token","v":"..."}
				}
				if !f.names.IsQualifier(k) || n.Grade == names.None || around.isKind && !isValueKey(k) {
					key = k
					n = f.names.Classify(k)
				}
				continue
			}
			around.pending = false
			// {"name":"token","value":"..."}
			if list.open && f.listElement(&list, s, pl, which) {
				found = true
				continue
			}
			if isNameKey(key) && (n.Grade == names.None || string(key) == "key" && f.names.Classify(s.Text).IsSensitive()) ||
				f.isSecretName(key, s.Text) {
				around.isPair, around.isKind = true, isKindKey(key)
				n, key = f.names.Classify(s.Text), s.Text
				if n.IsSensitive() && len(early.Text) > 0 && which.holds(n) {
					found = f.jsonString(early, pl, n, key) || found
				}
				continue
			}
			if n.Grade == names.None && isValueKey(key) {
				early = s
			}
			if f.jsonTable(&around, &list, s, pl, which, key) {
				found = true
				continue
			}
			m, param := around.inherited(n, key, s.Text)
			found = which.holds(m) && f.jsonString(s, pl, m, param) || found
		case !endsBare[c]: // a number, true, null, or what is no JSON at all
			end := i
			for end < len(b) && !endsBare[b[end]] {
				end++
			}
			if end == i+1 && end < len(b) && b[end] == '"' && isStringPrefix[c] { // u"..." of Python
				i = end
				continue
			}
			around.pending = false
			around.column++
			if list.open {
				if ln, name := list.element(); ln.IsSensitive() && which.holds(ln) {
					found = f.searchValue(v.Cut(i, end), pl.member(ln, name)) || found
				}
			}
			if (n.IsSensitive() || pl.inherit) && which.holds(n) {
				found = f.searchValue(v.Cut(i, end), pl.member(n, key)) || found
			}
			i = end
		case c == '}':
			n, key, early, list = names.Name{}, nil, offset.View{}, jsonList{}
			around.close()
			i++
		case c == '[':
			list.begin(key)
			around.openList(n, key)
			i++
		case c == ']':
			list.end()
			around.closeList()
			i++
		case c == '{':
			list = jsonList{}
			around.open(n, key)
			i++
		default:
			i++
		}
	}
	return found
}

// jsonString judges a string under its key.
func (f *finder) jsonString(s offset.View, pl context, n names.Name, key []byte) bool {
	if len(s.Text) < 4 && n.Grade < names.Chosen || n.Grade == names.None && !pl.inherit && len(s.Text) < 8 {
		return false
	}
	if isUserPasswordKey(key) && bytes.IndexByte(s.Text, ':') > 0 && bytes.IndexByte(s.Text, '/') < 0 &&
		f.userPassword(f.unescapeString(s), pl.at(tokenwarden.LocationUserinfo)) {
		return true
	}
	return f.searchValue(f.unescapeString(s), pl.member(n, key))
}

func (f *finder) unescapeString(s offset.View) offset.View {
	if bytes.IndexByte(s.Text, '\\') < 0 {
		return s
	}
	d, _ := f.arena.UnescapeJSON(s)
	return d
}

// stringEnd returns the end of the string at b[i].
func stringEnd(b []byte, i int) int {
	for i < len(b) && b[i] != '"' {
		if b[i] == '\\' && i+1 < len(b) {
			i++
		}
		i++
	}
	return min(i, len(b))
}

// isKey reports whether a colon comes next.
func isKey(b []byte, i int) bool {
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	return i < len(b) && b[i] == ':'
}

// isNameKey reports whether the string under a key is the name of the next value.
func isNameKey(key []byte) bool {
	switch string(key) {
	case "name", "key", "header", "param", "field":
		return true
	}
	return false
}

// endsBare reports whether c ends a value without quotes.
var endsBare = ascii.Set("{}[]:,\" \t\r\n")
