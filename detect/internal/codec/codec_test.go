package codec

import (
	"math"
	"slices"
	"testing"
)

func TestReaderReadsWhatWriterWrote(t *testing.T) {
	var w Writer
	w.Uint(300)
	w.Int(-7)
	w.Raw([]byte("raw"))
	w.Fixed32(1 << 31)
	w.Fixed64(1 << 63)
	w.Float32(-1.5)
	w.Float64(math.Pi)
	w.Bool(true)
	w.Text("text")
	w.Times([]int64{1, -2})
	r, raw := Reader{Rest: w.Bytes}, make([]byte, 3)
	if got := r.Uint(); got != 300 {
		t.Errorf("Uint %d", got)
	}
	if got := r.Int(); got != -7 {
		t.Errorf("Int %d", got)
	}
	if r.Raw(raw); string(raw) != "raw" {
		t.Errorf("Raw %q", raw)
	}
	if a, b := r.Fixed32(), r.Fixed64(); a != 1<<31 || b != 1<<63 {
		t.Errorf("Fixed %d %d", a, b)
	}
	if a, b := r.Float32(2), r.Float64(); a != -1.5 || b != math.Pi {
		t.Errorf("Float %v %v", a, b)
	}
	if a, b, c := r.Bool(), r.Text(10), r.Times(10); !a || b != "text" || !slices.Equal(c, []int64{1, -2}) {
		t.Errorf("Bool %v, Text %q, Times %v", a, b, c)
	}
	if r.Failed || len(r.Rest) > 0 {
		t.Errorf("failed %v, %d bytes left", r.Failed, len(r.Rest))
	}
}

// After the first fault a reader returns zeros.
func TestReaderFaults(t *testing.T) {
	for _, c := range []struct {
		name string
		rest []byte
		read func(r *Reader)
	}{
		{"too few bytes", []byte{1}, func(r *Reader) { r.Fixed32() }},
		{"an unfinished varint", []byte{0x80}, func(r *Reader) { r.Uint() }},
		{"above the limit", []byte{9}, func(r *Reader) { r.UpTo(8) }},
		{"a list longer than the rest", []byte{9, 1}, func(r *Reader) { r.Len(100) }},
		{"not a number", []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x7f}, func(r *Reader) { r.Float64() }},
		{"out of range", []byte{0, 0, 0x80, 0x40}, func(r *Reader) { r.Float32(1) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Reader{Rest: c.rest}
			if c.read(&r); !r.Failed {
				t.Error("the reader did not fail")
			}
			if r.Rest = []byte{1, 2}; r.Take(1) != nil || r.Uint() != 0 || r.Int() != 0 {
				t.Error("it reads on")
			}
		})
	}
}
