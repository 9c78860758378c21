// Package backoff spaces the attempts of work that is repeated until a server answers.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff returns growing waits with jitter, so that many processes do not return to a server at once. It counts the
// failures since the last success. First and Last have to be set, and First must not exceed Last. It is not safe for
// concurrent use.
type Backoff struct {
	First time.Duration // upper bound of the wait after the first failure; doubles with each further one
	Last  time.Duration // the largest upper bound

	failures int
}

// Next counts a failure and returns the wait before the next attempt: between half of the bound and all of it.
func (b *Backoff) Next() time.Duration {
	bound := b.First
	for n := b.failures; n > 0 && bound < b.Last; n-- {
		bound *= 2
	}
	b.failures++
	bound = min(bound, b.Last)
	return bound - rand.N(bound/2)
}

// Failures returns how many times Next was called since the last Reset.
func (b *Backoff) Failures() int { return b.failures }

// Reset starts again with the first wait. It is called after a success.
func (b *Backoff) Reset() { b.failures = 0 }

// Sleep waits for d and reports whether it passed before ctx ended. A d of zero or less does not wait.
func Sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
