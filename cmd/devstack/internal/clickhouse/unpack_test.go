package clickhouse

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pack writes a .tgz that holds the given files and returns its path.
func pack(t *testing.T, files map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.tgz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	zw := gzip.NewWriter(f)
	tw := tar.NewWriter(zw)
	for name, content := range files {
		if err := tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tw.Close(), zw.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUnpackTakesOneFile(t *testing.T) {
	packed := pack(t, map[string]string{"package/index.js": "x", "package/libchdb.so": strings.Repeat("engine ", 1000)})
	target := filepath.Join(t.TempDir(), "libchdb.so")
	seen := 0
	if err := (archiveFile{packed, "package/libchdb.so"}).unpack(t.Context(), target, func(percent int) { seen = percent }); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(target)
	if err != nil || string(content) != strings.Repeat("engine ", 1000) {
		t.Errorf("got %d bytes, %v", len(content), err)
	}
	if seen != 100 {
		t.Errorf("progress ended at %d %%", seen)
	}
}

func TestUnpackFails(t *testing.T) {
	packed := pack(t, map[string]string{"package/index.js": "x"})
	target := filepath.Join(t.TempDir(), "libchdb.so")
	nothing := func(int) {}
	if err := (archiveFile{packed, "package/libchdb.so"}).unpack(t.Context(), target, nothing); err == nil || !strings.Contains(err.Error(), "no package/libchdb.so") {
		t.Errorf("without the file: %v", err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (archiveFile{packed, "package/index.js"}).unpack(stopped, target, nothing); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

func TestVerify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("content"), 0o644); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512([]byte("content"))
	if err := verify(path, "sha512-"+base64.StdEncoding.EncodeToString(sum[:])); err != nil {
		t.Error(err)
	}
	if err := verify(path, packages["linux/amd64"].integrity); !errors.Is(err, errIntegrity) {
		t.Errorf("another file: %v", err)
	}
}

func TestIntegritiesAreWhole(t *testing.T) {
	for platform, p := range packages {
		sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(p.integrity, "sha512-"))
		if err != nil || len(sum) != sha512.Size {
			t.Errorf("%s: %d bytes, %v", platform, len(sum), err)
		}
	}
}
