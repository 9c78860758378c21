package kafka

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/segmentio/kafka-go/compress"

	"github.com/tokenwarden/tokenwarden"
)

// Layout of a record batch of format 2 (KIP-98): positions of its fields in bytes.
const (
	lengthAt, magicAt, crcAt, attributesAt, lastDeltaAt       = 8, 16, 17, 21, 23
	firstTimestampAt, maxTimestampAt, countAt, batchHeaderLen = 27, 35, 57, 61
	logOverhead                                               = 12 // base offset and length, which the length does not include
	codecMask, logAppendTime, controlBatch                    = 0x07, 0x08, 0x20
)

const (
	// minChunk and maxChunk bound how many decoded bytes share one allocation.
	minChunk, maxChunk = 4 << 10, 256 << 10
	// maxHeaders is the most headers of one record: a header takes 2 bytes in a record and 40 in memory.
	maxHeaders = 4096
	// expansion is the usual ratio of decompressed to compressed size of a batch of log lines.
	expansion = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var (
	errChecksum = errors.New("the checksum of a record batch is wrong")
	errBatch    = errors.New("the record batch is damaged")
	errRoom     = errors.New("the record does not fit")
	errShort    = errors.New("the record batch ends within a record")
)

// batchHeader is the header of a record batch.
type batchHeader struct {
	base       int64 // offset of the first record
	last       int64 // offset of the last record, also if compaction removed it
	attributes int
	timestamp  int64 // of the first record, in milliseconds
	logTime    int64 // of all records if the topic has message.timestamp.type=LogAppendTime
	count      int
}

// parseHeader reads the header of a whole batch of format 2 and verifies its checksum.
func parseHeader(b []byte) (h batchHeader, err error) {
	h = batchHeader{
		base:       int64(binary.BigEndian.Uint64(b)),
		attributes: int(binary.BigEndian.Uint16(b[attributesAt:])),
		timestamp:  int64(binary.BigEndian.Uint64(b[firstTimestampAt:])),
		logTime:    int64(binary.BigEndian.Uint64(b[maxTimestampAt:])),
		count:      int(int32(binary.BigEndian.Uint32(b[countAt:]))),
	}
	delta := int32(binary.BigEndian.Uint32(b[lastDeltaAt:]))
	h.last = h.base + int64(max(delta, 0))
	if crc32.Checksum(b[attributesAt:], castagnoli) != binary.BigEndian.Uint32(b[crcAt:]) {
		return h, errChecksum
	}
	if delta < 0 || h.count < 0 {
		return h, errBatch
	}
	return h, nil
}

// batchReader decodes the records of one batch after the other. It decompresses only as far as records are read. The
// contents of records lie in chunks that are never reused.
type batchReader struct {
	batchHeader
	read   int       // records decoded so far
	length int       // of the next record, in bytes; negative if it was not read yet
	src    io.Reader // what was not decompressed yet; nil if no batch is open
	plain  bytes.Reader
	codec  io.Closer // nil if the batch is not compressed
	data   []byte    // decompressed bytes that were not decoded yet: the end of a chunk
	size   int       // of the open batch, in bytes
	chunk  int       // size of the next chunk
	limit  int       // largest record of a compressed batch, in bytes: MaxBytes
	failed error     // of decompressing
	keys   []string  // header keys of the last record, to share equal ones
	heads  []tokenwarden.Header
}

// open begins a batch of format 2. batch must not change before close.
func (r *batchReader) open(batch []byte) (err error) {
	if r.batchHeader, err = parseHeader(batch); err != nil {
		return err
	}
	r.read, r.length, r.failed, r.size = 0, -1, nil, len(batch)
	r.data = r.data[len(r.data):]
	r.plain.Reset(batch[batchHeaderLen:])
	r.src, r.codec = &r.plain, nil
	if c := compress.Compression(r.attributes & codecMask); c != compress.None {
		if c == compress.Snappy && !checkSnappy(batch[batchHeaderLen:]) {
			return errBatch
		}
		d, err := decompressor(c, &r.plain)
		if err != nil {
			return err
		}
		r.src, r.codec = d, d
	}
	return nil
}

// close ends the open batch, if there is one.
func (r *batchReader) close() {
	if r.codec != nil && !errors.Is(r.failed, errPanic) {
		_ = r.codec.Close()
	}
	r.src, r.codec = nil, nil
	r.plain.Reset(nil)
}

// next decodes one record into m and returns its size in bytes. Its error is io.EOF after the last one, and errRoom if the
// record takes more than room: a later call decodes it then.
func (r *batchReader) next(m *Message, room int) (size int, err error) {
	if r.read == r.count {
		return 0, io.EOF
	}
	length := r.length
	if length < 0 {
		if length, err = r.recordLength(); err != nil {
			return 0, err
		}
	}
	if length > room {
		r.length = length
		return 0, errRoom
	}
	r.length = -1
	r.read++
	switch {
	case r.codec != nil && length > r.limit:
		return 0, r.skip(m, length)
	case r.codec == nil && length > len(r.data)+r.plain.Len():
		return 0, errShort
	}
	if err := r.need(length); err != nil {
		return 0, err
	}
	b := record(r.data[:length:length])
	r.data = r.data[length:]
	if err := r.place(m, &b); err != nil {
		return 0, err
	}
	if m.Key, err = b.bytes(); err != nil {
		return 0, err
	}
	if m.Value, err = b.bytes(); err != nil {
		return 0, err
	}
	return length, r.headers(m, &b)
}

// recordLength reads the length of the next record.
func (r *batchReader) recordLength() (int, error) {
	n, size := binary.Varint(r.data)
	for size == 0 { // it is not all there
		if err := r.need(len(r.data) + 1); err != nil {
			return 0, err
		}
		n, size = binary.Varint(r.data)
	}
	if size < 0 || n < 0 || n > 1<<31 {
		return 0, errBatch
	}
	r.data = r.data[size:]
	return int(n), nil
}

// skip reads over a record of length bytes that is too large to hold and describes it in m.
func (r *batchReader) skip(m *Message, length int) error {
	const placeLen = 1 + 2*binary.MaxVarintLen64
	if err := r.need(min(length, placeLen)); err != nil {
		return err
	}
	b := record(r.data[:min(length, placeLen)])
	if err := r.place(m, &b); err != nil {
		return err
	}
	m.Skipped = &Skipped{Reason: SkippedTooLarge, Length: length, Last: m.Offset}
	for length > len(r.data) {
		length -= len(r.data)
		if r.data = r.data[:0]; cap(r.data) < minChunk { // nothing refers to these bytes: they are overwritten
			r.data = make([]byte, 0, r.chunk)
		}
		if err := r.fill(1); err != nil {
			return err
		}
	}
	r.data = r.data[length:]
	return nil
}

// need makes at least n decompressed bytes available in data.
func (r *batchReader) need(n int) error {
	if n <= len(r.data) {
		return nil
	}
	if cap(r.data) < n {
		chunk := make([]byte, len(r.data), max(r.chunk, n))
		copy(chunk, r.data)
		r.data = chunk
	}
	return r.fill(n)
}

// fill reads into the free end of the chunk until data holds n bytes, for which the chunk must have room.
func (r *batchReader) fill(n int) (err error) {
	have := len(r.data)
	if r.codec != nil {
		defer func() {
			if p := recover(); p != nil { // a decompressor that meets data it was not made for
				err = fmt.Errorf("%w: %v", errPanic, p)
				r.failed = err
			}
		}()
	}
	read, err := io.ReadAtLeast(r.src, r.data[have:cap(r.data)], n-have)
	r.data = r.data[:have+read]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errShort
	}
	if err != nil {
		return fmt.Errorf("decompress a record batch: %w", err)
	}
	return nil
}
