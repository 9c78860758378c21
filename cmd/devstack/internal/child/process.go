package child

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
)

// process is one run of a program.
type process struct {
	pid    int
	stdin  io.Closer
	exited chan struct{} // closed once the process ended
	err    error         // how it ended, readable after exited is closed
}

// launch starts the program. Its stdin is a pipe that stays open as long as devstack lives, its output is appended
// to the log file.
func launch(spec Spec) (*process, error) {
	out, err := os.OpenFile(spec.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open log of %s: %w", spec.Name, err)
	}
	defer func() { _ = out.Close() }()
	cmd := exec.Command(spec.Path, spec.Args...)
	cmd.Env = append(os.Environ(), spec.Env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = attributes()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}
	p := &process{stdin: stdin, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel takes the end of the thread that started a child for the end of its parent. The thread
		// stays with this goroutine, and ends with it, after the child.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what it started and left behind
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}
	p.pid = cmd.Process.Pid
	return p, nil
}

// signal sends s to the process and to all that it started.
func (p *process) signal(s syscall.Signal) {
	select {
	case <-p.exited:
	default:
		_ = syscall.Kill(-p.pid, s) // it may have ended in between
	}
}

// cause describes the end of the process in a few words.
func (p *process) cause() string {
	if p.err == nil {
		return "it ended by itself"
	}
	return p.err.Error()
}

// logTail is the number of bytes from the end of a log that an error quotes.
const logTail = 2000

// tail returns the end of the log, for an error.
func tail(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.Size() > logTail {
		if _, err := f.Seek(-logTail, io.SeekEnd); err != nil {
			return ""
		}
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
