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

// searchFreeText searches text with few credentials: a user agent, a user name, an unknown field. Nearly all of it holds
// neither 16 token characters in a row nor a pair, and costs little.
func (f *finder) searchFreeText(v offset.View, pl context) bool {
	b := v.Text
	if n := headerName(b); n > 0 && f.searchHeaderLine(v, n) {
		return true
	}
	found := false
	if d, ok := f.arena.Entities(v); ok && pl.depth < maxDecodings {
		inner := pl
		inner.depth++
		found = f.searchFreeText(d, inner)
	}
	if bytes.IndexByte(b, '%') >= 0 {
		if d, ok := f.arena.Percent(v); ok {
			if f.steps += len(b); pl.depth < maxDecodings {
				n := len(f.found)
				if pl.depth == 0 && bytes.IndexByte(b, '&') >= 0 && bytes.IndexByte(b, '=') >= 0 {
					found = f.searchPairs(v, pl) || found // an encoded & is a part of a value
				}
				before := len(f.found)
				pl.depth++
				found = f.searchFreeText(d, pl) || found
				f.dropWithin(n, before)
				return found
			}
			f.encodedWords(v)
			found = true
		}
	}
	if bytes.IndexByte(b, '=') >= 0 || hasPairColon(b) || hasJoint(b) || hasCommand(b) {
		found = f.searchPairs(v, pl) || found
	}
	found = f.searchEmbedded(v, pl) || found
	found = f.bearersIn(v, pl) || found
	if bytes.IndexByte(b, '@') > 0 && hasAuthority(b) {
		found = f.searchURL(v, pl) || found
	}
	pl.words = true
	return f.scanRuns(v, pl) || found
}

// dropWithin drops the findings from f.found[before] on that are a part of one of those from f.found[first] on: their value was
// decoded before it was split. Both are followed in their order, which nearly always rises.
func (f *finder) dropWithin(first, before int) {
	if first == before {
		return
	}
	whole, kept := f.found[first:before], f.found[:before]
	for _, x := range f.found[before:] {
		for len(whole) > 1 && whole[0].End <= x.Start {
			whole = whole[1:]
		}
		if w := &whole[0]; x.Start < w.Start || x.End > w.End || x.End-x.Start == w.End-w.Start {
			kept = append(kept, x)
		}
	}
	f.found = kept
}

// encodedWords reports the words of v that are still percent-encoded as unsearched.
func (f *finder) encodedWords(v offset.View) {
	b := v.Text
	for i := 0; i < len(b); {
		end := i
		for end < len(b) && !isWordEnd(b[end]) {
			end++
		}
		if w := v.Cut(i, end); bytes.IndexByte(w.Text, '%') >= 0 {
			if _, ok := f.arena.Percent(w); ok {
				f.reportUnsearched(w, "encoded too often to search")
			}
		}
		i = end + 1
	}
}

