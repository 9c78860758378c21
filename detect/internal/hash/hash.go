// Package hash holds the hash functions whose values are stored. They must never change.
package hash

import "github.com/tokenwarden/tokenwarden"

// Mix spreads a number over 64 bits (the finalizer of SplitMix64).
func Mix(v uint64) uint64 {
	v += 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// Text hashes s with the seed h, eight bytes at a time.
func Text(h uint64, s string) uint64 {
	h ^= uint64(len(s)) * 0x9e3779b97f4a7c15
	for len(s) >= 8 {
		h = (h ^ load(s)) * 0xbf58476d1ce4e5b9
		h ^= h >> 29
		s = s[8:]
	}
	var tail uint64
	for i := range len(s) {
		tail |= uint64(s[i]) << (8 * i)
	}
	return Mix(h ^ tail)
}

// ID hashes a fingerprint.
func ID(f tokenwarden.Fingerprint) uint64 {
	return Mix(load(string(f[:8])) ^ Mix(load(string(f[8:]))))
}

func load(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
