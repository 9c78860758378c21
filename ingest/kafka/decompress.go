package kafka

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/segmentio/kafka-go/compress"
)

// errPanic wraps a panic of a decompressor, which is not used again.
var errPanic = errors.New("the decompressor failed")

// maxWindow is the largest window of a zstd stream, the limit of zstd itself (level 22). A decompressor holds as many
// bytes of a batch: 8 MiB at the usual levels.
const maxWindow = 128 << 20

// decompressor returns a stream of the decompressed bytes of r.
func decompressor(c compress.Compression, r io.Reader) (io.ReadCloser, error) {
	if c == compress.Zstd {
		return newZstdReader(r)
	}
	codec := c.Codec()
	if codec == nil {
		return nil, fmt.Errorf("%w: unknown compression %d", errBatch, int(c))
	}
	return codec.NewReader(r), nil
}

var xerialMagic = []byte("\x82SNAPPY\x00")

// checkSnappy reports whether each block of b says a length that it can have: a decoder allocates it beforehand.
func checkSnappy(b []byte) bool {
	const xerialHeader, most = 16, 64 // times its size; the format allows 21
	fits := func(block []byte) bool {
		n, size := binary.Uvarint(block)
		return size > 0 && n <= uint64(most*len(block))
	}
	if !bytes.HasPrefix(b, xerialMagic) || len(b) < xerialHeader {
		return fits(b)
	}
	for b = b[xerialHeader:]; len(b) > 4; {
		n := int64(binary.BigEndian.Uint32(b))
		if b = b[4:]; n > int64(len(b)) || !fits(b[:n]) {
			return false
		}
		b = b[n:]
	}
	return true
}

// zstdDecoders holds decoders, *zstd.Decoder. kafka-go's codec would do, but accepts windows of any size.
var zstdDecoders sync.Pool

type zstdReader struct{ *zstd.Decoder }

func newZstdReader(r io.Reader) (io.ReadCloser, error) {
	if d, _ := zstdDecoders.Get().(*zstd.Decoder); d != nil {
		return zstdReader{d}, d.Reset(r)
	}
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	return zstdReader{d}, err
}

// Close returns the decoder to the pool.
func (z zstdReader) Close() error {
	_ = z.Reset(nil)
	zstdDecoders.Put(z.Decoder)
	return nil
}
