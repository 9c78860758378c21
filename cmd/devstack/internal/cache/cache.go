// Package cache manages the folder, outside of the repository, of the files that devstack fetches once and keeps.
package cache

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// DirVariable names the environment variable that moves the cache to another folder.
const DirVariable = "DEVSTACK_CACHE"

// ErrUnreachable means that something had to be fetched and the registry it comes from could not be reached: the
// machine has no network, the stack is not broken.
var ErrUnreachable = errors.New("the registry cannot be reached")

// Dir returns the cache's subfolder of that name and makes it.
func Dir(name string) (string, error) {
	base := os.Getenv(DirVariable)
	if base == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find the cache folder: %w: set %s", err, DirVariable)
		}
		base = filepath.Join(user, "tokenwarden")
	}
	dir, err := filepath.Abs(filepath.Join(base, name))
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make the cache folder: %w: set %s to a folder that can be written", err, DirVariable)
	}
	return dir, nil
}

// lockPoll is the time between two looks at a lock that another process holds.
const lockPoll = 200 * time.Millisecond

// Lock takes the lock file at path and returns a function that releases it; a process that dies releases it as well. While
// another process holds the lock it calls waiting once and then waits until ctx ends.
func Lock(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	unlock, err = TryLock(path)
	if !errors.Is(err, ErrLocked) {
		return unlock, err
	}
	waiting()
	ticker := time.NewTicker(lockPoll)
	defer ticker.Stop()
	for errors.Is(err, ErrLocked) {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for lock %s: %w", path, ctx.Err())
		case <-ticker.C:
			unlock, err = TryLock(path)
		}
	}
	return unlock, err
}

// ErrLocked is the error of TryLock for a lock that another process holds.
var ErrLocked = errors.New("locked by another process")

// TryLock is Lock without the wait.
func TryLock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrLocked
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = f.Close() }, nil
}
