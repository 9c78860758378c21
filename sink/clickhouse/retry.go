package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/tokenwarden/tokenwarden/internal/backoff"
)

// newBackoff returns the waits between attempts: 200 ms growing to 30 s.
func newBackoff() backoff.Backoff {
	return backoff.Backoff{First: 200 * time.Millisecond, Last: 30 * time.Second}
}

// retry calls f until it succeeds, fails with a permanent error, or ctx ends. timeout bounds one attempt. It blocks while the
// server is away, which stops the fetch from Kafka.
func (c *Client) retry(ctx context.Context, what string, timeout time.Duration, f func(context.Context) error) error {
	waits := newBackoff()
	for {
		err := c.attempt(ctx, timeout, f)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("clickhouse: %s: %w; the last attempt said: %v", what, ctx.Err(), err)
		}
		class := Classify(err)
		c.opts.Metrics.failed(class)
		if !class.retryable() {
			return permanent(what, err)
		}
		wait := waits.Next()
		c.opts.Metrics.retried(class)
		if c.opts.OnRetry != nil {
			c.opts.OnRetry(class, waits.Failures(), wait, fmt.Errorf("clickhouse: %s: %w", what, err))
		}
		if !backoff.Sleep(ctx, wait) {
			return fmt.Errorf("clickhouse: %s: %w; the last attempt said: %v", what, ctx.Err(), err)
		}
	}
}

// attempt calls f once, when a connection is free.
func (c *Client) attempt(ctx context.Context, timeout time.Duration, f func(context.Context) error) error {
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.slots }()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return f(ctx)
}
