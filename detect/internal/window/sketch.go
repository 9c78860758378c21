package window

import (
	"slices"

	"github.com/tokenwarden/tokenwarden/detect/internal/codec"
)

// SketchSize is the number of hashes that a sketch keeps: it counts up to that many exactly, above it with a standard error of
// 1/sqrt(62) = 13 %. At most 512 bytes.
const SketchSize = 64

// Sketch counts distinct things by the smallest of their hashes (Bar-Yossef and others, 2002). Neither order nor repeats change it,
// so that a replay gives the same count.
type Sketch []uint64

// Add adds a thing by its hash.
func (s *Sketch) Add(hash uint64) {
	list := *s
	n := len(list)
	if n == SketchSize && hash >= list[n-1] {
		return
	}
	i, found := slices.BinarySearch(list, hash)
	if found {
		return
	}
	if n == SketchSize {
		list = list[:n-1]
	}
	*s = slices.Insert(list, i, hash)
}

// Count returns how many distinct things were added.
func (s Sketch) Count() uint64 {
	if len(s) < SketchSize {
		return uint64(len(s))
	}
	return uint64(float64(SketchSize-1) / (float64(s[SketchSize-1]) / (1 << 64)))
}

// MayContain reports whether the thing may have been added. False is certain.
func (s Sketch) MayContain(hash uint64) bool {
	_, found := slices.BinarySearch(s, hash)
	return found || len(s) == SketchSize && hash > s[SketchSize-1]
}

// AppendTo writes the hashes.
func (s Sketch) AppendTo(w *codec.Writer) {
	w.Uint(uint64(len(s)))
	for _, h := range s {
		w.Fixed64(h)
	}
}

// Decode fills an empty sketch from the output of AppendTo.
func (s *Sketch) Decode(r *codec.Reader) {
	for range r.Len(SketchSize) {
		*s = append(*s, r.Fixed64())
	}
	if !slices.IsSorted(*s) {
		r.Failed = true
	}
}
