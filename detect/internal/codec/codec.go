// Package codec writes and reads the parts of stored state: numbers as varints, texts and lists after their length.
package codec

import (
	"encoding/binary"
	"math"
)

// Writer appends to Bytes.
type Writer struct{ Bytes []byte }

// Uint appends a varint.
func (w *Writer) Uint(v uint64) { w.Bytes = binary.AppendUvarint(w.Bytes, v) }

// Int appends a zigzag varint.
func (w *Writer) Int(v int64) { w.Bytes = binary.AppendVarint(w.Bytes, v) }

// Raw appends v as it is.
func (w *Writer) Raw(v []byte) { w.Bytes = append(w.Bytes, v...) }

// Fixed32 appends four bytes.
func (w *Writer) Fixed32(v uint32) { w.Bytes = binary.LittleEndian.AppendUint32(w.Bytes, v) }

// Fixed64 appends eight bytes.
func (w *Writer) Fixed64(v uint64) { w.Bytes = binary.LittleEndian.AppendUint64(w.Bytes, v) }

// Float32 appends four bytes.
func (w *Writer) Float32(v float32) { w.Fixed32(math.Float32bits(v)) }

// Float64 appends eight bytes.
func (w *Writer) Float64(v float64) { w.Fixed64(math.Float64bits(v)) }

// Bool appends one byte.
func (w *Writer) Bool(v bool) {
	if v {
		w.Bytes = append(w.Bytes, 1)
	} else {
		w.Bytes = append(w.Bytes, 0)
	}
}

// Text appends the length of s and s.
func (w *Writer) Text(s string) {
	w.Uint(uint64(len(s)))
	w.Bytes = append(w.Bytes, s...)
}

// Texts appends the length of list and its texts.
func (w *Writer) Texts(list []string) {
	w.Uint(uint64(len(list)))
	for _, s := range list {
		w.Text(s)
	}
}

// Times appends the length of list and its times.
func (w *Writer) Times(list []int64) {
	w.Uint(uint64(len(list)))
	for _, t := range list {
		w.Int(t)
	}
}

// Reader takes apart what a Writer wrote. After the first fault all its methods return zeros, and Failed is set.
type Reader struct {
	Rest   []byte
	Failed bool
}

// Take returns the next n bytes, nil if there are fewer.
func (r *Reader) Take(n int) []byte {
	if r.Failed || n > len(r.Rest) {
		r.Failed, r.Rest = true, nil
		return nil
	}
	out := r.Rest[:n]
	r.Rest = r.Rest[n:]
	return out
}

// Raw fills dst.
func (r *Reader) Raw(dst []byte) { copy(dst, r.Take(len(dst))) }

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if b := r.Take(1); b != nil {
		return b[0]
	}
	return 0
}

// Bool reads one byte.
func (r *Reader) Bool() bool { return r.Byte() != 0 }

// Uint reads a varint.
func (r *Reader) Uint() uint64 {
	v, n := binary.Uvarint(r.Rest)
	if n <= 0 || r.Failed {
		r.Take(len(r.Rest) + 1)
		return 0
	}
	r.Take(n)
	return v
}

// Int reads a zigzag varint.
func (r *Reader) Int() int64 {
	v, n := binary.Varint(r.Rest)
	if n <= 0 || r.Failed {
		r.Take(len(r.Rest) + 1)
		return 0
	}
	r.Take(n)
	return v
}

// UpTo reads a varint of at most limit.
func (r *Reader) UpTo(limit uint64) uint64 {
	v := r.Uint()
	if v > limit {
		r.Failed = true
		return 0
	}
	return v
}

// Uint32 reads a varint of 32 bits.
func (r *Reader) Uint32() uint32 { return uint32(r.UpTo(math.MaxUint32)) }

// Len reads the length of a list of at most limit elements, each of at least one byte.
func (r *Reader) Len(limit int) int {
	n := r.UpTo(uint64(limit))
	if n > uint64(len(r.Rest)) {
		r.Failed = true
		return 0
	}
	return int(n)
}

// Text reads a text of at most limit bytes.
func (r *Reader) Text(limit int) string { return string(r.Take(r.Len(limit))) }

// Times reads at most limit times.
func (r *Reader) Times(limit int) []int64 {
	n := r.Len(limit)
	if n == 0 {
		return nil
	}
	out := make([]int64, n)
	for i := range out {
		out[i] = r.Int()
	}
	return out
}

// Fixed32 reads four bytes.
func (r *Reader) Fixed32() uint32 {
	if b := r.Take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// Fixed64 reads eight bytes.
func (r *Reader) Fixed64() uint64 {
	if b := r.Take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Float64 reads a finite number.
func (r *Reader) Float64() float64 {
	v := math.Float64frombits(r.Fixed64())
	if math.IsNaN(v) || math.IsInf(v, 0) {
		r.Failed = true
		return 0
	}
	return v
}

// Float32 reads a number from -limit to limit.
func (r *Reader) Float32(limit float32) float32 {
	v := math.Float32frombits(r.Fixed32())
	if !(v >= -limit && v <= limit) {
		r.Failed = true
		return 0
	}
	return v
}
