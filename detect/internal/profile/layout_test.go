package profile

import (
	"testing"
	"unsafe"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
	"github.com/tokenwarden/tokenwarden/detect/internal/window"
)

// A field more, and each profile takes a tenth more memory: the allocator has sizes of 1152, 1280, 1408 and 2048, 2304, 2688 bytes, and
// needs eight of them for itself.
func TestInlineStorageFillsSizeClasses(t *testing.T) {
	if n := unsafe.Sizeof(Profile{}); n <= 1152-8 || n > 1280-8 {
		t.Errorf("a profile has %d bytes", n)
	}
	if n := unsafe.Sizeof(inlineLarge{}); n <= 2048-8 || n > 2304-8 {
		t.Errorf("the large storage has %d bytes", n)
	}
}

// A list keeps its elements when it moves, and grows beyond its storage.
func TestListsOutgrowInlineStorage(t *testing.T) {
	p := New(tokenwarden.TokenSubject(token(1)))
	in := NewInterner()
	sliding, distinct := &window.SlidingParams{Late: window.MaxLate}, &window.DistinctParams{Window: 100, Max: 128}
	for i := range 100 {
		if i == smallEvents {
			p.useInlineLarge()
		}
		p.Values.add(FeatureEndpoint, string(rune('A'+i)), uint32(i), in)
		p.Networks.Add(hash.Mix(uint64(i)))
		p.cells, p.cellKeys = append(p.cells, usageCell{minute: uint32(i)}), append(p.cellKeys, uint32(i))
		d := p.Distinct(window.Slot(i))
		for n := range 20 {
			d.Add(distinct, window.Key(uint64(i), uint64(n)<<16), int64(n))
		}
		w := p.Sliding(window.Slot(i))
		for n := range 20 {
			w.Add(sliding, int64(n), uint32(i+n))
		}
	}
	for i := range 100 {
		if p.cells[i].minute != uint32(i) || p.cellKeys[i] != uint32(i) || p.distinct[i].Slot != window.Slot(i) || p.sliding[i].Slot != window.Slot(i) {
			t.Fatalf("entry %d is another one", i)
		}
		for n := range 20 {
			if got := p.distinct[i].Count(distinct, window.Key(uint64(i), 0), int64(n)); got != uint64(n+1) {
				t.Fatalf("distinct %d: %d values at %d", i, got, n)
			}
		}
		if got, want := p.sliding[i].TouchHeader(), uint64(20*i+190); got != want {
			t.Fatalf("sliding %d: sum %d, want %d", i, got, want)
		}
	}
	for i := range 90 { // of 96 that are kept
		if text := string(rune('A' + 99 - i)); p.Values.find(FeatureEndpoint, in.Key(FeatureEndpoint, text)) < 0 {
			t.Fatalf("value %q is gone", text)
		}
	}
	if n := p.Networks.Count(); n < 70 || n > 130 {
		t.Errorf("%d networks", n)
	}
}
