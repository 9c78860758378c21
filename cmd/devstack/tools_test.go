package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakeTools returns an environment in which nothing can be started but the given scripts, sh and java, and in which
// nothing has been fetched yet.
func fakeTools(t *testing.T, scripts map[string]string) []string {
	t.Helper()
	bin := t.TempDir()
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"PATH=" + bin, "DEVSTACK_CACHE=" + t.TempDir(), "CHDB_LIB_PATH=", "KAFKA_BROKERS=", "CLICKHOUSE_ADDR="}
}

func TestMissingOrUnreachableTools(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("sh is not installed")
	}
	const (
		npmOffline = `echo "npm error code EAI_AGAIN" >&2; echo "npm error network" >&2; exit 1`
		npmBroken  = `echo "npm error code E404" >&2; echo "npm error 404 no such package" >&2; exit 1`
		mvnOffline = `echo "[ERROR] Failed to execute goal: Could not transfer artifact a:b:1 from/to central: Connection refused"; exit 1`
		mvnForged  = `echo "[ERROR] Could not transfer artifact a:b:1 from/to central: Checksum validation failed"; exit 1`
		mvnBroken  = `echo "[ERROR] Could not find artifact a:b:1"; exit 1`
	)
	f := func(name string, scripts map[string]string, status int, want string, args ...string) {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := runDevstack(t, fakeTools(t, scripts), append(args, "--", sh, "-c", "echo ran")...)
			if code != status || stdout != "" || !strings.Contains(stderr, want) {
				t.Errorf("status %d, %q, %q; want %d and %q", code, stdout, stderr, status, want)
			}
		})
	}
	clickhouse := []string{"--only", "clickhouse"}
	f("no npm", nil, 1, "install Node.js with npm, or set CHDB_LIB_PATH", clickhouse...)
	f("npm without network", map[string]string{"npm": npmOffline}, 75, "EAI_AGAIN", clickhouse...)
	f("npm without package", map[string]string{"npm": npmBroken}, 1, "404 no such package", clickhouse...)
	f("npm with another package", map[string]string{"npm": `echo forged > "$4/x.tgz"`}, 1, "not what its publisher released", clickhouse...)

	apache := []string{"--only", "kafka", "--kafka", "apache"}
	f("no java", nil, 1, "install a Java runtime", apache...)
	f("no mvn", map[string]string{"java": ""}, 1, "install Maven", apache...)
	f("mvn without network", map[string]string{"java": "", "mvn": mvnOffline}, 75, "Maven Central: the registry cannot be reached", apache...)
	f("mvn with forged files", map[string]string{"java": "", "mvn": mvnForged}, 1, "Checksum validation failed", apache...)
	f("mvn without artifact", map[string]string{"java": "", "mvn": mvnBroken}, 1, "Could not find artifact", apache...)
}
