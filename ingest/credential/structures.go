package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Dumps of programs, forms and command lines join names and values in their own syntax. Each function here finds one such
// value; searchPairs calls it at the byte typical of the structure. All read at most maxJoint bytes between the name and the
// value.

const maxJoint = 256

// hasJoint reports whether b holds a sign of structures.go that joins a name and a value without = and colon.
func hasJoint(b []byte) bool {
	return bytes.Contains(b, []byte(optionStart)) || bytes.Contains(b, []byte(plusOptionStart)) || bytes.IndexByte(b, '\'') >= 0 ||
		bytes.Contains(b, []byte(thinArrow)) ||
		bytes.Contains(b, []byte(copula)) || bytes.Contains(b, []byte(pastCopula))
}

// arrowValue returns the bounds of the value behind name => with the > at b[i]: Ruby's {"password"=>"x"} and :password=>"x",
// PHP's [password] => x, which ends with its line.
func arrowValue(b []byte, nameStart, i int) (from, to int) {
	if from, to = valueAfter(b, i+1); nameStart < len(b) && b[nameStart] == '[' {
		for to = from; to < len(b) && b[to] != '\n' && b[to] != '\r' && !startsMember(b[to:]); {
			to++
		}
	}
	return from, to
}

// startsMember reports whether b begins with a space and the next member of a dump of PHP, [name] =>, or its end.
func startsMember(b []byte) bool {
	if b[0] != ' ' || len(b) < 2 || b[1] != '[' {
		return len(b) == 2 && string(b) == " )"
	}
	i := 2
	for i < len(b) && i < names.MaxWordSize && ascii.Class[b[i]]&ascii.Run != 0 {
		i++
	}
	return ascii.HasAt(b, i, "] =>")
}

// statement judges the value that v.Text[i], a quote or a space, introduces without a sign: IDENTIFIED BY 'x' and PASSWORD 'x'
// of SQL, password is x. It returns the offset to go on at, 0 without a finding.
func (f *finder) statement(v offset.View, i int, pl context) int {
	b := v.Text
	switch {
	case i < len("PASSWORD ") || i+4 >= len(b):
		return 0
	case b[i] == '\'' && (b[i-1] == ' ' || b[i-1] == '('):
		if !hasFoldSuffix(b[:i-1], "identified by") && !hasFoldSuffix(b[:i-1], "password") {
			return 0
		}
		from, to := valueAfter(b, i)
		n := names.Name{Grade: names.Certain, Kind: "password"}
		f.steps += to - from
		if from < to && f.searchValue(v.Cut(from, to), pl.withName(n, passwordName)) {
			return to
		}
	case b[i] == ' ' && (ascii.HasAt(b, i, copula) || ascii.HasAt(b, i, pastCopula)):
		start, end := nameBefore(b, i)
		from, to := valueAfter(b, i+len(copula))
		if b[i+1] == 'w' {
			from, to = valueAfter(b, i+len(pastCopula))
		}
		for to > from && (b[to-1] == '.' || b[to-1] == '!' || b[to-1] == ':') {
			to--
		}
		if from < to && shape.Of(b[from:to]) >= shape.Mixed && shape.HasLetterAndDigit(b[from:to]) {
			return f.searchStructure(v, pl, start, end, from, to)
		}
	}
	return 0
}

const (
	copula     = " is "
	pastCopula = " was "
)

// thinArrow judges the value behind name -> with the > at v.Text[i], as maps print in several languages. It returns the offset
// to go on at, 0 without a finding.
func (f *finder) thinArrow(v offset.View, i int, pl context) int {
	start, end := nameBefore(v.Text, i-1)
	from, to := valueAfter(v.Text, i+1)
	return f.searchStructure(v, pl, start, end, from, to)
}

// serializedValue returns the name and the value of PHP's s:8:"password";s:1:"x"; and ;i:482913;, with the last letter of
// the type before the colon at b[i].
func serializedValue(b []byte, i int) (start, end, from, to int) {
	if i < 4 || b[i-1] != 's' && b[i-1] != 'i' && b[i-1] != 'd' || b[i-2] != ';' || b[i-3] != '"' {
		return 0, 0, 0, 0
	}
	start, end = nameBefore(b, i-2)
	from = i + 1
	if b[i-1] == 's' {
		for from < len(b) && ascii.IsDigit(b[from]) {
			from++
		}
		from++
	}
	if from >= len(b) {
		return 0, 0, 0, 0
	}
	from, to = valueAfter(b, from)
	return start, end, from, to
}

