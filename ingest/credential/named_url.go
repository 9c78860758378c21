package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// A parser takes a value that starts with a slash or a scheme for a URL. Base64 and passwords start so too: "password":"/kt9ZIlj",
// "token":"http://Q2f8...". Under the name of a credential, all of such a value is judged unless it is an address that people wrote.

// isNamedValue reports whether a URL is rather the value of a credential's name.
func (f *finder) isNamedValue(line []byte, fld *record.Field) bool {
	if fld.Kind != record.KindURL || len(fld.Name) == 0 {
		return false
	}
	n := f.classifyName(fld.Name)
	return n.IsSensitive() && !isPlainAddress(line[fld.Start:fld.End], n)
}

// isPlainAddress reports whether b is a path of two segments or more, or an absolute URL with a host, of words alone:
// "token":"/var/run/secrets/token", "secret":"https://vault.example/ui". Under the name n of what people choose, a segment mixes
// letters and digits only in a short word (v1, oauth2).
func isPlainAddress(b []byte, n names.Name) bool {
	segments := 0
	if from := schemeEnd(b); from > 0 {
		b = b[from:]
		end := bytes.IndexByte(b, '/')
		if end < 0 {
			end = len(b)
		}
		if bytes.IndexByte(b[:end], '.') < 0 && end == len(b) {
			return false
		}
		segments = 1
	}
	longest := maxPlainMixed
	if n.Grade < names.Chosen {
		longest = len(b)
	}
	for len(b) > 0 {
		var part []byte
		if part, b, _ = bytes.Cut(b, []byte{'/'}); len(part) == 0 {
			continue
		}
		if segments++; !isPlainSegment(part, longest) {
			return false
		}
	}
	return segments >= 2
}

// maxPlainMixed is the length of the longest word with a digit in an address that people wrote, in bytes.
const maxPlainMixed = 6

// isPlainSegment reports whether b is made of words joined by dots, hyphens, underscores and colons, those with a digit among
// their letters at most longest bytes long.
func isPlainSegment(b []byte, longest int) bool {
	if shape.Of(b) > shape.Number {
		return false
	}
	for i := 0; i < len(b); {
		end := i
		for end < len(b) && ascii.IsAlnum(b[end]) {
			end++
		}
		if end-i > longest && shape.HasLetterAndDigit(b[i:end]) || end < len(b) && !joinsPlain[b[end]] {
			return false
		}
		i = end + 1
	}
	return true
}

var joinsPlain = ascii.Set(".-_:")
