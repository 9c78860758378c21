package lists

import (
	"fmt"

	"github.com/tokenwarden/tokenwarden/rules"
)

// Error says what is wrong in a list and where. It never quotes what stands where a fingerprint should: people paste
// tokens there.
type Error = rules.Error

func errorAt(file string, line int, format string, args ...any) error {
	return &Error{File: file, Line: line, Problem: fmt.Sprintf(format, args...)}
}
