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

// Files reads lines of files one after the other: plain, gzip (RFC 1952) or zstd (RFC 8878), told by their first
// bytes; "-" is standard input.
type Files struct {
	Stdin   io.Reader
	MaxLine int // bytes; of a longer line only the first MaxLine+1 are kept, which is enough to see that it is too long
}

const readBuffer = 1 << 20

// Each calls line for every line of the file at path, with its line ending; a last line may have none. line's bytes
// hold until it returns. number counts from 1.
func (f Files) Each(path string, line func(text []byte, number int64) error) error {
	r, closeFile, err := f.open(path)
	if err != nil {
		return err
	}
	defer closeFile()
	in := lineReader{r: bufio.NewReaderSize(r, readBuffer), max: f.MaxLine}
	for number := int64(1); ; number++ {
		text, err := in.next()
		if len(text) > 0 {
			if err := line(text, number); err != nil {
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

func (f Files) open(path string) (io.Reader, func(), error) {
	in, done := f.Stdin, func() {}
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, nil, fmt.Errorf("open log: %w", err)
		}
		in, done = file, func() { _ = file.Close() }
	}
	r, stop, err := decompress(bufio.NewReaderSize(in, readBuffer))
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("open %s: %w", path, err)
	}
	return r, func() { stop(); done() }, nil
}

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

// lineReader cuts a stream at line feeds.
type lineReader struct {
	r    *bufio.Reader
	max  int
	long []byte // a line that does not fit the reader's buffer is put together here
}

// next returns the next line with its line feed. The last line may lack one; it comes with io.EOF.
func (l *lineReader) next() ([]byte, error) {
	text, err := l.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return text, err
	}
	l.long = append(l.long[:0], text...)
	for errors.Is(err, bufio.ErrBufferFull) {
		text, err = l.r.ReadSlice('\n')
		if room := l.max + 1 - len(l.long); room < len(text) {
			if room > 0 {
				l.long = append(l.long, text[:room]...)
			}
			continue
		}
		l.long = append(l.long, text...)
	}
	if n := len(text); n > 0 && text[n-1] == '\n' && l.long[len(l.long)-1] != '\n' {
		l.long = append(l.long, ending(text)...)
	}
	return l.long, err
}

// ending is the line ending of text.
func ending(text []byte) []byte {
	if bytes.HasSuffix(text, []byte("\r\n")) {
		return text[len(text)-2:]
	}
	return text[len(text)-1:]
}
