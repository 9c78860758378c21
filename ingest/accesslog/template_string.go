package accesslog

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// newFormatString compiles a format string, bare or in its directive. If it is a JSON object, the lines are read as JSON and
// its values define the keys.
func newFormatString(s string, o Options) (format, error) {
	d, err := readDirective(s)
	if err != nil {
		return nil, err
	}
	if fields, ok := strings.CutPrefix(strings.TrimSpace(d.text), "#Fields:"); ok {
		return &w3c{name: "custom", learned: newLayout(strings.Fields(fields), 1)}, nil
	}
	split, err := d.splitter()
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(strings.TrimSpace(d.text), "{") {
		return newJSONTemplate(d.text, split, o)
	}
	parts, err := split(d.text)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		o.markDef(&parts[i].def, string(parts[i].def.name))
	}
	return newTemplate("custom", parts, d.escape)
}

// splitter returns the function that splits the format string, by the server whose variables it has.
func (d *directive) splitter() (func(string) ([]part, error), error) {
	nginx, apache := firstVariable(d.text, '$'), firstVariable(d.text, '%')
	switch {
	case d.syntax != syntaxUnknown:
	case nginx != "" && apache != "":
		return nil, fmt.Errorf("%s is a variable of nginx, %s one of another server: "+
			"give the whole directive, log_format or LogFormat, to say which it is", nginx, apache)
	case nginx != "" || !strings.Contains(d.text, "%"):
		d.syntax = syntaxNginx
	case isEnvoy(d.text):
		d.syntax = syntaxEnvoy
	case isSquid(d.text):
		d.syntax, d.escape = syntaxSquid, record.EscapeBackslash
	case isHAProxy(d.text):
		d.syntax = syntaxHAProxy
	case isGunicorn(d.text):
		d.syntax, d.escape = syntaxGunicorn, record.EscapeBackslash
	default:
		d.syntax, d.escape = syntaxApache, record.EscapeBackslash
	}
	switch d.syntax {
	case syntaxNginx:
		return nginxParts, nil
	case syntaxEnvoy:
		return envoyParts, nil
	case syntaxHAProxy:
		return haproxyParts, nil
	case syntaxSquid:
		return squidParts, nil
	case syntaxGunicorn:
		return gunicornParts, nil
	}
	return apacheParts, nil
}

// firstVariable returns the first variable in s with this sign, "" without one.
func firstVariable(s string, sign byte) string {
	for i := 0; i+1 < len(s); i++ {
		if s[i] != sign {
			continue
		}
		n := i + 1
		for n < len(s) && n < i+32 && (methodByte(s[n]) && s[n] != '-' || sign == '%' && n == i+1 && strings.IndexByte(">{[(", s[n]) >= 0) {
			n++
		}
		if n > i+1 {
			return s[i:n]
		}
	}
	return ""
}

// isFormatString reports whether s is a format string rather than a name.
func isFormatString(s string) bool {
	return strings.ContainsAny(s, "$%") || strings.HasPrefix(strings.TrimSpace(s), "#Fields:") || strings.Contains(s, "log_format ")
}

var errVariable = errors.New("log format string has a variable without an end")

// nginxParts splits a log_format string. $name and ${name} are variables.
func nginxParts(s string) ([]part, error) {
	var parts []part
	for {
		if parts, s = appendLiteral(parts, s, '$'); s == "" {
			return parts, nil
		}
		name, rest := variableName(s[1:])
		if name == "" {
			return nil, errVariable
		}
		if err := checkVariable("$"+name, "$", nginxVariables); err != nil {
			return nil, err
		}
		parts = append(parts, part{isValue: true, def: nginxDef(name), text: "$" + name})
		s = rest
	}
}

// appendLiteral appends the literal at the start of s to parts, unless it is empty. It returns the rest of s, which is empty
// or starts with sign.
func appendLiteral(parts []part, s string, sign byte) ([]part, string) {
	i := strings.IndexByte(s, sign)
	if i < 0 {
		i = len(s)
	}
	if i > 0 {
		parts = append(parts, part{literal: s[:i]})
	}
	return parts, s[i:]
}

func variableName(s string) (name, rest string) {
	if strings.HasPrefix(s, "{") {
		name, rest, _ = strings.Cut(s[1:], "}")
		return name, rest
	}
	n := 0
	for n < len(s) && (methodByte(s[n]) && s[n] != '-' || isDigit(s[n])) {
		n++
	}
	return s[:n], s[n:]
}

// nginxDef defines a variable, with the name of its field.
func nginxDef(name string) def {
	d, skip, _ := nginxVariable(name)
	d.name = []byte(name[skip:])
	if d.kind == record.KindHeader {
		d.name = []byte(strings.ReplaceAll(name[skip:], "_", "-"))
	}
	return d
}

// newJSONTemplate reads the format string like a line, and defines each key by the variables in its value.
func newJSONTemplate(s string, split func(string) ([]part, error), o Options) (format, error) {
	j := newJSONLog("custom", o)
	var failed error
	learned := 0
	j.learn = func(path, value string) {
		parts, err := split(value)
		if err != nil {
			failed = err
			return
		}
		if len(parts) == 1 && isUnnamed(parts[0]) {
			learned++ // the key says what it is
			return
		}
		if d, ok := joinedDef(parts); ok {
			if learned++; d.role != roleGuess { // the key says which header it is
				j.configured[path] = configuredKey{def: d}
			}
		}
	}
	var r record.Record
	r.Reset([]byte(s))
	err := j.parse(&r)
	j.learn, j.keys = nil, keyCache{}
	switch {
	case failed != nil:
		return nil, failed
	case err == ErrFormat || err == errTruncated:
		return nil, errors.New("log format string is no JSON object")
	case learned == 0:
		return nil, errNoVariables
	}
	return j, nil
}

var errNoVariables = errors.New("log format string has no variables")

// joinedDef defines a value that consists of several parts. A value with a target among its parts is a URL.
func joinedDef(parts []part) (d def, ok bool) {
	if sample, ok := sampleOf(parts); ok && isReadable(sample) {
		return def{role: roleTime, rank: 1}, true
	}
	if len(parts) == 3 && parts[0].literal == "[" && isTime(parts[1]) && parts[2].literal == "]" {
		return parts[1].def, true // %t has brackets
	}
	parts = joinTimes(joinRequest(parts))
	if len(parts) == 1 {
		return parts[0].def, parts[0].isValue
	}
	for _, p := range parts {
		ok = ok || p.isValue
		if isTarget(p) {
			d = def{role: roleField, kind: record.KindURL}
		}
	}
	return d, ok
}

// sampleOf returns the sample of parts that are all times or literals. ok is false for others.
func sampleOf(parts []part) (sample string, ok bool) {
	for _, p := range parts {
		if p.isValue && p.sample == "" {
			return "", false
		}
		ok = ok || p.isValue
		sample += p.literal + p.sample
	}
	return sample, ok
}