// hasPairColon reports whether b holds a colon behind a name of three letters or more, unlike http://, a time or rv:109.
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
	if !f.spend(len(v.Text)) {
		return false
	}
	found := false
	b := v.Text
	authority, searched := 0, 0 // where an authority may start; up to where values were searched
	var command commandLine
	for i := 0; i < len(b) && !f.isSpent(); i++ {
		if b[i] != '=' && b[i] != ':' {
			switch b[i] {
			case ' ', '"', '\'', '<', '/', '\\':
				authority = i + 1
				if b[i] == '/' {
					if next := f.looseIn(v, i, pl); next > 0 {
						found, i = true, next
					}
					continue
				}
				if next := f.statement(v, i, pl); next > 0 {
					found, i = true, next-1
				} else if next := f.spaceOrQuote(v, i, pl); next > 0 {
					found, i = true, next-1
				}
			case ',':
				if next := f.argumentOfCall(v, i, pl); next > 0 {
					found, i = true, next-1
				}
			case '(':
				start, end, from, to := tupleValue(b, i)
				if next := f.searchStructure(v, pl, start, end, from, to); next > 0 {
					found, i = true, next-1
				}
			case '-':
				if next := f.searchOption(v, pl, i, &command); next > 0 {
					found, i = true, next-1
				}
			case '@':
				if isAuthority(b, authority) {
					found = f.userinfoIn(v, authority, i, pl) || found
					authority = 0
				} else if f.oracleLogin(v, i, pl) {
					found = true
				}
			case '>':
				authority = i + 1
				if i > 0 && b[i-1] == '-' {
					if next := f.thinArrow(v, i, pl); next > 0 {
						found, i = true, next-1
						continue
					}
				}
				i, found = f.xmlElement(v, i, pl, found)
			}
			continue
		}
		start, end := nameBefore(b, i)
		f.steps += i - start
		if start == end {
			continue
		}
		if b[i] == ':' && isUserOption(b[:start]) {
			if w := v.Cut(start, textValueEnd(b, i)); !isUserAndGroup(w.Text) {
				found = f.userPassword(w, pl.at(tokenwarden.LocationUserinfo)) || found
			}
			continue
		}
		if next := f.searchJoint(v, pl, start, end, i); next > 0 {
			found, i = true, next-1
			continue
		}
		n := f.names.Classify(b[start:end])
		if n.Grade == names.None || n.Grade == names.Weak && b[i] == ':' {
			continue
		}
		from, to := valueAfter(b, i+1)
		if from == to || isProse(b, i+1) || b[i] == ':' && (isVariable(b, start, from, to) || isObject(b, start, to, n)) {
			if from == to && n.IsSensitive() && from < len(b) && (b[from] == '\n' || b[from] == '\r') {
				if next := f.yamlBelow(v, start, from, pl, n, b[start:end]); next > 0 {
					found, i = true, next-1
				}
			}
			continue
		}
		f.steps += to - from
		if to-from > 1 && (b[to-1] == ']' && bytes.IndexByte(b[from:to], '[') < 0 || b[to-1] == '`') { // the end of a list: Cookie=[sid=x]
			to--
		}
		if eq := cookieName(b[start:end], b[from:to]); eq > 0 {
			if f.headerCookie(v.Cut(from, to), eq, pl.withName(n, b[start:end])) {
				found = true
			}
			i = to - 1
			continue
		}
		if n.IsSensitive() && n.Kind != "password" {
			to = max(to, schemeValueEnd(b, from, to, n))
		}
		if f.searchOverlapping(v.Cut(from, to), pl.withName(n, b[start:end]), from < searched) {
			found = true
			i = to - 1
			authority = to
		}
		searched = max(searched, to)
	}
	return found
}

// maxObject is the length of the longest number of an object, in digits.
const maxObject = 9

// isObject reports whether all of b from the name n at start to the end at to is an object of a type and its number, as search
// fields write them: token:9079838.
func isObject(b []byte, start, to int, n names.Name) bool {
	if start > 0 && b[start-1] != '=' || to != len(b) || n.Kind != "token" && n.Kind != "secret" {
		return false
	}
	number := b[bytes.LastIndexByte(b, ':')+1:]
	return len(number) <= maxObject && isDigits(number)
}

// schemeValueEnd returns the end of the credentials behind a scheme at b[from], whose word ends at to; 0 without one. Any scheme
// counts in an Authorization header: Authorization: Custom abc.
func schemeValueEnd(b []byte, from, to int, n names.Name) int {
	if s := authscheme.Len(b[from:]); s > 0 { // token: Bearer abc
		return textValueEnd(b, from+s)
	}
	if !isAuthorization(n) || to+1 >= len(b) || b[to] != ' ' || shape.Of(b[from:to]) != shape.Ordinary {
		return 0
	}
	end := textValueEnd(b, to+1)
	if end == to+1 || bytes.IndexByte([]byte(":="), b[end-1]) >= 0 || to-from > authscheme.MaxName || !isSchemeName(b[from:to]) {
		return 0
	}
	return end
}

func isSchemeName(b []byte) bool {
	for _, c := range b {
		if !ascii.IsAlpha(c) && c != '-' {
			return false
		}
	}
	return len(b) > 2
}

// searchOverlapping is searchValue for a value of a text. A value that overlaps another has no budget, so the sum of budgets
// is linear in the size of the text.
func (f *finder) searchOverlapping(v offset.View, pl context, overlaps bool) bool {
	outer := f.isValue
	f.isValue = outer || overlaps
	found := f.searchValue(v, pl)
	f.isValue = outer
	return found
}

