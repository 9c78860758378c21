package kafka

import (
	"context"
	"math/rand/v2"
	"time"
)

// backoff gives growing, jittered waits: 100 ms doubling to 10 s, each cut by up to half at random so that many
// processes do not return at once. The zero value is ready.
type backoff struct{ attempt int }

func (b *backoff) next() time.Duration {
	wait := 100 * time.Millisecond << min(b.attempt, 7)
	b.attempt++
	wait = min(wait, 10*time.Second)
	return wait - rand.N(wait/2)
}

// sleep waits for d and tells whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
