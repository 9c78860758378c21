package child

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

// server returns a server that a shell script plays. It answers while the file $READY exists.
func server(t *testing.T, script string) (spec Spec, ready string) {
	t.Helper()
	dir := t.TempDir()
	ready = filepath.Join(dir, "ready")
	return Spec{
		Name: "server", Path: "/bin/sh", Args: []string{"-c", script}, Env: []string{"READY=" + ready},
		LogFile:      filepath.Join(dir, "log"),
		StartTimeout: 10 * time.Second,
		StopTimeout:  10 * time.Second,
		RetryDelay:   10 * time.Millisecond,
		Ready:        func(context.Context) error { _, err := os.Stat(ready); return err },
	}, ready
}

func testLog(t *testing.T) *status.Log {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { null.Close() })
	return status.New("test", null)
}

func mustStart(t *testing.T, spec Spec) *Child {
	t.Helper()
	c, err := Start(t.Context(), spec, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}

func TestServerThatEndsBeforeItAnswers(t *testing.T) {
	spec, _ := server(t, `echo "port is taken"; exit 3`)
	_, err := Start(t.Context(), spec, testLog(t))
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "port is taken") {
		t.Errorf("got %v, want the status and the log", err)
	}
}

func TestServerThatNeverAnswers(t *testing.T) {
	spec, _ := server(t, `sleep 60`)
	spec.StartTimeout = 100 * time.Millisecond
	if _, err := Start(t.Context(), spec, testLog(t)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want a deadline", err)
	}
}

func TestStopIsPoliteAndThenNot(t *testing.T) {
	polite, ready := server(t, `trap "echo bye; exit 0" TERM; touch "$READY"; while :; do sleep 0.02; done`)
	mustStart(t, polite).Stop()
	if text := tail(filepath.Join(filepath.Dir(ready), "log")); !strings.HasSuffix(text, "bye") {
		t.Errorf("the log says %q, want the answer to SIGTERM", text)
	}
	deaf, _ := server(t, `trap "" TERM; touch "$READY"; while :; do sleep 0.02; done`)
	deaf.StopTimeout = 100 * time.Millisecond
	c := mustStart(t, deaf)
	c.Stop()
	if c.Err() != nil {
		t.Errorf("stopped, and yet %v", c.Err())
	}
}

func TestServerThatIsStartedOnce(t *testing.T) {
	spec, _ := server(t, `touch "$READY"; sleep 0.1; echo "out of luck"; exit 7`)
	spec.Once = true
	c := mustStart(t, spec)
	select {
	case <-c.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("it died and is not done")
	}
	if c.Err() == nil || !strings.Contains(c.Err().Error(), "exit status 7") || !strings.Contains(c.Err().Error(), "out of luck") {
		t.Errorf("got %v, want the status and the log", c.Err())
	}
}

func TestWhatAServerLeavesBehindIsKilled(t *testing.T) {
	spec, ready := server(t, `sleep 60 & echo $! > "$READY.pid"; touch "$READY"; exec sleep 60`)
	c := mustStart(t, spec)
	text, err := os.ReadFile(ready + ".pid")
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(c.current.pid, syscall.SIGKILL); err != nil { // the server alone
		t.Fatal(err)
	}
	c.Stop()
	deadline, ticker := time.After(10*time.Second), time.NewTicker(10*time.Millisecond)
	defer ticker.Stop()
	for isRunning(pid) {
		select {
		case <-deadline:
			t.Fatal("its child still runs")
		case <-ticker.C:
		}
	}
}

// isRunning reports whether the process exists and is no zombie that init has yet to wait for.
func isRunning(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func TestServerThatDiesIsStartedAgain(t *testing.T) {
	// The first run makes the file and dies by it; the second answers and stays.
	spec, ready := server(t, `echo run; touch "$READY"; [ -e "$READY.2" ] && exec sleep 60; touch "$READY.2"; sleep 0.2; kill -ABRT $$`)
	c := mustStart(t, spec)
	log := filepath.Join(filepath.Dir(ready), "log")
	deadline, ticker := time.After(10*time.Second), time.NewTicker(10*time.Millisecond)
	defer ticker.Stop()
	for strings.Count(tail(log), "run") < 2 {
		select {
		case <-deadline:
			t.Fatalf("not started again: %q", tail(log))
		case <-ticker.C:
		}
	}
	c.Stop()
	if c.Err() != nil {
		t.Errorf("got %v, want nil after Stop", c.Err())
	}
}

func TestServerThatCannotComeBackIsGivenUp(t *testing.T) {
	spec, ready := server(t, `echo run; [ -e "$READY.2" ] && exit 9; touch "$READY" "$READY.2"; exec sleep 60`)
	answered := false
	spec.Ready = func(context.Context) error { // answers once only
		if _, err := os.Stat(ready); err != nil || answered {
			return errors.New("no answer")
		}
		answered = true
		return nil
	}
	c := mustStart(t, spec)
	if err := syscall.Kill(c.current.pid, syscall.SIGKILL); err != nil { // nobody writes current before this
		t.Fatal(err)
	}
	select {
	case <-c.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("not given up")
	}
	if c.Err() == nil || !strings.Contains(c.Err().Error(), "exit status 9") {
		t.Errorf("got %v, want why", c.Err())
	}
	if got := strings.Count(tail(filepath.Join(filepath.Dir(ready), "log")), "run"); got != 1+maxFailures {
		t.Errorf("%d starts, want the first and %d more", got, maxFailures)
	}
}