// userinfoIn judges the authority at v.Text[start] with its first @ at first, as in psql "postgresql://app:TOKEN@host/db".
// The userinfo ends at the last @: passwords may hold the sign.
func (f *finder) userinfoIn(v offset.View, start, first int, pl context) bool {
	last := first
	for i := first; i < len(v.Text) && !endsAuthority[v.Text[i]]; i++ {
		if v.Text[i] == '@' {
			last = i
		}
		f.steps++
	}
	f.steps += last - start
	found := f.searchUserinfo(v.Cut(start, first+1), pl)
	if last > first {
		found = f.searchUserinfo(v.Cut(start, last+1), pl) || found
	}
	return found
}

var endsAuthority = ascii.Set(" \"'<>/")

// xmlElement judges the text of the XML element with a start tag that ends at v.b[i]: <Password>hunter2</Password>. It
// returns the offset to go on at and whether anything was found so far.
func (f *finder) xmlElement(v offset.View, i int, pl context, found bool) (int, bool) {
	b := v.Text
	start, end := xmlName(b, i)
	f.steps += i - start
	if start < end && string(b[start:end]) == "methodName" {
		if next := f.rpcParams(v, i, pl); next > 0 {
			return next - 1, true
		}
		return i, found
	}
	if start < end && isNameElement(b[start:end]) {
		if next := f.namedElement(v, i, pl); next > 0 {
			return next - 1, true
		}
		return i, found
	}
	if start >= end || !f.names.Classify(b[start:end]).IsSensitive() {
		return i, found
	}
	from, to := xmlText(b, i)
	if next := f.searchStructure(v, pl, start, end, from, to); next > 0 {
		return next - 1, true
	}
	f.steps += len(b) - i
	return i, found
}

// searchJoint searches the structures of structures.go joined by v.Text[i], = or :, with the name from start to end before
// it. It returns the offset to go on at, 0 without a finding.
func (f *finder) searchJoint(v offset.View, pl context, start, end, i int) int {
	b := v.Text
	var from, to int
	switch {
	case b[i] == '=' && i+1 < len(b) && b[i+1] == '>':
		from, to = arrowValue(b, start, i+1)
	case b[i] == '=' && isNameAttribute(b[start:end]):
		if next := f.markupAttribute(v, start, i, pl); next > 0 || string(b[start:end]) != "name" {
			return next
		}
		start, end, from, to = attributeValue(b, i)
	case b[i] == ':' && (string(b[start:end]) == "name" || string(b[start:end]) == "key"):
		return f.yamlValue(v, i, pl)
	case b[i] == ':' && i+1 < len(b) && b[i+1] == '=':
		from, to = valueAfter(b, i+2)
	case b[i] == ':':
		start, end, from, to = serializedValue(b, i)
	}
	return f.searchStructure(v, pl, start, end, from, to)
}

// isProse reports whether the value at b[i], behind a separator and a space, is a word of a sentence: "password: how long
// should it be", "secret = santa". The space may be a plus sign.
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

// isVariable reports whether name: value, the name at b[start], declares a variable of GraphQL ($token: String!) or passes one
// declared before (token: $token).
func isVariable(b []byte, start, from, to int) bool {
	if b[from] == '$' {
		before := b[max(0, start-maxJoint):start]
		k := bytes.Index(before, b[from:to])
		return k >= 0 && ascii.HasAt(before, k+to-from, ":")
	}
	return start > 0 && b[start-1] == '$' && ascii.IsUpper(b[from])
}

// nameBefore returns the name before b[i], across spaces and quotes.
func nameBefore(b []byte, i int) (start, end int) {
	end = i
	for end > 0 && (b[end-1] == ' ' || b[end-1] == '"' || b[end-1] == '\'' || b[end-1] == '\\') && i-end < 4 {
		end--
	}
	inBrackets := end > 1 && b[end-1] == ']' && (b[end-2] == '"' || b[end-2] == '\'') // t["name"]
	inBraces := end > 1 && b[end-1] == '}' && ascii.IsAlnum(b[end-2])                 // $h{name}
	if inBrackets || inBraces {
		for end--; end > 0 && (b[end-1] == '"' || b[end-1] == '\'' || b[end-1] == '\\'); {
			end--
		}
	}
	start = end
	for start > 0 && end-start < names.MaxNameSize &&
		(ascii.Class[b[start-1]]&ascii.Run != 0 || b[start-1] == '.' || b[start-1] == '[' || b[start-1] == ']') {
		start--
	}
	return start, end
}

