package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// jsonIn looks into JSON, whole or cut: each string is judged under the key before it, whatever the nesting. It reports
// whether a credential was there.
func (f *finder) jsonIn(v view, pl place) bool {
	if pl.depth > maxNesting || !f.spend(v) {
		return false
	}
	if len(v.b) > 1 && v.b[1] == '\\' {
		if d, ok := f.arena.unescapeJSON(v); ok {
			v = d
			pl.depth++
		}
	}
	found := false
	b := v.b
	var n name
	var key []byte
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			end := stringEnd(b, i+1)
			s := v.cut(i+1, end)
			i = min(end+1, len(b))
			if isKey(b, i) {
				if k := f.unescaped(s).b; !f.lex.isQualifier(k) || n.grade == gradeNone {
					key = k
					n = f.lex.of(k)
				}
				continue
			}
			if n.grade == gradeNone && isNameKey(key) { // {"name":"token","value":"..."}
				n, key = f.lex.of(s.b), s.b
				continue
			}
			found = f.jsonString(s, pl, n, key) || found
		case !endsBare[c]: // a number, true, null, or what is no JSON at all
			end := i
			for end < len(b) && !endsBare[b[end]] {
				end++
			}
			if n.known() {
				found = f.value(v.cut(i, end), pl.under(n, key)) || found
			}
			i = end
		case c == '}':
			n, key = name{}, nil
			i++
		default:
			i++
		}
	}
	return found
}

// jsonString judges a string under its key.
func (f *finder) jsonString(s view, pl place, n name, key []byte) bool {
	if len(s.b) < 4 || n.grade == gradeNone && len(s.b) < 8 {
		return false
	}
	return f.value(f.unescaped(s), pl.under(n, key))
}

func (f *finder) unescaped(s view) view {
	if bytes.IndexByte(s.b, '\\') < 0 {
		return s
	}
	d, _ := f.arena.unescapeJSON(s)
	return d
}

// stringEnd is where the string ends whose first byte is b[i].
func stringEnd(b []byte, i int) int {
	for i < len(b) && b[i] != '"' {
		if b[i] == '\\' && i+1 < len(b) {
			i++
		}
		i++
	}
	return min(i, len(b))
}

// isKey tells whether a colon comes next.
func isKey(b []byte, i int) bool {
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	return i < len(b) && b[i] == ':'
}

// isNameKey tells whether the string under a key names the value that comes next.
func isNameKey(key []byte) bool {
	switch string(key) {
	case "name", "key", "header", "param", "field":
		return true
	}
	return false
}

// endsBare tells what ends a value without quotes.
var endsBare = ascii.Set("{}[]:,\" \t\r\n")
