package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
)

// searchFreeText searches text in which a credential is rare: a user agent, a user name, an unknown field. Nearly all of it
// holds no 16 token characters in a row and no pair, which costs little to see.
func (f *finder) searchFreeText(v offset.View, pl context) bool {
	b := v.Text
	found := false
	if bytes.IndexByte(b, '%') >= 0 {
		if d, ok := f.arena.Percent(v); ok && pl.depth < maxNesting {
			pl.depth++
			return f.searchFreeText(d, pl)
		}
	}
	if bytes.IndexByte(b, '=') >= 0 || hasPairColon(b) {
		found = f.searchPairs(v, pl)
	}
	found = f.bearersIn(v, pl) || found
	if bytes.IndexByte(b, '@') > 0 && hasAuthority(b) {
		found = f.searchURL(v, pl) || found
	}
	return f.scanRuns(v, pl) || found
}

// hasPairColon reports whether a colon stands in b behind a name, one of three letters or more: not that of http://, of a
// time or of rv:109.
func hasPairColon(b []byte) bool {
	for i := 0; i < len(b); {
		k := bytes.IndexByte(b[i:], ':')
		if k < 0 {
			return false
		}
		i += k + 1
		if i < len(b) && b[i] != '/' && i >= 4 && ascii.IsAlpha(b[i-2]) && ascii.IsAlnum(b[i-3]) && ascii.IsAlnum(b[i-4]) {
			return true
		}
	}
	return false
}

// searchPairs finds name=value, name: value and "name":"value" anywhere in a text: GraphQL, filters, half-broken JSON,
// log messages.
func (f *finder) searchPairs(v offset.View, pl context) bool {
	if !f.spendBudget(v) {
		return false
	}
	found := false
	b := v.Text
	for i := 0; i < len(b); i++ {
		if b[i] != '=' && b[i] != ':' {
			if b[i] == '@' {
				found = f.userinfoIn(v, i, pl) || found
			}
			if b[i] == '>' {
				i, found = f.xmlElement(v, i, pl, found)
			}
			continue
		}
		start, end := nameBefore(b, i)
		if start == end {
			continue
		}
		if b[i] == ':' && (bytes.HasSuffix(b[:start], []byte("-u ")) || bytes.HasSuffix(b[:start], []byte("-u+")) || bytes.HasSuffix(b[:start], []byte("--user "))) {
			found = f.userPassword(v.Cut(start, textValueEnd(b, i)), pl.at(tokenwarden.LocationUserinfo)) || found
			continue
		}
		n := f.names.Classify(b[start:end])
		if n.Grade == names.None || n.Grade == names.Weak && b[i] == ':' {
			continue
		}
		from, to := valueAfter(b, i+1)
		if from == to || isProse(b, i+1) {
			continue
		}
		if f.budget -= to - from; f.budget < 0 {
			return found
		}
		if n.Grade == names.Strong && authscheme.Len(b[from:]) > 0 { // token: Bearer abc
			to = textValueEnd(b, from+authscheme.Len(b[from:]))
		}
		if f.searchValue(v.Cut(from, to), pl.withName(n, b[start:end])) {
			found = true
			i = to - 1
		}
	}
	return found
}

// userinfoIn judges the URL within a text that the @ at v.b[i] belongs to: psql "postgresql://app:TOKEN@host/db".
func (f *finder) userinfoIn(v offset.View, i int, pl context) bool {
	at := bytes.LastIndex(v.Text[:i], []byte("://"))
	if at < 0 || bytes.ContainsAny(v.Text[at+3:i], " \"'<>/") {
		return false
	}
	return f.searchUserinfo(v.Cut(at+3, i+1), pl)
}

// xmlElement judges the text of the XML element whose start tag ends at v.b[i]: <Password>hunter2</Password>. It returns
// where to go on and whether something was found so far.
func (f *finder) xmlElement(v offset.View, i int, pl context, found bool) (int, bool) {
	b := v.Text
	start := i
	for start > 0 && ascii.Class[b[start-1]]&ascii.Run != 0 && i-start < names.MaxNameSize {
		start--
	}
	if start == i || start == 0 || b[start-1] != '<' && b[start-1] != ':' {
		return i, found
	}
	n := f.names.Classify(b[start:i])
	size := bytes.IndexByte(b[i+1:], '<')
	if !n.IsSensitive() || size <= 0 {
		return i, found
	}
	if !f.searchValue(v.Cut(i+1, i+1+size), pl.withName(n, b[start:i])) {
		return i, found
	}
	return i + size, true
}