// attributeValue returns the value to the name in name="password", with the equals sign at b[i]: the next attribute
// (value="x"), or the part of a form behind the empty line (RFC 7578).
func attributeValue(b []byte, i int) (start, end, from, to int) {
	start, end = valueAfter(b, i+1)
	if start == end || end-start > names.MaxNameSize || b[start-1] != '"' && b[start-1] != '\'' {
		return 0, 0, 0, 0
	}
	near := b[end:min(len(b), end+maxJoint)]
	if k := bytes.Index(near, []byte("value=")); k >= 0 && bytes.IndexByte(near[:k], '>') < 0 && bytes.IndexByte(near[:k], '\n') < 0 {
		from, to = valueAfter(b, end+k+len("value="))
		return start, end, from, to
	}
	for _, blank := range [...]string{"\r\n\r\n", "\n\n"} {
		if k := bytes.Index(near, []byte(blank)); k >= 0 {
			from = end + k + len(blank)
			for to = from; to < len(b) && b[to] != '\n' && b[to] != '\r'; {
				to++
			}
			return start, end, from, to
		}
	}
	return 0, 0, 0, 0
}

// tupleValue returns the name and the value of Python's ('password', 'x') and (b'password', b'x'), whose bracket stands at b[i].
func tupleValue(b []byte, i int) (start, end, from, to int) {
	if i++; i < len(b) && b[i] == 'b' {
		i++
	}
	if i >= len(b) || b[i] != '\'' && b[i] != '"' {
		return 0, 0, 0, 0
	}
	start = i + 1
	for end = start; end < len(b) && end-start < names.MaxNameSize && ascii.Class[b[end]]&ascii.Run != 0; {
		end++
	}
	if end+1 >= len(b) || b[end] != b[i] || b[end+1] != ',' {
		return 0, 0, 0, 0
	}
	from = end + 2
	for from < len(b) && b[from] == ' ' {
		from++
	}
	if from+1 < len(b) && b[from] == 'b' {
		from++
	}
	if from >= len(b) || b[from] != '\'' && b[from] != '"' {
		return 0, 0, 0, 0
	}
	from, to = valueAfter(b, from)
	return start, end, from, to
}

// xmlName returns the name of the element with a start tag that ends at b[i], without its namespace.
func xmlName(b []byte, i int) (start, end int) {
	low := max(0, i-maxJoint)
	open := bytes.LastIndexByte(b[low:i], '<')
	if open < 0 || b[i-1] == '/' {
		return 0, 0
	}
	start = low + open + 1
	for end = start; end < i && (ascii.Class[b[end]]&ascii.Run != 0 || b[end] == ':' || b[end] == '.'); end++ {
		if b[end] == ':' {
			start = end + 1
		}
	}
	if end < i && b[end] > ' ' {
		return 0, 0
	}
	return start, end
}

// xmlText returns the bounds of the text behind the start tag that ends at b[i], within CDATA or not.
func xmlText(b []byte, i int) (from, to int) {
	from = i + 1
	if ascii.HasAt(b, from, cdata) {
		from += len(cdata)
		if n := bytes.Index(b[from:], []byte("]]>")); n >= 0 {
			return from, from + n
		}
		return from, len(b)
	}
	n := bytes.IndexByte(b[from:], '<')
	return from, from + max(n, 0)
}

const cdata = "<![CDATA["

// isAuthority reports whether an authority may start at b[i]: behind a scheme, a colon and slashes. Browsers accept one
// slash or backslashes for two slashes.
func isAuthority(b []byte, i int) bool {
	k := i
	for k > 0 && i-k < 3 && (b[k-1] == '/' || b[k-1] == '\\') {
		k--
	}
	if k == i || k < 3 || b[k-1] != ':' {
		return false
	}
	return ascii.HasAt(b, k, "//") || ascii.IsAlpha(b[k-2]) && ascii.IsAlpha(b[k-3])
}

// searchStructure judges the value between from and to under the name from start to end, if sensitive. It returns the offset
// to go on at, 0 without a finding.
func (f *finder) searchStructure(v offset.View, pl context, start, end, from, to int) int {
	if start >= end || from >= to {
		return 0
	}
	f.steps += to - start
	n := f.names.Classify(v.Text[start:end])
	if n.IsSensitive() && f.searchValue(v.Cut(from, to), pl.withName(n, v.Text[start:end])) {
		return to
	}
	return 0
}
