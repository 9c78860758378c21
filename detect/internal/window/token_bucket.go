package window

import "github.com/tokenwarden/tokenwarden/detect/internal/codec"

// TokenBucketParams are the rule's parameters of a token bucket.
type TokenBucketParams struct {
	Capacity float64 // requests the bucket holds
	Interval float64 // microseconds to lose one
}

// TokenBucket is the fill level of a bucket at a time.
type TokenBucket struct {
	at    int64 // Unix microseconds
	level float64
	Slot  Slot
}

// NewTokenBucket returns an empty bucket.
func NewTokenBucket(s Slot) TokenBucket { return TokenBucket{Slot: s, at: NoTime} }

// Add adds a request at a time in Unix microseconds. It returns the new level, and whether the bucket overflows. The overflow is
// discarded: the next request beyond the capacity overflows again. A late event does not drain the bucket.
func (b *TokenBucket) Add(p *TokenBucketParams, now int64) (level float64, overflows bool) {
	if b.at == NoTime {
		b.at = now
	}
	if now > b.at {
		b.level = max(0, b.level-float64(now-b.at)/p.Interval)
		b.at = now
	}
	b.level++
	level = b.level
	if level > p.Capacity {
		b.level = p.Capacity
		return level, true
	}
	return level, false
}

// AppendTo writes the bucket.
func (b *TokenBucket) AppendTo(w *codec.Writer) {
	w.Int(b.at)
	w.Float64(b.level)
}

// DecodeTokenBucket reads the output of AppendTo.
func DecodeTokenBucket(r *codec.Reader) TokenBucket {
	return TokenBucket{at: r.Int(), level: r.Float64()}
}

// Fits reports whether the parameters allow the level.
func (b *TokenBucket) Fits(p *TokenBucketParams) bool { return b.level >= 0 && b.level <= p.Capacity }