// valueAfter returns the value at b[i], within quotes or up to the end of the word.
func valueAfter(b []byte, i int) (from, to int) {
	if i < len(b) && b[i] == '+' && b[i-1] == ':' {
		i++
	}
	if i+1 < len(b) && b[i] == ':' && b[i-1] == ':' && b[i+1] == ' ' { // LDIF writes base64 behind two colons (RFC 2849)
		i++
	}
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if i+1 < len(b) && (b[i+1] == '\'' || b[i+1] == '"') && isStringPrefix[b[i]] {
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
	if i+2 < len(b) && b[i] == '"' && b[i+1] == '"' && ascii.Class[b[i+2]]&ascii.Run != 0 { // CSV writes two quotes for one
		i += 2
		if k := bytes.Index(b[i:], []byte(`""`)); k >= 0 {
			return i, i + k
		}
		return i, len(b)
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

// isStringPrefix marks the letters that Python writes before a string's quotes: b'...' (Python, "Lexical analysis").
var isStringPrefix = ascii.Set("bBuUrRfF")

func textValueEnd(b []byte, i int) int {
	if ascii.HasAt(b, i, "${") { // a template
		if k := bytes.IndexByte(b[i:min(len(b), i+maxJoint)], '}'); k > 0 {
			return i + k + 1
		}
	}
	for i < len(b) && !endsText[b[i]] && (b[i] != '+' || !nameFollows(b[i+1:])) {
		i++
	}
	return i
}

// nameFollows reports whether b starts with a short name and an equals sign: the plus sign before is a space then.
func nameFollows(b []byte) bool {
	i := 0
	for i < len(b) && i <= names.MaxWordSize && (ascii.IsLower(b[i]) || b[i] == '_') {
		i++
	}
	return i >= 3 && i < len(b) && b[i] == '='
}

var endsText = ascii.Set(" \t\r\n,;&\"'<>(){}|\\")

// bearerAt returns the offset behind "Bearer " or "bearer ", from b[i] on; -1 without it.
func bearerAt(b []byte, i int) int {
	upper, lower := afterFirst(b, i, 'B'), afterFirst(b, i, 'b')
	if upper < 0 || lower >= 0 && lower < upper {
		return lower
	}
	return upper
}

const (
	bearerTail      = "earer " // of "Bearer ", in any case
	optionStart     = " -"
	plusOptionStart = "+-"
	thinArrow       = "->"
)

func afterFirst(b []byte, i int, first byte) int {
	for i < len(b) {
		n := bytes.IndexByte(b[i:], first)
		if n < 0 {
			return -1
		}
		i += n + 1
		if len(b)-i >= len(bearerTail) && b[i]|0x20 == 'e' && bytes.EqualFold(b[i:i+len(bearerTail)], []byte(bearerTail)) {
			return i + len(bearerTail)
		}
	}
	return -1
}

// bearersIn finds "Bearer TOKEN" in a text.
func (f *finder) bearersIn(v offset.View, pl context) bool {
	found := false
	b := v.Text
	f.steps += len(b)
	upper, lower := afterFirst(b, 0, 'B'), afterFirst(b, 0, 'b')
	for upper >= 0 || lower >= 0 {
		var from int
		if upper >= 0 && (lower < 0 || upper < lower) {
			from, upper = upper, afterFirst(b, upper, 'B')
		} else {
			from, lower = lower, afterFirst(b, lower, 'b')
		}
		to := textValueEnd(b, from)
		if s := shape.Of(b[from:to]); s >= shape.Hex || s == shape.Mixed && to-from >= 8 && shape.HasLetterAndDigit(b[from:to]) {
			p := pl.withName(names.Name{Grade: names.Strong, Kind: "bearer"}, pl.param)
			found = f.namedValue(v.Cut(from, to), p, tokenwarden.ConfidenceHigh) || found
		}
	}
	return found
}
