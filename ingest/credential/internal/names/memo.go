package names

import (
	"encoding/binary"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// memo caches the grades of short names. Names that may be tokens (long, or with more than two digits) are not cached.
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

// of returns say(raw), from the cache if possible.
func (m memo[T]) of(raw []byte, say func([]byte) T) T {
	if len(raw) > memoName {
		return say(raw)
	}
	e := &m.entries[hashName(raw)&(memoSize-1)]
	if int(e.n) == len(raw) && string(e.text[:e.n]) == string(raw) {
		return e.said
	}
	said := say(raw)
	if !manyDigits(raw) {
		e.n, e.said = uint8(len(raw)), said
		copy(e.text[:], raw)
	}
	return said
}

// hashName hashes the first and the last bytes of a name and its length. Collisions are harmless: memo compares the whole
// name.
func hashName(b []byte) uint32 {
	var x uint64
	switch n := len(b); {
	case n >= 8:
		x = binary.LittleEndian.Uint64(b) ^ binary.LittleEndian.Uint64(b[n-8:])<<1
	case n >= 4:
		x = uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32
	case n > 0:
		x = uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16
	}
	x = (x + uint64(len(b))) * 0x9E3779B97F4A7C15
	return uint32(x >> 40)
}

func manyDigits(b []byte) bool {
	n := 0
	for _, c := range b {
		if ascii.IsDigit(c) {
			n++
		}
	}
	return n > 2
}
