package detect

import (
	"strings"
	"testing"
)

// A text from a log becomes a literal and nothing else.
func TestSQLIsQuoted(t *testing.T) {
	e := queryEvent(`/x' OR 1=1 --\`)
	a := observeAll(mustCompile(t, urlRule+"sql: SELECT {endpoint}, {param}\n"), e)[0]
	if want := `SELECT '/x\' OR 1=1 --\\', 'key'`; a.SQL != want {
		t.Errorf("want %s, got %s", want, a.SQL)
	}
}

func TestTemplateErrors(t *testing.T) {
	for text, want := range map[string]string{
		"summary: \"{requets} made\"":          `rule url: summary: unknown name "requets": did you mean "requests"?`,
		"summary: \"{param.x}\"":               `unknown name "param.x"`,
		"summary: \"{count\"":                  `has a { without its }`,
		"sql: SELECT {count}":                  `rule url: sql: unknown name "count"`,
		"needs: [schema]":                      `rule url: needs: unknown field "schema": did you mean "scheme"?`,
		"group: [event.endpont]":               `rule url: group: unknown field "event.endpont": did you mean "event.endpoint"?`,
		"group: [event.status]":                `event.status is number: want text`,
		"measure: event.location":              `rule url: kind: event.location is text: want number`,
		"severity_when: [{if: event.accepte}]": `rule url: severity_when: line 1: column 1: unknown name "event.accepte": did you mean "event.accepted"?`,
	} {
		t.Run(text, func(t *testing.T) {
			err := compileText(strings.ReplaceAll(urlRule, "group: [event.endpoint]\n", "") + text + "\n")
			if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "column 1: event", "event"), strings.ReplaceAll(want, "column 1: event", "event")) {
				t.Errorf("want %s\ngot  %v", want, err)
			}
		})
	}
}
