package provider

import (
	"bytes"
	"slices"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/placeholder"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// IsPrefix reports whether b is the prefix of a provider's format.
func IsPrefix(b []byte) bool {
	if len(b) < 3 {
		return len(b) == 2
	}
	for _, f := range index.buckets[key3(b[0], b[1], b[2])] {
		if f.Prefix == string(b) {
			return true
		}
	}
	return false
}

// Match is a token recognised in a text.
type Match struct {
	Start, End int // in the text
	Prefix     int // length of the type prefix
	Kind       string
	Public     bool
	Exact      bool // length and checksum are what the provider issues
	Reason     string
}

// formatIndex finds formats by their first three bytes; formats of two are listed under every third.
type formatIndex struct {
	bits    indexBits
	inner   indexBits // of those that may stand within a run
	ends    indexBits // of the last four bytes of distinct prefixes that end in a joint
	ending  map[uint32][]*Format
	buckets map[uint32][]*Format
	heads   map[uint32][]string // the prefixes and the heads of structures
	short   []*Format
}

// indexBits is a set of the first three bytes of formats: one in 165 triples is in it.
type indexBits [indexSize / 64]uint64

const indexSize = 1 << 15

func (x *indexBits) set(k uint32) {
	h := hash3(k)
	x[h/64] |= 1 << (h % 64)
}

func (x *indexBits) has(k uint32) bool {
	h := hash3(k)
	return x[h/64]>>(h%64)&1 != 0
}

var index = newFormatIndex(Formats)

func newFormatIndex(fs []Format) *formatIndex {
	x := &formatIndex{buckets: map[uint32][]*Format{}, ending: map[uint32][]*Format{}, heads: map[uint32][]string{}}
	for i := range fs {
		f := &fs[i]
		if len(f.Prefix) < 3 {
			x.short = append(x.short, f)
			continue
		}
		if k, ok := f.endKey(); ok {
			x.ending[k] = append(x.ending[k], f)
			x.ends.set(k)
		}
		k := key3(f.Prefix[0], f.Prefix[1], f.Prefix[2])
		x.buckets[k] = append(x.buckets[k], f)
		x.addHead(f.Prefix)
		if f.mayStandWithin() {
			x.inner.set(k)
		}
	}
	for _, head := range heads {
		x.addHead(head)
	}
	for _, fs := range x.buckets {
		slices.SortStableFunc(fs, func(a, b *Format) int { return len(b.Prefix) - len(a.Prefix) })
	}
	return x
}

func (x *formatIndex) addHead(text string) {
	k := key3(text[0], text[1], text[2])
	x.heads[k] = append(x.heads[k], text)
	x.bits.set(k)
}

// headAt reports whether a token's first text stands at b[i].
func (x *formatIndex) headAt(b []byte, i int) bool {
	k := key3(b[i], b[i+1], b[i+2])
	if !x.bits.has(k) {
		return false
	}
	for _, head := range x.heads[k] {
		if ascii.HasAt(b, i, head) {
			return true
		}
	}
	return false
}

// mayStandWithin reports whether f is looked for behind a joint within a run (report-TOKEN): its prefix is distinct, or no
// word and followed by a random tail of enough length.
func (f *Format) mayStandWithin() bool {
	return f.Flags&FDistinct != 0 || f.Flags&fRandom == 0 && f.Min >= shape.MinRandom
}

func key3(a, b, c byte) uint32 { return uint32(a) | uint32(b)<<8 | uint32(c)<<16 }

func hash3(k uint32) uint32 { return k * 0x9E3779B1 >> 17 }

// at returns the token of a format at b[i].
func (x *formatIndex) at(b []byte, i int) (Match, bool) {
	if i+MinCut > len(b) {
		return Match{}, false
	}
	k := key3(b[i], b[i+1], b[i+2])
	if x.bits.has(k) {
		for _, f := range x.buckets[k] {
			if m, ok := f.at(b, i); ok {
				return m, true
			}
		}
	}
	if b[i] == 's' && b[i+1] == '.' || b[i] == 'S' && b[i+1] == 'K' {
		for _, f := range x.short {
			if m, ok := f.at(b, i); ok {
				return m, true
			}
		}
	}
	return Match{}, false
}

// at reports whether b[i:] starts with a token of format f.
func (f *Format) at(b []byte, i int) (Match, bool) {
	n := len(f.Prefix)
	if len(b)-i < n+MinCut || string(b[i:i+n]) != f.Prefix {
		return Match{}, false
	}
	end := f.tailEnd(b[:min(len(b), i+n+firstLook)], i+n)
	if end == i+n+firstLook && end < len(b) {
		return f.longTail(b, i, end)
	}
	if f.isGlued(b, end) {
		if end = i + n; f.Flags&FDistinct != 0 {
			end = runEnd(b, end)
		}
	}
	tail := b[i+n : end]
	if len(tail) > 0 && masked(tail) {
		return Match{}, false
	}
	m := Match{i, end, n, f.Kind, f.Flags&FPublic != 0, true, "provider format"}
	fits := len(tail) >= f.Min && len(tail) <= f.max
	if fits && f.Flags&hasChecksum != 0 {
		if sum := f.verify(b[i:end]); sum != noChecksum {
			m.Exact, m.Reason = sum == checksumRight, checksumReason[sum]
			return m, true
		}
	}
	switch {
	case fits && (f.Flags&FDistinct != 0 || f.plausible(tail, b, end)):
		return m, true
	case f.Flags&FDistinct != 0 && len(tail) >= MinCut && shape.Of(tail) != shape.Ordinary:
		m.Exact = false
		m.Reason = "provider prefix with a tail of another length"
		return m, true
	}
	m.End = f.jointWithin(b, i+n)
	return m, m.End > 0 && !masked(b[i+n:m.End]) && shape.Of(b[i+n:m.End]) >= shape.Hex
}

// jointWithin returns the end of the longest tail at b[from] that has a length of the format and a joint behind, 0 without one.
func (f *Format) jointWithin(b []byte, from int) int {
	end := f.tailEnd(b[:min(len(b), from+f.max+1)], from)
	for k := min(end, from+f.max, len(b)-1); k >= from+f.Min; k-- {
		if ascii.Class[b[k]]&(ascii.Join|ascii.Base64) != 0 || b[k] == '.' {
			return k
		}
	}
	return 0
}

// firstLook bounds the part of a tail that decides, in bytes: a tail with slashes or dots may be as long as the text, and a
// text may hold any number of prefixes.
const firstLook = 512

// longTail is at for a tail that goes on behind b[head]. A token then reaches to the end of its alphabet.
func (f *Format) longTail(b []byte, i, head int) (Match, bool) {
	n := len(f.Prefix)
	tail := b[i+n : head]
	if f.max < firstLook && f.Flags&FDistinct == 0 || masked(tail) || shape.Of(tail) == shape.Ordinary {
		return Match{}, false
	}
	if f.Flags&FDistinct == 0 && !f.plausible(tail, tail, len(tail)) {
		return Match{}, false
	}
	m := Match{i, f.tailEnd(b, i+n), n, f.Kind, f.Flags&FPublic != 0, true, "provider format"}
	if size := m.End - i - n; size < f.Min || size > f.max {
		m.Exact, m.Reason = false, "provider prefix with a tail of another length"
	}
	return m, true
}

// tailEnd returns the end of the tail at b[i].
func (f *Format) tailEnd(b []byte, i int) int {
	end := i
	for end < len(b) {
		c := ascii.Class[b[end]]
		switch {
		case c&f.Tail != 0:
		case f.Flags&fB64 != 0 && c&ascii.Base64 != 0:
		case f.Flags&fEquals != 0 && b[end] == '=':
		case f.Flags&fDots != 0 && b[end] == '.' && f.goesOn(b, end):
		case f.Flags&fColons != 0 && b[end] == ':' && end+1 < len(b) && ascii.Class[b[end+1]]&f.Tail != 0:
		default:
			return end
		}
		end++
	}
	return end
}

// maxDotsInRow bounds the dots and equals signs between two pieces of a tail.
const maxDotsInRow = 8

// goesOn reports whether the tail goes on behind the dot at b[i].
func (f *Format) goesOn(b []byte, i int) bool {
	b = b[:min(len(b), i+maxDotsInRow)]
	for i < len(b) && (b[i] == '.' || b[i] == '=' && f.Flags&(fB64|fEquals) != 0) {
		i++
	}
	return i < len(b) && ascii.Class[b[i]]&f.Tail != 0
}

// isGlued reports whether letters and digits go on behind a tail of hexadecimal digits that ends at b[end].
func (f *Format) isGlued(b []byte, end int) bool {
	return f.Tail&ascii.Alnum == 0 && end < len(b) && ascii.Class[b[end]]&ascii.Alnum != 0
}

// plausible reports whether a tail behind an ambiguous prefix belongs to a token: nothing of a similar alphabet follows, it
// is no word, and behind a prefix that is a word it looks random.
func (f *Format) plausible(tail, b []byte, end int) bool {
	if end < len(b) && ascii.Class[b[end]]&ascii.Alnum != 0 {
		return false
	}
	if f.Flags&fRandom != 0 {
		return shape.Of(tail) >= shape.Hex
	}
	if f.Tail&ascii.Lower == 0 && f.Tail&ascii.Hex == 0 { // upper case and digits: want both kinds, or it is a constant's name
		return bytes.ContainsAny(tail, "0123456789") || !shape.LooksLikeWord(tail)
	}
	switch shape.Of(tail) {
	case shape.Ordinary, shape.Number:
		return false
	}
	return true
}

// masked reports whether b is one repeated character or a placeholder, as in documentation and redacted text.
func masked(b []byte) bool {
	same := 0
	for _, c := range b {
		if c == b[0] {
			same++
		}
	}
	return same*4 >= len(b)*3 || ascii.HasAt(b, 0, placeholder.Word)
}
