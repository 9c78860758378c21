package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is devstack itself, built once for all tests: without cgo, as users without a C compiler have it, and
// without the race detector, which cannot share a process with the engine.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "devstack-test-")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "devstack")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build devstack: %v\n%s", err, out))
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// needs skips the test where a tool is missing, except in CI, where everything has to be there. What these tools
// are for is a fetch of many megabytes the first time: short tests do without.
func needs(t *testing.T, tools ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs something that has to be fetched: not in short mode")
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err == nil {
			continue
		}
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", tool)
		}
		t.Skipf("%s is not installed", tool)
	}
}

// needsEngine skips the test where the ClickHouse engine can neither be found nor fetched.
func needsEngine(t *testing.T) {
	t.Helper()
	if os.Getenv("CHDB_LIB_PATH") == "" {
		needs(t, "npm")
	}
}

// buffer holds the output of a process.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// running is a devstack that stays.
type running struct {
	addresses
	cmd    *exec.Cmd
	stderr *buffer
	ended  chan struct{}
}

// startDevstack starts devstack and returns once it has printed its addresses.
func startDevstack(t *testing.T, args ...string) *running {
	t.Helper()
	r := &running{cmd: exec.Command(program, args...), stderr: new(buffer), ended: make(chan struct{})}
	r.cmd.Stderr = r.stderr
	stdout, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		_ = r.cmd.Wait() // its status is looked at below
		if r.cmd.ProcessState.ExitCode() == exitUnreachable && os.Getenv("CI") != "true" {
			t.Skipf("no network: %s", r.stderr)
		}
		t.Fatalf("devstack printed no addresses (%v): %s", r.cmd.ProcessState, r.stderr)
	}
	go func() {
		_ = r.cmd.Wait() // the tests look at ProcessState
		close(r.ended)
	}()
	t.Cleanup(func() { r.stop(t, syscall.SIGTERM) })
	if err := json.Unmarshal(line, &r.addresses); err != nil {
		t.Fatalf("devstack printed %q: %v", line, err)
	}
	return r
}

// stop sends a signal and waits for the end.
func (r *running) stop(t *testing.T, s syscall.Signal) {
	t.Helper()
	_ = r.cmd.Process.Signal(s) // it may have ended already
	select {
	case <-r.ended:
	case <-time.After(time.Minute):
		_ = r.cmd.Process.Kill()
		t.Errorf("devstack did not end after %v: %s", s, r.stderr)
	}
}

// eventually asks until ok returns nil.
func eventually(t *testing.T, limit time.Duration, ok func() error) {
	t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := ok()
		if err == nil {
			return
		}
		select {
		case <-deadline.C:
			t.Fatalf("not within %v: %v", limit, err)
		case <-ticker.C:
		}
	}
}

// runDevstack runs devstack with a command to its end and returns its status and output.
func runDevstack(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), env...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