// isProse reports whether the value that starts at b[i], behind a separator and a space, is a word of a sentence: "password:
// how long should it be", "secret = santa". The space may be written as a plus sign.
func isProse(b []byte, i int) bool {
	from := i
	for from < len(b) && (b[from] == ' ' || b[from] == '+') {
		from++
	}
	end := from
	for end < len(b) && ascii.IsLower(b[end]) {
		end++
	}
	return from > i && end > from && (end == len(b) || b[end] == ' ' || b[end] == '+')
}

// nameBefore finds the name that ends before b[i], behind spaces and quotes.
func nameBefore(b []byte, i int) (start, end int) {
	end = i
	for end > 0 && (b[end-1] == ' ' || b[end-1] == '"' || b[end-1] == '\'' || b[end-1] == '\\') && i-end < 4 {
		end--
	}
	start = end
	for start > 0 && end-start < names.MaxNameSize && (ascii.Class[b[start-1]]&ascii.Run != 0 || b[start-1] == '.' || b[start-1] == '[' || b[start-1] == ']') {
		start--
	}
	return start, end
}

// valueAfter finds the value that starts at b[i], within quotes or up to what ends a word.
func valueAfter(b []byte, i int) (from, to int) {
	if i < len(b) && b[i] == '+' && b[i-1] == ':' {
		i++
	}
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if i+1 < len(b) && b[i] == '\\' && b[i+1] == '"' {
		i += 2
		k := bytes.Index(b[i:], []byte(`\"`))
		if k < 0 {
			return i, len(b)
		}
		return i, i + k
	}
	if i < len(b) && (b[i] == '"' || b[i] == '\'') {
		i++
		for to = i; to < len(b) && b[to] != b[i-1]; to++ {
			if b[to] == '\\' && to+1 < len(b) {
				to++
			}
		}
		return i, min(to, len(b))
	}
	return i, textValueEnd(b, i)
}

func textValueEnd(b []byte, i int) int {
	for i < len(b) && !endsText[b[i]] && (b[i] != '+' || !nameFollows(b[i+1:])) {
		i++
	}
	return i
}

// nameFollows reports whether b starts with a short name and an equals sign, so that the plus sign before it is a space.
func nameFollows(b []byte) bool {
	i := 0
	for i < len(b) && i <= names.MaxWordSize && (ascii.IsLower(b[i]) || b[i] == '_') {
		i++
	}
	return i >= 3 && i < len(b) && b[i] == '='
}

var endsText = ascii.Set(" \t\r\n,;&\"'<>(){}|\\")

// bearerAt returns where what follows "Bearer " or "bearer " starts, from b[i] on; -1 if there is none.
func bearerAt(b []byte, i int) int {
	upper, lower := afterFirst(b, i, 'B'), afterFirst(b, i, 'b')
	if upper < 0 || lower >= 0 && lower < upper {
		return lower
	}
	return upper
}

func afterFirst(b []byte, i int, first byte) int {
	for i < len(b) {
		n := bytes.IndexByte(b[i:], first)
		if n < 0 {
			return -1
		}
		i += n + 1
		if ascii.HasAt(b, i, "earer ") {
			return i + len("earer ")
		}
	}
	return -1
}

// bearersIn finds "Bearer TOKEN" in a text.
func (f *finder) bearersIn(v offset.View, pl context) bool {
	found := false
	b := v.Text
	for from := bearerAt(b, 0); from >= 0; from = bearerAt(b, from) {
		to := textValueEnd(b, from)
		if s := shape.Of(b[from:to]); s >= shape.Hex || s == shape.Mixed && to-from >= 8 && shape.HasLetterAndDigit(b[from:to]) {
			p := pl.withName(names.Name{Grade: names.Strong, Kind: "bearer"}, pl.param)
			found = f.namedValue(v.Cut(from, to), p, tokenwarden.ConfidenceHigh) || found
		}
	}
	return found
}
