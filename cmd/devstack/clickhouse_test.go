package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/clickhouse"
)

func TestBothPartsTogether(t *testing.T) {
	needsEngine(t)
	r := startDevstack(t, "--dir", t.TempDir())
	if r.Kafka == "" || r.ClickHouse == "" || r.ClickHouseHTTP == "" {
		t.Errorf("addresses %+v", r.addresses)
	}
	if version, err := clickhouse.ServerVersion(t.Context(), r.ClickHouse); err != nil || !strings.HasPrefix(version, "26.7.") {
		t.Errorf("the native protocol says version %q, %v", version, err)
	}
	r.stop(t, syscall.SIGTERM)
	if code := r.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("status %d after SIGTERM, want 0: %s", code, r.stderr)
	}
	if alive(r.engine(t)) {
		t.Error("the engine outlived devstack")
	}
}

func TestEngineComesBackWithWhatItAcknowledged(t *testing.T) {
	needsEngine(t)
	dir := t.TempDir()
	r := startDevstack(t, "--dir", dir, "--only", "clickhouse")
	r.mustQuery(t, "CREATE TABLE kept (n UInt64) ENGINE = MergeTree ORDER BY n")
	rows := 0
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGABRT} {
		for range 20 {
			r.mustQuery(t, fmt.Sprintf("INSERT INTO kept SELECT number + %d FROM numbers(1000)", rows))
			rows += 1000
		}
		engine := r.engine(t)
		if err := syscall.Kill(engine, signal); err != nil {
			t.Fatal(err)
		}
		eventually(t, 30*time.Second, func() error {
			got, err := r.query("SELECT count() FROM kept")
			if err == nil && got != strconv.Itoa(rows) {
				t.Fatalf("%s rows after %v, want %d", got, signal, rows)
			}
			if err == nil && alive(engine) {
				return errors.New("the old engine answered")
			}
			return err
		})
		if !strings.Contains(r.stderr.String(), "ClickHouse died (") {
			t.Errorf("no word of the crash: %s", r.stderr)
		}
	}
	r.stop(t, syscall.SIGTERM)

	r = startDevstack(t, "--dir", dir, "--only", "clickhouse")
	if got := r.mustQuery(t, "SELECT count() FROM kept"); got != strconv.Itoa(rows) {
		t.Errorf("%s rows after a stop, want %d", got, rows)
	}
}

func TestEngineDiesWithDevstack(t *testing.T) {
	needsEngine(t)
	r := startDevstack(t, "--dir", t.TempDir(), "--only", "clickhouse")
	engine := r.engine(t)
	r.stop(t, syscall.SIGKILL)
	eventually(t, 5*time.Second, func() error {
		if alive(engine) {
			return fmt.Errorf("engine process %d is an orphan", engine)
		}
		return nil
	})
}

var engineProcess = regexp.MustCompile(`ClickHouse runs(?: again)? as process (\d+)`)

// engine returns the id of the newest engine process.
func (r *running) engine(t *testing.T) int {
	t.Helper()
	found := engineProcess.FindAllStringSubmatch(r.stderr.String(), -1)
	if len(found) == 0 {
		t.Fatalf("no engine process named in %s", r.stderr)
	}
	pid, err := strconv.Atoi(found[len(found)-1][1])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func (r *running) mustQuery(t *testing.T, statement string) string {
	t.Helper()
	text, err := r.query(statement)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (r *running) query(statement string) (string, error) {
	response, err := http.Post("http://"+r.ClickHouseHTTP, "text/plain", strings.NewReader(statement))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", response.StatusCode, body)
	}
	return strings.TrimSpace(string(body)), err
}
