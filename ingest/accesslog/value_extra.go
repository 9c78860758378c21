package accesslog

import (
	"bytes"
	"unicode"

	"github.com/tokenwarden/tokenwarden/ingest/internal/authscheme"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// nameForwarded and nameAuthorization are the names of headers that are recognised by their values.
var (
	nameForwarded     = []byte("x-forwarded-for")
	nameAuthorization = []byte("authorization")
)

// setExtraColumns records the columns of r.Line from i on, behind those of the format. They are in quotes, in brackets, or
// bare. Numbers and durations are skipped, everything else becomes a field of a guessed kind.
func setExtraColumns(r *record.Record, i int) {
	line := r.Line
	for i < len(line) && !isFull(r, i) {
		switch line[i] {
		case ' ', '\t':
			i++
		case '"':
			var from, to int
			from, to, i = quotedColumn(line, i)
			setUnnamedColumn(r, span{from, to, record.EscapeBackslash})
		case '[':
			end := bytes.IndexByte(line[i:], ']')
			if end < 0 {
				end = len(line) - i
			}
			setExtraColumn(r, i+1, i+end, record.EscapeNone)
			i += end + 1
		default:
			i = setExtraPair(r, i)
		}
	}
}

// setExtraPair records the bare column at line[i] and returns its end. Of name=value and name="value" only the value becomes
// a field.
func setExtraPair(r *record.Record, i int) int {
	line := r.Line
	end := credentialsEnd(line, i, columnEnd(line, i))
	equals := bytes.IndexByte(line[i:end], '=')
	if equals <= 0 || !isPlainWord(line[i:i+equals]) {
		setExtraColumn(r, i, end, record.EscapeNone)
		return end
	}
	name := line[i : i+equals]
	from, to, e := i+equals+1, end, record.EscapeNone
	if from < len(line) && line[from] == '"' {
		from, to, end = quotedColumn(line, from)
		e = record.EscapeBackslash
	}
	if value := line[from:to]; !isAbsent(value) && !isNumeric(value) && !isDuration(value) {
		r.Add(record.Field{Kind: record.KindText, Escape: e, Start: from, End: to, Name: name})
	}
	return end
}

// minCredentials is the length of the shortest column that is read as the credentials of the scheme before, in bytes.
const minCredentials = 8

// credentialsEnd returns end, that of the bare column at line[i]. Where the column is the scheme of an Authorization header without
// quotes around, it returns the end of the credentials in the next.
func credentialsEnd(line []byte, i, end int) int {
	from := end + 1
	if from >= len(line) || !authscheme.StartsHeader(line[i:]) || authscheme.Len(line[i:]) != from-i {
		return end
	}
	to := columnEnd(line, from)
	if to-from < minCredentials || line[from] == '[' || line[from] == '"' || bytes.IndexFunc(line[from:to], unicode.IsLetter) < 0 {
		return end
	}
	return to
}

// setExtraColumn records one column of unknown content as a field of a guessed kind.
func setExtraColumn(r *record.Record, start, end int, e record.Escape) {
	value := r.Line[start:end]
	if isAbsent(value) || isDuration(value) {
		return
	}
	f := record.Field{Escape: e, Start: start, End: end}
	if f.Kind, f.Name = guessKind(value); f.Kind != record.KindHeader && isNumeric(value) {
		return
	}
	r.Add(f)
}

// setUnnamedColumn records the value of a column of its own behind the request, in which any header may stand.
func setUnnamedColumn(r *record.Record, s span) {
	n := len(r.Fields)
	if setExtraColumn(r, s.start, s.end, s.escape); n < len(r.Fields) {
		r.Fields[n].Unnamed = true
	}
}

// isDuration accepts 12ms, 0.5s, 3us, and those of Go such as 72.1µs and 1m2.5s.
func isDuration(b []byte) bool {
	if len(b) > 24 {
		return false
	}
	ok := false
	for len(b) > 0 {
		digits := 0
		for digits < len(b) && (isDigit(b[digits]) || b[digits] == '.') {
			digits++
		}
		unit := digits
		for unit < len(b) && !isDigit(b[unit]) {
			unit++
		}
		if digits == 0 || digits > 19 || !isTimeUnit(b[digits:unit]) {
			return false
		}
		ok, b = true, b[unit:]
	}
	return ok
}

func isTimeUnit(b []byte) bool {
	switch string(b) {
	case "ns", "us", "µs", "ms", "s", "m", "h":
		return true
	}
	return false
}

// guessKind returns the most likely kind of a value without a name, and a name if the kind needs one. b is not empty.
func guessKind(b []byte) (record.Kind, []byte) {
	switch {
	case b[0] == '/' || schemeEnd(b) > 0:
		return record.KindURL, nil
	case authscheme.StartsHeader(b):
		return record.KindHeader, nameAuthorization
	case looksLikeAddresses(b):
		return record.KindHeader, nameForwarded
	case looksLikeCookies(b):
		return record.KindCookies, nil
	}
	return record.KindText, nil
}

// looksLikeCookies reports whether b may be a Cookie header (RFC 6265, 4.2.1): a name, an equals sign, and spaces only
// behind semicolons. The padding of base64 is none.
func looksLikeCookies(b []byte) bool {
	equals := bytes.IndexByte(b, '=')
	if equals == len(b)-1 || equals == len(b)-2 && b[len(b)-1] == '=' {
		return false
	}
	if equals <= 0 || bytes.IndexByte(b[:equals], ' ') >= 0 || bytes.IndexByte(b[:equals], '/') >= 0 {
		return false
	}
	for i, c := range b {
		if c == ' ' && b[max(i-1, 0)] != ';' {
			return false
		}
	}
	return true
}

// looksLikeAgent reports whether b, a value in quotes without a name, may be a user agent: no URL, header or cookies, and as one
// word either short or a product with its version (RFC 9110, 10.1.5). Other words of that length are keys and ids.
func looksLikeAgent(b []byte) bool {
	if kind, _ := guessKind(b); kind != record.KindText {
		return false
	}
	blank := bytes.IndexByte(b, ' ')
	if len(b) < minOpaque || blank > 0 && (blank <= minOpaque || b[blank-1] != ',') { // a header that came twice is joined by a comma
		return true
	}
	slash := bytes.IndexByte(b, '/')
	return slash > 0 && slash+1 < len(b) && (isDigit(b[slash+1]) || b[slash+1] == 'v') && b[len(b)-1] != '='
}

// minOpaque is the length of the shortest word that is no user agent, in bytes.
const minOpaque = 16

// looksLikeAddresses reports whether b is an X-Forwarded-For list rather than an upstream's address with its port. It checks
// only the right-most element: the left ones come from the client.
func looksLikeAddresses(b []byte) bool {
	if last := bytes.LastIndexByte(b, ','); last > 0 && bytes.IndexByte(b, ';') < 0 {
		_, ok := parseAddr(bytes.TrimSpace(b[last+1:]))
		return ok
	}
	if !isDigit(b[0]) && bytes.IndexByte(b, ':') < 0 {
		return false
	}
	_, ok := parseAddr(b)
	return ok
}
