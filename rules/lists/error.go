package lists

import (
	"fmt"

	"github.com/tokenwarden/tokenwarden/rules"
)

// Error describes one fault of a list file. It never quotes a value in the place of a fingerprint: people paste tokens there.
type Error = rules.Error

func errorAt(file string, line int, format string, args ...any) error {
	return &Error{File: file, Line: line, Problem: fmt.Sprintf(format, args...)}
}
