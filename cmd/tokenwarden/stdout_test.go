package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// fullDisk refuses every write.
type fullDisk struct{}

var errDiskFull = errors.New("no space left on device")

func (fullDisk) Write([]byte) (int, error) { return 0, errDiskFull }

func TestOutputThatCannotBeWrittenEndsWithStatusOne(t *testing.T) {
	key, _ := keyFile(t)
	log, tokens := filepath.Join(t.TempDir(), "access.log"), filepath.Join(t.TempDir(), "tokens")
	write(t, log, burst(newToken(), 30))
	write(t, tokens, newToken()+"\n")
	for _, args := range [][]string{
		{"scan", log}, {"scan", "--redacted", "-", log}, {"scan", "--events", "-", log}, {"scan", "--fail-on", "info", log},
		{"explain", "--line", "1", log}, {"simulate", "--lines", "10"}, {"fingerprint", "--key-file", key},
		{"rules", "list"}, {"rules", "check"}, {"rules", "check", log}, {"rules", "test"}, {"rules", "explain", "--line", "1", log},
		{"rules", "explain", "--line", "1", "--output", "json", log}, {"rules", "backtest", "--format", burstFormat, log},
		{"watchlist", "import", "--kind", "plain", "--key-file", key, tokens},
		{"schema", "print"}, {"config", "defaults"}, {"config", "print"}, {"config", "check", "--set", "key_files=" + key, "--set", "kafka.brokers=127.0.0.1:1"}, {"key", "new"}, {"version"}, {"--help"},
	} {
		t.Run(strings.Join(args[:min(3, len(args))], " "), func(t *testing.T) {
			var errOut strings.Builder
			code := execute(t.Context(), args, streams{strings.NewReader(newToken() + "\n"), fullDisk{}, &errOut, nil})
			text := errOut.String()
			if code != exitFailed || strings.Count(text, errDiskFull.Error()) != 1 || strings.Contains(text, "written") {
				t.Errorf("code %d, %q", code, text)
			}
		})
	}
}

func TestOutputFileThatCannotBeWrittenIsNamedOnce(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil && runtime.GOOS != "linux" {
		t.Skip("only Linux is known to have it: ", err)
	}
	for _, lines := range []int{3, 3000} {
		_, errOut, code := command(t, burst(newToken(), lines), "scan", "--redacted", full, "-")
		if code != exitFailed || strings.Count(errOut, full) != 1 {
			t.Errorf("%d lines: code %d, %q", lines, code, errOut)
		}
	}
}
