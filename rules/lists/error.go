package lists

import "fmt"

// Error says what is wrong in a list and where. It never quotes what stands where a fingerprint should: people paste
// tokens there.
type Error struct {
	File    string
	Line    int    // 1-based, 0 if it is not known
	Key     string // path of the YAML key, "" if there is none
	Problem string
}

// Error names file, line and key as far as they are known.
func (e *Error) Error() string {
	s := e.File
	if e.Line > 0 {
		s = fmt.Sprintf("%s:%d", s, e.Line)
	}
	if e.Key != "" {
		s += ": " + e.Key
	}
	return s + ": " + e.Problem
}

func errorAt(file string, line int, format string, args ...any) error {
	return &Error{File: file, Line: line, Problem: fmt.Sprintf(format, args...)}
}
