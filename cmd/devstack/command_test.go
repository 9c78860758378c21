package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestCommandGetsTheStackAndItsStatusIsPassedOn(t *testing.T) {
	code, stdout, stderr := runDevstack(t, nil, "--only", "kafka", "--",
		"sh", "-c", `echo "$KAFKA_BROKERS|$DEVSTACK_KAFKA|$CLICKHOUSE_ADDR"; exit 7`)
	if code != 7 {
		t.Errorf("status %d, want the command's 7", code)
	}
	fields := strings.Split(strings.TrimSpace(stdout), "|")
	if len(fields) != 3 || !strings.HasPrefix(fields[0], "127.0.0.1:") || !strings.HasPrefix(fields[1], "kfake v") || fields[2] != "" {
		t.Errorf("the command saw %q", stdout)
	}
	if last := lastLine(stderr); !strings.HasPrefix(last, "devstack: ran on kfake v") {
		t.Errorf("the last line is %q", last)
	}
}

func TestCommandThatCannotRun(t *testing.T) {
	if code, _, stderr := runDevstack(t, nil, "--only", "kafka", "--", "/no/such/command"); code != 127 {
		t.Errorf("status %d, want 127: %s", code, stderr)
	}
}

func TestCommandThatIsKilled(t *testing.T) {
	if code, _, stderr := runDevstack(t, nil, "--only", "kafka", "--", "sh", "-c", "kill -9 $$"); code != 128+9 {
		t.Errorf("status %d, want 137: %s", code, stderr)
	}
}

func TestTemporaryFolderIsRemoved(t *testing.T) {
	tmp := t.TempDir()
	code, _, stderr := runDevstack(t, []string{"TMPDIR=" + tmp}, "--only", "kafka", "--", "true")
	if code != 0 {
		t.Fatalf("status %d: %s", code, stderr)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestServersFromTheEnvironmentAreUsedAsTheyAre(t *testing.T) {
	other := startDevstack(t, "--dir", t.TempDir(), "--only", "kafka")
	code, stdout, stderr := runDevstack(t, []string{"KAFKA_BROKERS=" + other.Kafka, "CLICKHOUSE_ADDR=127.0.0.1:1"}, "--",
		"sh", "-c", `echo "$KAFKA_BROKERS $CLICKHOUSE_ADDR"`)
	if code != 0 || stdout != other.Kafka+" 127.0.0.1:1\n" {
		t.Errorf("status %d, the command saw %q", code, stdout)
	}
	for _, want := range []string{"using KAFKA_BROKERS=" + other.Kafka, "using CLICKHOUSE_ADDR=127.0.0.1:1"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %q in %s", want, stderr)
		}
	}
	if last := lastLine(stderr); !strings.HasPrefix(last, "devstack: ran on kfake at ") || !strings.HasSuffix(last, "at 127.0.0.1:1") {
		t.Errorf("the last line is %q", last)
	}
}

func TestSignalsArePassedOnToTheCommand(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "ready")
	cmd := exec.Command(program, "--only", "kafka", "--",
		"sh", "-c", `trap "exit 42" TERM; touch "$0"; while :; do sleep 0.1; done`, mark)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 10*time.Second, func() error { _, err := os.Stat(mark); return err })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // its status is looked at below
	if code := cmd.ProcessState.ExitCode(); code != 42 {
		t.Errorf("status %d, want the command's 42", code)
	}
}

func TestWrongUsage(t *testing.T) {
	f := func(want string, args ...string) {
		t.Helper()
		code, _, stderr := runDevstack(t, nil, args...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%q: status %d, %q; want 2 and %q", args, code, stderr, want)
		}
	}
	f("--dir is missing")
	f("--only", "--dir", t.TempDir(), "--only", "redis")
	f("--kafka", "--dir", t.TempDir(), "--kafka", "redpanda")
	f("--kafka-port", "--dir", t.TempDir(), "--kafka-port", "70000")
	f("not defined", "--no-such-flag")
}

func TestPortsAndFolderInUse(t *testing.T) {
	dir := t.TempDir()
	r := startDevstack(t, "--dir", dir, "--only", "kafka")
	f := func(want string, args ...string) {
		t.Helper()
		code, stdout, stderr := runDevstack(t, nil, args...)
		if code != exitFailed || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%q: status %d, %q; want 1 and %q", args, code, stderr, want)
		}
	}
	f("locked by another process", "--dir", dir, "--only", "kafka")
	_, port, _ := strings.Cut(r.Kafka, ":")
	f(fmt.Sprintf("port %s", port), "--dir", t.TempDir(), "--only", "kafka", "--kafka-port", port)
}
