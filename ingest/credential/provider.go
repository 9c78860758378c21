package credential

import (
	"bytes"
	"slices"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// match is a token that a provider's format recognises in a text.
type match struct {
	start, end int // in the text
	prefix     int // length of the type prefix
	kind       string
	public     bool
	sure       bool // length and checksum are what the provider issues
	reason     string
}

// formatIndex finds formats by their first three bytes; formats of two are listed under every third.
type formatIndex struct {
	bits    indexBits
	inner   indexBits // of those that may stand within a run
	buckets map[uint32][]*format
	short   []*format
}

// indexBits tell which three bytes may start a format: one in 165 of them is set.
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

var providers = newFormatIndex(formats)

func newFormatIndex(fs []format) *formatIndex {
	x := &formatIndex{buckets: map[uint32][]*format{}}
	for i := range fs {
		f := &fs[i]
		if len(f.prefix) < 3 {
			x.short = append(x.short, f)
			continue
		}
		k := key3(f.prefix[0], f.prefix[1], f.prefix[2])
		x.buckets[k] = append(x.buckets[k], f)
		x.bits.set(k)
		if f.mayStandWithin() {
			x.inner.set(k)
		}
	}
	for _, fs := range x.buckets {
		slices.SortStableFunc(fs, func(a, b *format) int { return len(b.prefix) - len(a.prefix) })
	}
	return x
}

// mayStandWithin tells whether f is looked for behind a joint within a run (report-TOKEN): where its prefix is distinct, or
// no word and followed by enough that must look random then.
func (f *format) mayStandWithin() bool {
	return f.flags&fDistinct != 0 || f.flags&fRandom == 0 && f.min >= minRandom
}

func key3(a, b, c byte) uint32 { return uint32(a) | uint32(b)<<8 | uint32(c)<<16 }

func hash3(k uint32) uint32 { return k * 0x9E3779B1 >> 17 }

// at returns the token that starts at b[i], if a format recognises one there.
func (x *formatIndex) at(b []byte, i int) (match, bool) {
	if i+minCut > len(b) {
		return match{}, false
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
	return match{}, false
}

// at tells whether b[i:] starts with a token of format f.
func (f *format) at(b []byte, i int) (match, bool) {
	n := len(f.prefix)
	if len(b)-i < n+minCut || string(b[i:i+n]) != f.prefix {
		return match{}, false
	}
	end := f.tailEnd(b, i+n)
	tail := b[i+n : end]
	if masked(tail) {
		return match{}, false
	}
	m := match{i, end, n, f.kind, f.flags&fPublic != 0, true, "provider format"}
	fits := len(tail) >= f.min && len(tail) <= f.max
	if fits && f.flags&fSums != 0 {
		if sum := f.checksum(b[i:end]); sum != sumNone {
			m.sure, m.reason = sum == sumHolds, sumReason[sum]
			return m, true
		}
	}
	switch {
	case fits:
		return m, f.flags&fDistinct != 0 || f.plausible(tail, b, end)
	case f.flags&fDistinct != 0 && len(tail) >= minCut && shapeOf(tail) != shapeOrdinary:
		m.sure = false
		m.reason = "provider prefix with a tail of another length"
		return m, true
	}
	return match{}, false
}

// tailEnd is where the tail that starts at b[i] ends.
func (f *format) tailEnd(b []byte, i int) int {
	end := i
	for end < len(b) {
		c := ascii.Class[b[end]]
		switch {
		case c&f.tail != 0:
		case f.flags&fB64 != 0 && c&ascii.Base64 != 0:
		case f.flags&fEquals != 0 && b[end] == '=':
		case f.flags&fDots != 0 && b[end] == '.' && f.goesOn(b, end):
		default:
			return f.endOfHex(b, i, end)
		}
		end++
	}
	return end
}

// goesOn tells whether the tail goes on behind the dot at b[i].
func (f *format) goesOn(b []byte, i int) bool {
	for i < len(b) && (b[i] == '.' || b[i] == '=' && f.flags&(fB64|fEquals) != 0) {
		i++
	}
	return i < len(b) && ascii.Class[b[i]]&f.tail != 0
}

// endOfHex takes a tail of hexadecimal digits for none where letters and digits go on behind it.
func (f *format) endOfHex(b []byte, start, end int) int {
	if f.tail&ascii.Alnum == 0 && ascii.Class[b[end]]&ascii.Alnum != 0 {
		return start
	}
	return end
}

// plausible tells whether a tail behind a prefix that also occurs elsewhere is one: nothing of its alphabet's kin
// follows, and it is no word; where the prefix is a word itself, it looks random.
func (f *format) plausible(tail, b []byte, end int) bool {
	if end < len(b) && ascii.Class[b[end]]&ascii.Alnum != 0 {
		return false
	}
	if f.flags&fRandom != 0 {
		return shapeOf(tail) >= shapeHex
	}
	if f.tail&ascii.Lower == 0 && f.tail&ascii.Hex == 0 { // upper case and digits: want both kinds, or it is a constant's name
		return bytes.ContainsAny(tail, "0123456789") || !wordy(tail)
	}
	switch shapeOf(tail) {
	case shapeOrdinary, shapeNumber:
		return false
	}
	return true
}

// masked tells whether b is one character again and again, or a placeholder: what documentation and redactors put in the
// place of a token.
func masked(b []byte) bool {
	same := 0
	for _, c := range b {
		if c == b[0] {
			same++
		}
	}
	return same*4 >= len(b)*3 || ascii.HasAt(b, 0, placeholderWord)
}
