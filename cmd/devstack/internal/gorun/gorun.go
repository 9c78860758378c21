// Package gorun ends a program with the `go run` that started it.
package gorun

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Stop sends SIGTERM to signals when the `go run` that started the program ends. `go run` passes no signal on: whoever
// stops it with SIGTERM would leave the program and its servers behind.
func Stop(signals chan<- os.Signal) {
	if !startedByGoRun() {
		return
	}
	parent := os.Getppid()
	go func() {
		ticker := time.NewTicker(500 * time.Millisecond)
		defer ticker.Stop()
		for range ticker.C {
			if os.Getppid() != parent {
				signals <- syscall.SIGTERM
				return
			}
		}
	}()
}

// startedByGoRun reports whether the program lies in a build folder or in the build cache, from which `go run` starts it.
func startedByGoRun() bool {
	self, err := os.Executable()
	return err == nil && strings.Contains(filepath.ToSlash(self), "/go-build")
}
