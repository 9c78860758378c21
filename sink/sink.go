// Package sink defines the contract of outputs: what writes the checkpoints of detect, in which order, and which errors end the process.
package sink

import (
	"context"
	"errors"

	"github.com/tokenwarden/tokenwarden"
)

// Sink is a destination of checkpoints.
type Sink interface {
	// Write returns nil when all of c is durable. Writing c again, in whole or in part, changes nothing. On an error any
	// part of c may have been written, and the caller writes the whole again. Write retries what time can mend until ctx
	// ends; its other errors are marked with [Permanent]. It neither changes c nor keeps anything of it.
	Write(ctx context.Context, c *tokenwarden.Checkpoint) error
}

// Ordered writes a checkpoint to one sink after the other: a sink gets it when those before it hold it durably.
type Ordered []Sink

// Write returns the error of the first sink that fails. Those after it get nothing.
func (o Ordered) Write(ctx context.Context, c *tokenwarden.Checkpoint) error {
	for _, s := range o {
		if err := s.Write(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// Permanent marks err as one that no retry can mend. It returns nil for nil. The text stays the same.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

// IsPermanent reports whether err, or an error that it wraps, was marked with Permanent.
func IsPermanent(err error) bool {
	var p *permanentError
	return errors.As(err, &p)
}

type permanentError struct{ err error }

// Error returns the text of the marked error.
func (e *permanentError) Error() string { return e.err.Error() }

// Unwrap returns the marked error.
func (e *permanentError) Unwrap() error { return e.err }
