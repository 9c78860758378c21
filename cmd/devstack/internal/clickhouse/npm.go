package clickhouse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/cache"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

// npmPack lets npm put the packed package into dir and returns its path.
func npmPack(ctx context.Context, pkg npmPackage, dir string, log *status.Log) (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("npm is needed to fetch the ClickHouse engine and is not installed: install Node.js with npm, "+
			"or set %s to a libchdb.so, or CLICKHOUSE_ADDR to a running server", LibraryVariable)
	}
	cmd := exec.CommandContext(ctx, npm, "pack", pkg.name+"@"+packageVersion,
		"--pack-destination", dir, "--prefer-offline", "--ignore-scripts", "--loglevel=error")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := log.While("fetching the ClickHouse engine", cmd.Run); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", npmError(pkg, stderr.Bytes(), err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("npm pack %s: %d packed files in %s, want 1", pkg.name, len(found), dir)
	}
	return found[0], nil
}

// npmCode returns npm's error code from its output.
var npmCode = regexp.MustCompile(`(?m)^npm (?:error|ERR!) code (\S+)`)

// npmError turns npm's output into an error; it wraps cache.ErrUnreachable if the network is the cause.
func npmError(pkg npmPackage, output []byte, cause error) error {
	if m := npmCode.FindSubmatch(output); m != nil {
		switch code := string(m[1]); code {
		case "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ENOTCACHED",
			"ERR_SOCKET_TIMEOUT", "FETCH_ERROR":
			return fmt.Errorf("fetch the ClickHouse engine from npm: %w (%s): try again with a network, or set %s to a libchdb.so, "+
				"or CLICKHOUSE_ADDR to a running server", cache.ErrUnreachable, code, LibraryVariable)
		}
	}
	return errors.Join(fmt.Errorf("npm pack %s@%s: %w", pkg.name, packageVersion, cause),
		errors.New(string(bytes.TrimSpace(output))))
}
