package rules

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Error describes one fault of a rule file.
type Error struct {
	File    string
	Line    int // 0: unknown
	Rule    string
	Key     string
	Problem string
}

// Error returns file, line, rule and key, as far as they are known, and the problem.
func (e *Error) Error() string {
	s := e.File
	if e.Line > 0 {
		s = fmt.Sprintf("%s:%d", s, e.Line)
	}
	if e.Rule != "" {
		s += ": rule " + e.Rule
	}
	if e.Key != "" {
		s += ": " + e.Key
	}
	return s + ": " + e.Problem
}

// locate sets the line of the key, if the file has it. A key such as tests[0].steps names its top-level key.
func (e *Error) locate(root *yaml.Node) {
	top, _, _ := strings.Cut(e.Key, ".")
	top, _, _ = strings.Cut(top, "[")
	if key, _ := lookup(root, top); key != nil && e.Line == 0 {
		e.Line = key.Line
	}
}

// errorf returns an Error about one key of the rule.
func (d *Definition) errorf(key, format string, args ...any) error {
	return &Error{File: d.File, Rule: d.ID, Key: key, Problem: fmt.Sprintf(format, args...)}
}

// itemKey returns the path of a key in a list's item: stages[2].if.
func itemKey(list string, i int, key string) string {
	return list + "[" + strconv.Itoa(i) + "]." + key
}
