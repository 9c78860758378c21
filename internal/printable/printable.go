// Package printable escapes text of untrusted origin for whoever reads it: a terminal, a shell, a viewer of JSON.
package printable

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"
)

// IsControl reports whether a terminal or a viewer may obey r instead of showing it: C0, DEL, C1, the separators of lines and
// paragraphs, and the marks, embeddings, overrides and isolates of bidirectional text.
func IsControl(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0:
		return true
	case r < 0x61c:
		return false
	}
	return r == 0x61c || r == 0x200e || r == 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// Text escapes the control characters of s, line feeds and tabs included, and the bytes that are not UTF-8. The result is one line.
// It returns s if there is nothing to escape.
func Text(s string) string {
	at := firstUnsafe(s)
	if at < 0 {
		return s
	}
	b := make([]byte, at, len(s)+16)
	copy(b, s)
	for at < len(s) {
		r, n := utf8.DecodeRuneInString(s[at:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = fmt.Appendf(b, `\x%02x`, s[at])
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case IsControl(r) && r < 0x100:
			b = fmt.Appendf(b, `\x%02x`, r)
		case IsControl(r):
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = append(b, s[at:at+n]...)
		}
		at += n
	}
	return string(b)
}

// firstUnsafe returns the index of the first character that Text escapes, -1 if there is none.
func firstUnsafe(s string) int {
	for i := 0; i < len(s); {
		if s[i] >= ' ' && s[i] < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || IsControl(r) {
			return i
		}
		i += n
	}
	return -1
}

// SQL returns s as a string literal of ClickHouse with the value s. Control characters and bytes that are not UTF-8 are escaped as \xHH:
// a person may paste the query into a terminal.
func SQL(s string) string {
	b := make([]byte, 0, len(s)+2)
	b = append(b, '\'')
	for at := 0; at < len(s); {
		r, n := utf8.DecodeRuneInString(s[at:])
		switch {
		case r == utf8.RuneError && n == 1, IsControl(r):
			for _, c := range []byte(s[at : at+n]) {
				b = fmt.Appendf(b, `\x%02X`, c)
			}
		case r == '\'' || r == '\\':
			b = append(b, '\\', byte(r))
		default:
			b = append(b, s[at:at+n]...)
		}
		at += n
	}
	return string(append(b, '\''))
}

// Fprintf formats like fmt.Fprintf, with the texts among args escaped by Text: strings, lists of strings, errors and what has a
// method String. The format itself is trusted.
func Fprintf(w io.Writer, format string, args ...any) (int, error) {
	safe := make([]any, len(args))
	for i, arg := range args {
		safe[i] = escaped(arg)
	}
	return fmt.Fprintf(w, format, safe...)
}

func escaped(arg any) any {
	switch v := arg.(type) {
	case string:
		return Text(v)
	case []string:
		out := make([]string, len(v))
		for i, s := range v {
			out[i] = Text(s)
		}
		return out
	case error:
		return Text(v.Error())
	case fmt.Stringer:
		return Text(v.String())
	}
	if v := reflect.ValueOf(arg); v.Kind() == reflect.String {
		return Text(v.String())
	}
	return arg
}

// Error returns the text of err, escaped, with a line for each of the errors that errors.Join joined.
func Error(err error) string { return strings.Join(errorLines(err), "\n") }

func errorLines(err error) []string {
	text := err.Error()
	if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // this error alone: what it wraps follows below
		errs := joined.Unwrap()
		if text == errors.Join(errs...).Error() {
			var lines []string
			for _, e := range errs {
				lines = append(lines, errorLines(e)...)
			}
			return lines
		}
	}
	if inner := errors.Unwrap(err); inner != nil {
		if prefix, ok := strings.CutSuffix(text, inner.Error()); ok {
			lines := errorLines(inner)
			lines[0] = Text(prefix) + lines[0]
			return lines
		}
	}
	return []string{Text(text)}
}

// AppendJSON appends JSON with the control characters that JSON allows in its strings (DEL, C1, bidirectional text, separators of
// lines) escaped as \uXXXX. Elsewhere JSON holds none, so the value stays the same.
func AppendJSON(dst, json []byte) []byte {
	from := 0
	for i := 0; i < len(json); {
		if json[i] < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(json[i:])
		if IsControl(r) {
			dst = append(dst, json[from:i]...)
			dst = fmt.Appendf(dst, `\u%04x`, r)
			from = i + n
		}
		i += n
	}
	return append(dst, json[from:]...)
}

// JSONWriter returns a writer that passes JSON on as AppendJSON makes it. Each call of Write must hold whole characters.
func JSONWriter(w io.Writer) io.Writer { return &jsonWriter{to: w} }

type jsonWriter struct{ to io.Writer }

// Write implements io.Writer.
func (j *jsonWriter) Write(b []byte) (int, error) {
	if _, err := j.to.Write(AppendJSON(nil, b)); err != nil {
		return 0, err
	}
	return len(b), nil
}
