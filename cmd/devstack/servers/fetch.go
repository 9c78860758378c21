package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/cache"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/repo"
)

// fetchWithin bounds each call of a package client.
const fetchWithin = 3 * time.Minute

// call runs a package client in dir and returns its output. missing says what to install if it is not there.
func call(ctx context.Context, dir, missing, name string, args ...string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s is needed and not installed: %s", name, missing)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = dir
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("%s did not end within %s: %w: try again with a network", name, fetchWithin, cache.ErrUnreachable)
	case err != nil && offline.Match(append(complaint.Bytes(), out.Bytes()...)):
		return "", fmt.Errorf("%s: %w: try again with a network", name, cache.ErrUnreachable)
	case err != nil:
		return "", fmt.Errorf("%s %s: %w: %s", name, args[0], err, bytes.TrimSpace(complaint.Bytes()))
	}
	return out.String(), nil
}

// offline matches what apt-get, pip, npm and go say of a registry out of reach.
var offline = regexp.MustCompile(`Temporary failure resolving|Could not resolve|Could not connect|Failed to establish a new connection|` +
	`EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|no such host|connection refused|i/o timeout|Network is unreachable`)

// newPackage matches a package that apt-get would add; one that it would only renew has its old version in brackets.
var newPackage = regexp.MustCompile(`(?m)^Inst (\S+) \((\S+) `)

// debian unpacks packages of the system's archive into dir, with those that they need and the system lacks. It uses lists of
// its own below the cache folder, needs no rights, and runs no script of a package, so that no service starts.
func (in *installer) debian(ctx context.Context, packages []string, dir string) error {
	const missing = "this server is fetched on Debian and its relatives; elsewhere install it by hand"
	lists, err := cache.Dir("servers/apt")
	if err != nil {
		return err
	}
	for _, folder := range []string{"lists/partial", "archives/partial"} {
		if err := os.MkdirAll(filepath.Join(lists, folder), 0o755); err != nil {
			return err
		}
	}
	apt := func(args ...string) (string, error) {
		return call(ctx, dir, missing, "apt-get", append([]string{
			"-o", "Dir::State::Lists=" + filepath.Join(lists, "lists"), "-o", "Dir::Cache=" + lists, "-o", "Debug::NoLocking=1",
			"-o", "APT::Sandbox::User=", "-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=20", "-q",
		}, args...)...)
	}
	if !in.updated {
		if _, err := apt("update"); err != nil {
			return err
		}
		in.updated = true
	}
	planned, err := apt(append([]string{"install", "--simulate", "--no-install-recommends"}, packages...)...)
	if err != nil {
		return err
	}
	wanted := []string{"download"}
	for _, m := range newPackage.FindAllStringSubmatch(planned, -1) {
		wanted = append(wanted, m[1]+"="+m[2])
	}
	if _, err := apt(wanted...); err != nil {
		return err
	}
	archives, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil || len(archives) == 0 {
		return errors.New("apt-get fetched no package")
	}
	for _, archive := range archives {
		if _, err := call(ctx, dir, missing, "dpkg-deb", "--extract", archive, dir); err != nil {
			return err
		}
		if err := os.Remove(archive); err != nil {
			return err
		}
	}
	return nil
}

func pypi(ctx context.Context, requirement, dir string) error {
	_, err := call(ctx, dir, "install Python 3 with pip", "python3", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
		"--no-compile", "--root-user-action=ignore", "--target", dir, requirement)
	return err
}

func npm(ctx context.Context, requirement, dir string) error {
	_, err := call(ctx, dir, "install Node.js with npm", "npm", "install", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund",
		"--no-save", "--loglevel=error", requirement)
	return err
}

// module builds the program in a folder of testdata, a module of its own, into dir/bin.
func module(ctx context.Context, name, dir string) error {
	from, err := repo.Path("cmd/devstack/servers/testdata/" + name)
	if err != nil {
		return err
	}
	path, err := exec.LookPath("go")
	if err != nil {
		return errors.New("go is needed and not installed")
	}
	cmd := exec.CommandContext(ctx, path, "build", "-o", filepath.Join(dir, "bin", name), ".")
	cmd.Dir, cmd.Env = from, append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// requirement matches the module that a program of testdata requires, with its version.
var requirement = regexp.MustCompile(`(?m)^require \S+ v(\S+)$`)

// moduleVersion returns the version of the module that the program in a folder of testdata is made with.
func moduleVersion(name string) string {
	path, err := repo.Path("cmd/devstack/servers/testdata/" + name + "/go.mod")
	if err != nil {
		return ""
	}
	text, err := os.ReadFile(path)
	if m := requirement.FindSubmatch(text); err == nil && m != nil {
		return string(m[1])
	}
	return ""
}
