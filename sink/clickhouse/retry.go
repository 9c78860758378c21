package clickhouse

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// The waits between attempts double from the first to the last of these, and lie between half and all of that.
const (
	firstWait = 200 * time.Millisecond
	lastWait  = 30 * time.Second
)

// retry runs f until it succeeds, fails for good, or ctx ends. An attempt ends after timeout. It blocks for as long as
// the server is away: that is the backpressure.
func (c *Client) retry(ctx context.Context, what string, timeout time.Duration, f func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
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
		wait := backoff(attempt)
		c.opts.Metrics.retried(class)
		if c.opts.OnRetry != nil {
			c.opts.OnRetry(class, attempt, wait, fmt.Errorf("clickhouse: %s: %w", what, err))
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return fmt.Errorf("clickhouse: %s: %w; the last attempt said: %v", what, ctx.Err(), err)
		}
	}
}

// attempt runs f once, when one of the connections is free.
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

// backoff returns how long to wait after an attempt, counted from 1.
func backoff(attempt int) time.Duration {
	wait := lastWait
	if attempt < 9 { // 200 ms << 8 is above lastWait
		wait = min(firstWait<<(attempt-1), lastWait)
	}
	return wait/2 + rand.N(wait/2)
}
