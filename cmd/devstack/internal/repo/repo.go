// Package repo finds the files of this repository from wherever a program was started.
package repo

import (
	"errors"
	"os"
	"path/filepath"
)

// marker is the file that stands at the root of the repository and nowhere below it.
const marker = "go.work"

// ErrNotFound means that the program was neither started nor built inside the repository.
var ErrNotFound = errors.New("the tokenwarden repository is not here (no go.work in the working folder or above it): " +
	"start this inside the repository")

// Root returns the root of the repository that the working directory is in, or else the program's own file.
func Root() (string, error) {
	if dir, err := os.Getwd(); err == nil {
		if root, ok := above(dir); ok {
			return root, nil
		}
	}
	if self, err := os.Executable(); err == nil {
		if root, ok := above(filepath.Dir(self)); ok {
			return root, nil
		}
	}
	return "", ErrNotFound
}

// above returns the nearest folder that holds the marker: dir or one that dir is in.
func above(dir string) (string, bool) {
	for {
		if _, err := os.Stat(filepath.Join(dir, marker)); err == nil {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// Path returns the absolute path of a file of the repository, given by its slash-separated path below the root.
func Path(rel string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, filepath.FromSlash(rel)), nil
}
