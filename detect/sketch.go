package detect

import "slices"

// sketchSize is how many hashes a sketch keeps: exact up to that many distinct things, above it with a standard error
// of 1/sqrt(62) = 13 %. At most 512 bytes.
const sketchSize = 64

// sketch counts distinct things: it keeps the smallest of their hashes (Bar-Yossef and others, 2002). It is a function
// of the set alone: neither order nor repeats change it, so that a replay gives the same count.
type sketch []uint64

// add puts in a thing by its hash.
func (s *sketch) add(hash uint64) {
	list := *s
	n := len(list)
	if n == sketchSize && hash >= list[n-1] {
		return
	}
	i, found := slices.BinarySearch(list, hash)
	if found {
		return
	}
	if n == sketchSize {
		list = list[:n-1]
	}
	*s = slices.Insert(list, i, hash)
}

// count returns how many distinct things there were.
func (s sketch) count() uint64 {
	if len(s) < sketchSize {
		return uint64(len(s))
	}
	return uint64(float64(sketchSize-1) / (float64(s[sketchSize-1]) / (1 << 64)))
}

// mix spreads a number over 64 bits (the finalizer of SplitMix64). Its values are stored: it must never change.
func mix(v uint64) uint64 {
	v += 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// hashText hashes a text after what h stands for, eight bytes at a time. Its values are stored: it must never change.
func hashText(h uint64, s string) uint64 {
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
	return mix(h ^ tail)
}

func load(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
