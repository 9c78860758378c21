// Command tokenwarden finds the credentials in access logs, redacts them, and watches how each is used.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // bindings name time zones, and a container may have none

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

// The exit codes. Other programs depend on them.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2 // wrong usage or configuration
	exitFound  = 3 // --fail-on reached
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, os.Environ()})
	stop()
	os.Exit(code)
}

// streams are the files and the environment of a command. Tests replace them to run commands in-process.
type streams struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
}

// usageError is a mistake in the command line. It ends with exitUsage.
type usageError struct{ error }

// errFound ends a scan in which an alert reached --fail-on.
var errFound = errors.New("alerts of the severity of --fail-on were found")

// stdout is standard output. It keeps the first error of a write, for the commands that print line by line.
type stdout struct {
	io.Writer
	err error
}

// Write implements io.Writer.
func (o *stdout) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if err != nil && o.err == nil {
		o.err = err
	}
	return n, err
}

// execute runs one command line and returns its exit code.
func execute(ctx context.Context, args []string, s streams) int {
	out := &stdout{Writer: s.out}
	s.out = out
	err := run(ctx, args, s)
	if out.err != nil && (err == nil || errors.Is(err, errFound) || errors.Is(err, out.err)) {
		err = fmt.Errorf("standard output: %w", out.err)
	}
	var usage usageError
	var config config.Error
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFound):
		return exitFound
	case errors.As(err, &usage):
		_, _ = fmt.Fprintf(s.err, "tokenwarden: %s\nRun 'tokenwarden --help' for usage.\n", printable.Error(err))
		return exitUsage
	case errors.As(err, &config):
		_, _ = fmt.Fprintf(s.err, "tokenwarden: configuration: %s\n", printable.Error(err))
		return exitUsage
	}
	_, _ = fmt.Fprintf(s.err, "tokenwarden: %s\n", printable.Error(err))
	return exitFailed
}
