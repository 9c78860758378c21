package simulate

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// rng draws from one PCG stream. Each part of the generator has its own, so that a change in one leaves the others
// as they were.
type rng struct{ pcg rand.PCG }

// The streams. Holders and campaigns add their number to theirs.
const (
	streamTraffic  = 1
	streamPools    = 2
	streamHolders  = 1 << 32
	streamTokens   = 2 << 32
	streamCampaign = 3 << 32
	streamLives    = 4 << 32
)

func newRNG(seed, stream uint64) *rng {
	r := &rng{}
	r.seed(seed, stream)
	return r
}

func (r *rng) seed(seed, stream uint64) { r.pcg.Seed(seed, stream) }

// n returns a number in [0, n). The bias is below n / 2^64.
func (r *rng) n(n int) int {
	hi, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int(hi)
}

// between returns a number in [lo, hi].
func (r *rng) between(lo, hi int) int { return lo + r.n(hi-lo+1) }

// chance is true with probability p.
func (r *rng) chance(p float64) bool { return float64(r.pcg.Uint64()>>11) < p*(1<<53) }

func pick[T any](r *rng, from []T) T { return from[r.n(len(from))] }

const (
	lowerHex  = "0123456789abcdef"
	base62    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	base64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	decimal   = "0123456789"
)

// text returns n characters of alphabet.
func (r *rng) text(n int, alphabet string) string { return string(r.append(nil, n, alphabet)) }

// Text returns n characters of alphabet, as a synthetic.Source does.
func (r *rng) Text(alphabet string, n int) string { return r.text(n, alphabet) }

func (r *rng) append(dst []byte, n int, alphabet string) []byte {
	var left uint64
	for i := range n {
		if i%8 == 0 { // eight characters take at most 48 of 64 bits
			left = r.pcg.Uint64()
		}
		var at uint64
		at, left = bits.Mul64(left, uint64(len(alphabet)))
		dst = append(dst, alphabet[at])
	}
	return dst
}

// uuid returns a random UUID (RFC 9562, version 4).
func (r *rng) uuid() string {
	b := r.append(make([]byte, 0, 36), 36, lowerHex)
	for _, i := range [...]int{8, 13, 18, 23} {
		b[i] = '-'
	}
	b[14], b[19] = '4', "89ab"[r.n(4)]
	return string(b)
}

// gapBits is the fixed point of the table of gaps.
const gapBits = 20

// newGaps returns the quantiles of the exponential distribution, scaled so that their mean is 1<<gapBits: the times
// between independent requests. Integers keep the traffic the same on processors that round floats differently.
func newGaps() (gaps [1024]int64) {
	sum := 0.0
	for i := range gaps {
		sum -= math.Log((float64(i) + 0.5) / float64(len(gaps)))
	}
	for i := range gaps {
		q := -math.Log((float64(i)+0.5)/float64(len(gaps))) * float64(len(gaps)) / sum
		gaps[i] = int64(math.Round(q * (1 << gapBits)))
	}
	return gaps
}
