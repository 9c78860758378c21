package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOutputThatIsAnotherFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	key, _ := keyFile(t)
	log := burst(newToken(), 3)
	write(t, at("access.log"), log)
	write(t, at("watchlist"), strings.Repeat("0", 31)+"1\n")
	write(t, at("config.yaml"), "format: auto\n")
	for name, err := range map[string]error{
		"symlink": os.Symlink("access.log", at("symlink.log")), "hard link": os.Link(at("access.log"), at("hard.log")),
		"link to nothing": os.Symlink("new.ndjson", at("dangling.ndjson")),
	} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	before := map[string]string{}
	for _, path := range []string{key, at("access.log"), at("watchlist"), at("config.yaml")} {
		before[path] = readText(t, path)
	}
	for _, tc := range []struct {
		name string
		args []string
		want []string
	}{
		{"input", []string{"scan", "--redacted", at("access.log"), at("access.log")}, []string{"--redacted", "access.log"}},
		{"second input", []string{"scan", "--alerts", at("access.log"), at("config.yaml"), at("access.log")}, []string{"--alerts", "access.log"}},
		{"symbolic link", []string{"scan", "--events", at("symlink.log"), at("access.log")}, []string{"--events", "symlink.log", "access.log"}},
		{"hard link", []string{"scan", "--records", at("hard.log"), at("access.log")}, []string{"--records", "hard.log", "access.log"}},
		{"other spelling", []string{"scan", "--records", dir + "/./access.log", at("access.log")}, []string{"--records", "access.log"}},
		{"key", []string{"scan", "--key-file", key, "--redacted", key, at("access.log")}, []string{"--redacted", "--key-file " + key}},
		{"list", []string{"scan", "--key-file", key, "--watchlist", at("watchlist"), "--alerts", at("watchlist"), at("access.log")}, []string{"--alerts", "list " + at("watchlist")}},
		{"configuration", []string{"scan", "-c", at("config.yaml"), "--alerts", at("config.yaml"), at("access.log")}, []string{"--alerts", "--config " + at("config.yaml")}},
		{"two outputs", []string{"scan", "--redacted", at("new"), "--events", dir + "/./new", at("access.log")}, []string{"--redacted", "--events"}},
		{"two outputs through a link", []string{"scan", "--redacted", at("new.ndjson"), "--events", at("dangling.ndjson"), at("access.log")}, []string{"--redacted", "--events"}},
		{"key of simulate", []string{"simulate", "--lines", "1", "--key-file", key, "--truth", key}, []string{"--truth", "--key-file " + key}},
		{"outputs of simulate", []string{"simulate", "--lines", "1", "--key-file", key, "--truth", at("new"), "--out", at("new")}, []string{"--truth", "--out"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, errOut, code := command(t, "", tc.args...)
			if code != exitUsage {
				t.Errorf("code %d\n%s", code, errOut)
			}
			for _, want := range tc.want {
				if !strings.Contains(errOut, want) {
					t.Errorf("%q does not name %s", errOut, want)
				}
			}
			for path, text := range before {
				if readText(t, path) != text {
					t.Errorf("%s was changed", path)
				}
			}
			for _, name := range []string{"new", "new.ndjson"} {
				if _, err := os.Lstat(at(name)); err == nil {
					t.Errorf("%s was made", name)
				}
			}
		})
	}
}

func TestDevicesMayBeNamedTwice(t *testing.T) {
	if _, errOut, code := command(t, burst(newToken(), 3), "scan", "--redacted", os.DevNull, "--events", os.DevNull, "-"); code != exitDone {
		t.Errorf("code %d\n%s", code, errOut)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
