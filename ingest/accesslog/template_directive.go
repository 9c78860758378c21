package accesslog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// syntax is the language of a format string.
type syntax uint8

const (
	syntaxUnknown  syntax = iota
	syntaxNginx           // $name, ${name}
	syntaxApache          // %h, %>s, %{Name}i
	syntaxEnvoy           // %NAME%, %NAME(argument):length%
	syntaxHAProxy         // %ci, %[expression], %{+Q}r
	syntaxGunicorn        // %(h)s, %({name}i)s
	syntaxSquid           // %>a, %[un, %{Name}>h
)

// directive is a format string of a server's configuration with the settings around it.
type directive struct {
	text   string        // without quotes and escapes of the configuration
	syntax syntax        // syntaxUnknown for a bare format string
	escape record.Escape // of the values that the server writes
}

// directives are the words before a format string in the servers' configurations (nginx, Apache, HAProxy, Envoy,
// Gunicorn; 2026-11).
var directives = [...]struct {
	word   string
	syntax syntax
	escape record.Escape
}{
	{"log_format", syntaxNginx, record.EscapeBackslash},
	{"LogFormat", syntaxApache, record.EscapeBackslash},
	{"log-format", syntaxHAProxy, record.EscapeNone},
	{"logformat", syntaxSquid, record.EscapeBackslash},
	{"text_format:", syntaxEnvoy, record.EscapeNone},
	{"inline_string:", syntaxEnvoy, record.EscapeNone},
	{"json_format:", syntaxEnvoy, record.EscapeJSON},
	{"format:", syntaxEnvoy, record.EscapeNone},
	{"access_log_format", syntaxGunicorn, record.EscapeBackslash},
	{"--access-logformat", syntaxGunicorn, record.EscapeBackslash},
}

// readDirective extracts the format string from a whole directive:
//
//	log_format main escape=json '...' '...';     nginx, over several lines, with comments
//	LogFormat "..." nick                         Apache
//	log-format "..."                             HAProxy
//	logformat nick ...                           Squid
//	text_format: "...", json_format: {...}       Envoy, YAML or JSON
//	access_log_format = '...'                    Gunicorn
//
// A bare format string loses its quotes, if it has any.
func readDirective(s string) (directive, error) {
	trimmed := strings.TrimSpace(s)
	for _, known := range directives {
		rest, ok := strings.CutPrefix(trimmed, known.word)
		if !ok || rest == "" || strings.IndexByte(" \t\r\n\"'", rest[0]) < 0 {
			continue
		}
		if strings.Count(trimmed, known.word+" ") > 1 {
			return directive{}, fmt.Errorf("more than one %s: give the one that the access log names", known.word)
		}
		d := directive{syntax: known.syntax, escape: known.escape}
		return d, d.read(strings.TrimSpace(rest), known.word)
	}
	if n := len(trimmed); n > 1 && (trimmed[0] == '"' || trimmed[0] == '\'') && trimmed[n-1] == trimmed[0] {
		s = joinQuoted(trimmed)
	}
	return directive{text: strings.ReplaceAll(s, `\t`, "\t")}, nil
}

// read sets the text and the escape from rest, the text behind the word of a directive.
func (d *directive) read(rest, word string) (err error) {
	if d.syntax == syntaxSquid { // the rest of the line behind a nickname, quotes and all
		_, d.text, _ = strings.Cut(rest, " ")
		d.text = strings.TrimSpace(d.text)
		return nil
	}
	d.text = joinQuoted(rest)
	switch {
	case word == "json_format:" && strings.HasPrefix(rest, "{"):
		d.text = rest
	case word == "json_format:":
		d.text, err = jsonOfYAML(rest)
	case d.syntax == syntaxNginx && strings.Contains(rest, "escape=json"):
		d.escape = record.EscapeJSON
	case d.syntax == syntaxNginx && strings.Contains(rest, "escape=none"):
		d.escape = record.EscapeNone
	case d.text == "" && d.syntax == syntaxHAProxy:
		d.text = strings.ReplaceAll(rest, `\ `, " ")
	case d.text == "" && d.syntax == syntaxEnvoy:
		d.text = rest
	}
	if err == nil && d.text == "" {
		err = fmt.Errorf("%s has no format in quotes: give the directive as it stands in the configuration", word)
	}
	return err
}

// joinQuoted concatenates the quoted strings in s without their escapes. It skips comments between them.
func joinQuoted(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '#':
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case '\'', '"':
			quote := s[i]
			for i++; i < len(s) && s[i] != quote; i++ {
				i += writeUnescaped(&out, s[i:])
			}
		}
	}
	return out.String()
}

// writeUnescaped writes the character at the start of s and returns the number of bytes by which its escape is longer.
func writeUnescaped(out *strings.Builder, s string) int {
	if s[0] != '\\' || len(s) == 1 {
		out.WriteByte(s[0])
		return 0
	}
	switch c := s[1]; c {
	case 'n':
		out.WriteByte('\n')
	case 't':
		out.WriteByte('\t')
	case 'r':
		out.WriteByte('\r')
	case '"', '\'', '\\', ' ':
		out.WriteByte(c)
	default:
		out.WriteByte('\\')
		return 0
	}
	return 1
}

// jsonOfYAML converts lines "key: value", all of the same depth, to a JSON object.
func jsonOfYAML(s string) (string, error) {
	var out strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if value = strings.TrimSpace(value); !ok || value == "" {
			return "", errors.New("json_format: want lines of \"key: value\", or an object in braces where one stands in another")
		}
		out.WriteString(", " + strconv.Quote(strings.Trim(key, `"'`)) + ": " + strconv.Quote(strings.Trim(value, `"'`)))
	}
	return "{" + strings.TrimPrefix(out.String(), ", ") + "}", nil
}
