package names

import (
	"encoding/binary"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

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

// hashName hashes the first and the last bytes of a name and its length, which tells the names of a log apart well
// enough: a memo compares the whole name anyway.
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
