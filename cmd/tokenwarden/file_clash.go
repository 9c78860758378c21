package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
)

// namedFile is a file that a command reads or writes: its path, and the flag or key that names it, "" for an argument.
type namedFile struct {
	by, path string
	stream   any // what the path - stands for
}

// String returns flag and path.
func (f namedFile) String() string {
	if f.by == "" {
		return f.path
	}
	return f.by + " " + f.path
}

// stat returns the state of the file, nil if there is none or if it is no file.
func (f namedFile) stat() fs.FileInfo {
	var info fs.FileInfo
	var err error
	stream := f.stream
	if out, ok := stream.(*stdout); ok {
		stream = out.Writer
	}
	switch file, ok := stream.(*os.File); {
	case f.path != "-":
		info, err = os.Stat(f.path)
	case ok:
		info, err = file.Stat()
	}
	if err != nil {
		return nil
	}
	return info
}

// named returns the paths as files that by names. It leaves out empty paths.
func named(by string, paths ...string) []namedFile {
	var files []namedFile
	for _, path := range paths {
		if path != "" {
			files = append(files, namedFile{by: by, path: path})
		}
	}
	return files
}

// configFiles returns the file of --config and the key, list and geo files that c names.
func (g *globals) configFiles(c *config.Config) ([]namedFile, error) {
	paths, err := c.Lists.Files().Paths()
	if err != nil {
		return nil, config.Error{Err: err}
	}
	files := append(named("--config", g.configPath), named("geo", c.Geo.City, c.Geo.ASN)...)
	files = append(files, named("key_files", c.KeyFiles...)...)
	return append(files, named("list", paths...)...), nil
}

// refuseClash returns a usageError if an output is an input or another output: it would be emptied before it is read, or two
// outputs would mix.
func refuseClash(outputs, inputs []namedFile) error {
	for i, out := range outputs {
		for _, in := range inputs {
			if sameFile(out, in) {
				return usageError{fmt.Errorf("%s and %s are the same file: it would be overwritten", out, in)}
			}
		}
		for _, other := range outputs[:i] {
			if sameFile(out, other) {
				return usageError{fmt.Errorf("%s and %s are the same file: the outputs would mix", other, out)}
			}
		}
	}
	return nil
}

// sameFile reports whether a and b are one regular file, under whatever names, or one path that holds no file yet. Devices and pipes
// may be named twice.
func sameFile(a, b namedFile) bool {
	infoA, infoB := a.stat(), b.stat()
	if infoA != nil && infoB != nil {
		return infoA.Mode().IsRegular() && os.SameFile(infoA, infoB)
	}
	return infoA == nil && infoB == nil && a.path != "-" && b.path != "-" && linkTarget(a.path) == linkTarget(b.path)
}

// maxLinks is the number of symbolic links that linkTarget follows.
const maxLinks = 40

// linkTarget returns the absolute path of a file that does not exist, after symbolic links.
func linkTarget(path string) string {
	for range maxLinks {
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
