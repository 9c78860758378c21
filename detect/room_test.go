package detect

import (
	"testing"
	"unsafe"

	"github.com/tokenwarden/tokenwarden"
)

// A field more, and each profile takes a tenth more memory: the allocator knows 1152, 1280, 1408 and 2048, 2304, 2688 bytes,
// and needs eight of them for itself.
func TestRoomsFillTheirSizes(t *testing.T) {
	if n := unsafe.Sizeof(profile{}); n <= 1152-8 || n > 1280-8 {
		t.Errorf("a profile has %d bytes", n)
	}
	if n := unsafe.Sizeof(large{}); n <= 2048-8 || n > 2304-8 {
		t.Errorf("the second room has %d bytes", n)
	}
}

// A list stays what it is when it moves, and grows beyond its room.
func TestListsOutgrowTheirRooms(t *testing.T) {
	p := newProfile(tokenwarden.TokenSubject(token(1)))
	k := newKeeper(0)
	for i := range 100 {
		if i == smallEvents {
			p.enlarge()
		}
		p.values.add(featureEndpoint, string(rune('A'+i)), uint32(i), k)
		p.networks.add(mix(uint64(i)))
		p.open, p.openKeys = append(p.open, minute{at: uint32(i)}), append(p.openKeys, uint32(i))
		c := p.addCounter(counter{newest: int64(i)})
		for n := range 20 {
			c.list = append(c.list, seen{uint64(i), int64(n)})
		}
		w := p.addWindow(window{base: int64(i)})
		for n := range 20 {
			w.list = append(w.list, bucket{uint32(i), uint32(n)})
		}
	}
	for i := range 100 {
		if p.open[i].at != uint32(i) || p.openKeys[i] != uint32(i) || p.counters[i].newest != int64(i) || p.windows[i].base != int64(i) {
			t.Fatalf("entry %d is another one", i)
		}
		for n := range 20 {
			if p.counters[i].list[n] != (seen{uint64(i), int64(n)}) || p.windows[i].list[n] != (bucket{uint32(i), uint32(n)}) {
				t.Fatalf("list %d of a counter or window is another one", i)
			}
		}
	}
	for i := range 90 { // of 96 that are kept
		if text := string(rune('A' + 99 - i)); p.values.find(featureEndpoint, k.key(featureEndpoint, text)) < 0 {
			t.Fatalf("value %q is gone", text)
		}
	}
	if n := p.networks.count(); n < 70 || n > 130 {
		t.Errorf("%d networks", n)
	}
}
