package kafka

import (
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

func (z zstdReader) Close() error {
	_ = z.Reset(nil)
	zstdDecoders.Put(z.Decoder)
	return nil
}
