package clickhouse

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
)

// errIntegrity means that a fetched file is not the file that was published.
var errIntegrity = errors.New("the file is not what its publisher released")

// verify compares the SHA-512 of a file with the integrity that npm publishes for it.
func verify(path, integrity string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	hash := sha512.New()
	if _, err := io.Copy(hash, f); err != nil {
		return err
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(hash.Sum(nil)); got != integrity {
		return fmt.Errorf("%w: its integrity is %s, want %s", errIntegrity, got, integrity)
	}
	return nil
}

// archiveFile is one file of a .tgz.
type archiveFile struct {
	archive string // path of the .tgz
	name    string // in the archive
}

// unpack writes the file to target. It reports each percent of the way.
func (a archiveFile) unpack(ctx context.Context, target string, progress func(percent int)) error {
	f, err := os.Open(a.archive)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	zr, err := gzip.NewReader(&meter{ctx: ctx, r: f, total: info.Size(), report: progress})
	if err != nil {
		return err
	}
	tr := tar.NewReader(zr)
	for {
		header, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("no %s in it", a.name)
		}
		if err != nil {
			return err
		}
		if header.Name == a.name && header.Typeflag == tar.TypeReg {
			return writeFile(target, tr)
		}
	}
}

func writeFile(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// meter reports how much of r has been read, and stops when ctx ends.
type meter struct {
	ctx         context.Context
	r           io.Reader
	read, total int64
	percent     int
	report      func(percent int)
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.read += int64(n)
	if percent := int(100 * m.read / max(m.total, 1)); percent != m.percent {
		m.percent = percent
		m.report(percent)
	}
	return n, err
}
