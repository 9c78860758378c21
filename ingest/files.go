package ingest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// Files reads the lines of files: plain, gzip (RFC 1952) or zstd (RFC 8878), recognised by their first bytes. The path "-"
// is standard input.
type Files struct {
	Stdin   io.Reader
	MaxLine int // bytes; a longer line is cut to MaxLine+1, so that it is still too long for a Processor
}

const readBuffer = 1 << 20 // bytes

// Each calls handle for every line of the file at path, with its line ending; a last line may have none. text holds until
// handle returns. number counts from 1. An error of handle ends the file and is returned as it is.
func (f Files) Each(path string, handle func(text []byte, number int64) error) error {
	r, closeFile, err := f.open(path)
	if err != nil {
		return err
	}
	defer closeFile()
	in := lineReader{r: bufio.NewReaderSize(r, readBuffer), max: f.MaxLine}
	for number := int64(1); ; number++ {
		text, err := in.next()
		if len(text) > 0 {
			if err := handle(text, number); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s after line %d: %w", path, number, err)
		}
	}
}

// open returns the decompressed content of a file, and a function that closes it.
func (f Files) open(path string) (io.Reader, func(), error) {
	in, closeFile := f.Stdin, func() {}
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, nil, fmt.Errorf("open log: %w", err)
		}
		in, closeFile = file, func() { _ = file.Close() }
	}
	r, closeDecoder, err := decompress(bufio.NewReaderSize(in, readBuffer))
	if err != nil {
		closeFile()
		return nil, nil, fmt.Errorf("open %s: %w", path, err)
	}
	return r, func() { closeDecoder(); closeFile() }, nil
}

// decompress returns the content of in, and a function that frees the decoder.
func decompress(in *bufio.Reader) (io.Reader, func(), error) {
	head, _ := in.Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		r, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, err
		}
		return r, func() { _ = r.Close() }, nil
	case bytes.Equal(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		r, err := zstd.NewReader(in, zstd.WithDecoderMaxMemory(256<<20))
		if err != nil {
			return nil, nil, err
		}
		return r, r.Close, nil
	}
	return in, func() {}, nil
}

// lineReader splits a stream at line feeds.
type lineReader struct {
	r    *bufio.Reader
	max  int
	long []byte // a line that does not fit the buffer of r
}

// next returns the next line with its line feed. The last line may have none and comes with io.EOF. The line holds until
// the next call.
func (l *lineReader) next() ([]byte, error) {
	text, err := l.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return text, err
	}
	l.long = append(l.long[:0], text...)
	for errors.Is(err, bufio.ErrBufferFull) {
		text, err = l.r.ReadSlice('\n')
		if free := l.max + 1 - len(l.long); free < len(text) {
			if free > 0 {
				l.long = append(l.long, text[:free]...)
			}
			continue
		}
		l.long = append(l.long, text...)
	}
	if n := len(text); n > 0 && text[n-1] == '\n' && l.long[len(l.long)-1] != '\n' {
		l.long = append(l.long, lineEnding(text)...)
	}
	return l.long, err
}

// lineEnding returns the line ending of text, which has one.
func lineEnding(text []byte) []byte {
	if bytes.HasSuffix(text, []byte("\r\n")) {
		return text[len(text)-2:]
	}
	return text[len(text)-1:]
}
