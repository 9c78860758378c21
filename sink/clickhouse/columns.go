package clickhouse

import (
	"encoding/hex"
	"net/netip"
	"time"
	"unsafe"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// chunkRows is the number of rows that are converted to columns at once. It is small, so that the rows stay in the processor
// cache while each column reads them.
const chunkRows = 512

// column is a column of an INSERT. fill appends the values of a chunk of rows, as a typed slice: appending row by row would
// box each value.
type column[T any] struct {
	name string
	fill func(s *scratch, to driver.BatchColumn, rows []T) error
}

// scratch holds the buffers of one INSERT. Each column reuses them, because the driver copies what it is given.
type scratch struct {
	texts  []string
	bytes  []byte
	times  []time.Time
	addrs  [][16]byte
	bools  []bool
	int8s  []int8
	uint8s []uint8
	ints16 []uint16
	ints32 []int32
	uint32 []uint32
	ints64 []int64
	uint64 []uint64
	float  []float32
}

// values returns a column of the results of get. buffer selects the slice of scratch to use.
func values[T, V any](name string, buffer func(*scratch) *[]V, get func(*T) V) column[T] {
	return column[T]{name, func(s *scratch, to driver.BatchColumn, rows []T) error {
		buf := buffer(s)
		list := (*buf)[:0]
		for i := range rows {
			list = append(list, get(&rows[i]))
		}
		*buf = list
		return to.Append(list)
	}}
}

func texts[T any](name string, get func(*T) string) column[T] {
	return values(name, func(s *scratch) *[]string { return &s.texts }, get)
}

func bools[T any](name string, get func(*T) bool) column[T] {
	return values(name, func(s *scratch) *[]bool { return &s.bools }, get)
}

func enums[T any](name string, get func(*T) int8) column[T] {
	return values(name, func(s *scratch) *[]int8 { return &s.int8s }, get)
}

func uint8s[T any](name string, get func(*T) uint8) column[T] {
	return values(name, func(s *scratch) *[]uint8 { return &s.uint8s }, get)
}

func uint16s[T any](name string, get func(*T) uint16) column[T] {
	return values(name, func(s *scratch) *[]uint16 { return &s.ints16 }, get)
}

func int32s[T any](name string, get func(*T) int32) column[T] {
	return values(name, func(s *scratch) *[]int32 { return &s.ints32 }, get)
}

func uint32s[T any](name string, get func(*T) uint32) column[T] {
	return values(name, func(s *scratch) *[]uint32 { return &s.uint32 }, get)
}

func int64s[T any](name string, get func(*T) int64) column[T] {
	return values(name, func(s *scratch) *[]int64 { return &s.ints64 }, get)
}

func uint64s[T any](name string, get func(*T) uint64) column[T] {
	return values(name, func(s *scratch) *[]uint64 { return &s.uint64 }, get)
}

func floats[T any](name string, get func(*T) float32) column[T] {
	return values(name, func(s *scratch) *[]float32 { return &s.float }, get)
}

// times returns a column of times, clamped to the range that all date types of ClickHouse share.
func times[T any](name string, get func(*T) time.Time) column[T] {
	return values(name, func(s *scratch) *[]time.Time { return &s.times }, func(r *T) time.Time { return clampTime(get(r)) })
}

// addrs returns a column of addresses: IPv4 as IPv4-mapped IPv6, no address as ::.
func addrs[T any](name string, get func(*T) netip.Addr) column[T] {
	return values(name, func(s *scratch) *[][16]byte { return &s.addrs }, func(r *T) [16]byte { return get(r).As16() })
}

// hexes returns a column of hexadecimal text, empty where get returns no bytes.
func hexes[T any](name string, get func(*T) []byte) column[T] {
	return column[T]{name, func(s *scratch, to driver.BatchColumn, rows []T) error {
		s.bytes, s.texts = s.bytes[:0], s.texts[:0]
		for i := range rows {
			start := len(s.bytes)
			s.bytes = hex.AppendEncode(s.bytes, get(&rows[i]))
			s.texts = append(s.texts, asString(s.bytes[start:]))
		}
		return to.Append(s.texts)
	}}
}

// asString returns b as a string without a copy. If append later moves the memory of b, the string keeps the old memory.
func asString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unlessZero returns id, or nil if all its bytes are zero.
func unlessZero(id []byte) []byte {
	for _, b := range id {
		if b != 0 {
			return id
		}
	}
	return nil
}

// lists returns a column of arrays. Most are empty: they share one boxed value, which costs no allocation.
func lists[T, V any](name string, get func(*T) []V) column[T] {
	var none any = []V(nil)
	return column[T]{name, func(_ *scratch, to driver.BatchColumn, rows []T) error {
		for i := range rows {
			list := none
			if l := get(&rows[i]); len(l) > 0 {
				list = l
			}
			if err := to.AppendRow(list); err != nil {
				return err
			}
		}
		return nil
	}}
}

// The range of DateTime. Within it toDate and toYYYYMM are correct for DateTime64 too.
var (
	firstTime = time.Unix(0, 0).UTC()
	lastTime  = time.Date(2106, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Microsecond)
)

// clampTime moves a time outside the range to its nearest end: it would break the INSERT or its partition.
func clampTime(t time.Time) time.Time {
	switch {
	case t.Before(firstTime):
		return firstTime
	case t.After(lastTime):
		return lastTime
	}
	return t
}

func clampUnix(seconds int64) time.Time { return clampTime(time.Unix(seconds, 0)) }

func unsigned(v int64) uint64 { return uint64(max(v, 0)) }
