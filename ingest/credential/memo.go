package credential

// memo remembers what was said of short names. A log has few names, each a million times. A name that could itself be
// a token is not remembered: those are long, or hold more than two digits.
type memo[T any] struct{ entries *[memoSize]memoEntry[T] }

const (
	memoSize = 512 // power of two; 24 kB
	memoName = 28
)

type memoEntry[T any] struct {
	n    uint8
	text [memoName]byte
	said T
}

func newMemo[T any]() memo[T] { return memo[T]{new([memoSize]memoEntry[T])} }

// of returns what say says of raw.
func (m memo[T]) of(raw []byte, say func([]byte) T) T {
	if len(raw) > memoName {
		return say(raw)
	}
	h := uint32(len(raw))
	digits := 0
	for _, c := range raw {
		h = (h ^ uint32(c)) * 0x01000193
		if c-'0' < 10 {
			digits++
		}
	}
	e := &m.entries[(h^h>>15)&(memoSize-1)]
	if int(e.n) == len(raw) && string(e.text[:e.n]) == string(raw) {
		return e.said
	}
	said := say(raw)
	if digits <= 2 {
		e.n, e.said = uint8(len(raw)), said
		copy(e.text[:], raw)
	}
	return said
}
