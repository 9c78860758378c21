package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/cache"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

// LibraryVariable names the environment variable that points at a libchdb.so that is already there.
const LibraryVariable = "CHDB_LIB_PATH"

const libraryFile = "libchdb.so"

// Library returns the path of the engine's library: the one that LibraryVariable names, else the one in the cache,
// which is fetched, verified and unpacked if it is not there yet.
func Library(ctx context.Context, log *status.Log) (string, error) {
	if path := os.Getenv(LibraryVariable); path != "" {
		info, err := os.Stat(path)
		if err != nil {
			return "", fmt.Errorf("%s: %w", LibraryVariable, err)
		}
		if info.IsDir() {
			path = filepath.Join(path, libraryFile)
		}
		return filepath.Abs(path)
	}
	dir, err := cache.Dir(filepath.Join("clickhouse", packageVersion+"-"+runtime.GOOS+"-"+runtime.GOARCH))
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, libraryFile)
	if isFile(path) {
		return path, nil
	}
	unlock, err := cache.Lock(ctx, filepath.Join(dir, "lock"), func() {
		log.Printf("another devstack is fetching the ClickHouse engine; waiting for it")
	})
	if err != nil {
		return "", err
	}
	defer unlock()
	if isFile(path) { // the other one is done
		return path, nil
	}
	return path, fetchLibrary(ctx, path, log)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// fetchLibrary puts the library at path, whole or not at all.
func fetchLibrary(ctx context.Context, path string, log *status.Log) error {
	pkg, err := platformPackage()
	if err != nil {
		return err
	}
	work := path + ".fetch" // the lock makes it ours; a devstack that was killed may have left it
	if err := errors.Join(os.RemoveAll(work), os.Mkdir(work, 0o755)); err != nil {
		return fmt.Errorf("fetch the ClickHouse engine: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	log.Printf("fetching the ClickHouse engine %s, once (178 MB, 566 MB unpacked, kept in %s)", packageVersion, filepath.Dir(path))
	packed, err := npmPack(ctx, pkg, work, log)
	if err != nil {
		return err
	}
	log.Update("verifying the ClickHouse engine")
	if err := verify(packed, pkg.integrity); err != nil {
		return fmt.Errorf("verify %s %s: %w", pkg.name, packageVersion, err)
	}
	unpacked := filepath.Join(work, libraryFile)
	progress := func(percent int) { log.Update("unpacking the ClickHouse engine: %d %%", percent) }
	if err := (archiveFile{packed, "package/" + libraryFile}).unpack(ctx, unpacked, progress); err != nil {
		return fmt.Errorf("unpack %s %s: %w", pkg.name, packageVersion, err)
	}
	if err := os.Rename(unpacked, path); err != nil {
		return fmt.Errorf("fetch the ClickHouse engine: %w", err)
	}
	log.Printf("the ClickHouse engine is ready")
	return nil
}
