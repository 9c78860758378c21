package accesslog

import (
	"errors"
	"strings"
)

// newFormatString compiles a format string: nginx's log_format if it has a $, else Apache's or Envoy's. One that is a
// JSON object tells what each key holds; the lines are then read as JSON.
func newFormatString(s string) (format, error) {
	s = unquoteDirective(s)
	split := apacheParts
	switch {
	case strings.Contains(s, "$"):
		split = nginxParts
	case isEnvoy(s):
		split = envoyParts
	}
	if strings.HasPrefix(strings.TrimSpace(s), "{") {
		return newJSONTemplate(s, split)
	}
	parts, err := split(s)
	if err != nil {
		return nil, err
	}
	return newTemplate("custom", parts)
}

// isFormatString tells whether s is a format string rather than a name.
func isFormatString(s string) bool { return strings.ContainsAny(s, "$%") }

// unquoteDirective accepts a whole directive, so that it can be pasted: log_format main '...' '...'; or LogFormat "..."
// name. Anything else it returns as it is.
func unquoteDirective(s string) string {
	trimmed := strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(trimmed, "log_format "); ok {
		if i := strings.IndexAny(rest, `'"`); i >= 0 {
			return joinQuoted(rest[i:])
		}
	}
	if rest, ok := strings.CutPrefix(trimmed, "LogFormat "); ok {
		return joinQuoted(rest)
	}
	return s
}

// joinQuoted returns the quoted strings in s, one after the other.
func joinQuoted(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		quote := s[i]
		if quote != '\'' && quote != '"' {
			continue
		}
		for i++; i < len(s) && s[i] != quote; i++ {
			if s[i] == '\\' && i+1 < len(s) {
				i++
			}
			out.WriteByte(s[i])
		}
	}
	return out.String()
}

var errVariable = errors.New("log format string has a variable without an end")

// nginxParts takes a log_format string apart: $name and ${name} are variables.
func nginxParts(s string) ([]part, error) {
	var parts []part
	for s != "" {
		i := strings.IndexByte(s, '$')
		if i < 0 {
			i = len(s)
		}
		if i > 0 {
			parts = append(parts, part{literal: s[:i]})
		}
		if s = s[i:]; s == "" {
			break
		}
		name, rest := variableName(s[1:])
		if name == "" {
			return nil, errVariable
		}
		parts = append(parts, part{isValue: true, def: nginxDef(name)})
		s = rest
	}
	return parts, nil
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

// nginxDef is what a variable holds, with the name of its field.
func nginxDef(name string) def {
	d, skip, _ := nginxVariable(name)
	d.name = []byte(name[skip:])
	if d.kind == KindHeader {
		d.name = []byte(strings.ReplaceAll(name[skip:], "_", "-"))
	}
	return d
}

// newJSONTemplate reads the format string as if it were a line, to learn what its keys hold.
func newJSONTemplate(s string, split func(string) ([]part, error)) (format, error) {
	j := &jsonLog{name: "custom", own: make(map[string]def)}
	var failed error
	j.learn = func(path, value string) {
		parts, err := split(value)
		if err != nil {
			failed = err
			return
		}
		if d, ok := joined(parts); ok {
			j.own[path] = d
		}
	}
	var r Record
	r.Reset([]byte(s))
	err := j.parse(&r)
	j.learn, j.keys = nil, keyCache{}
	switch {
	case failed != nil:
		return nil, failed
	case err == ErrFormat || err == errBroken:
		return nil, errors.New("log format string is no JSON object")
	case len(j.own) == 0:
		return nil, errNoVariables
	}
	return j, nil
}

var errNoVariables = errors.New("log format string has no variables")

// joined says what several parts in one value are. Of a URL put together from parts only that much is known.
func joined(parts []part) (d def, ok bool) {
	parts = joinRequest(parts)
	if len(parts) == 1 {
		return parts[0].def, parts[0].isValue
	}
	for _, p := range parts {
		ok = ok || p.isValue
		if isTarget(p) {
			d = def{role: roleField, kind: KindURL}
		}
	}
	return d, ok
}
