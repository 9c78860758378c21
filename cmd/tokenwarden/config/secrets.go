package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
)

// openToOthers are the permissions of group and others that a file with a secret must not have: to read it, or to replace what is in it.
const openToOthers = 0o066

// readPrivate reads a file that holds a secret. It refuses one that group or others can read or write, unless insecure. It asks the
// opened file, so that the mode is that of what is read. Pipes have no such mode, nor have files on Windows.
func readPrivate(path string, insecure bool) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !insecure {
		if err := closedToOthers(path, info.Mode()); err != nil {
			return nil, err
		}
	}
	return io.ReadAll(f)
}

// closedToOthers returns an error if the mode of the file at path gives group or others a permission of openToOthers.
func closedToOthers(path string, mode fs.FileMode) error {
	if mode.IsRegular() && mode.Perm()&openToOthers != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("%s has mode %04o, open to group or others: chmod 600 %s (or --insecure-permissions, "+
			"where a mounted volume has its own way)",
			path, mode.Perm(), path)
	}
	return nil
}

// secret returns the content of the file at path without the line feeds at its end, or inline if path is empty.
func (c *Config) secret(key, path, inline string) (string, error) {
	if path == "" {
		return inline, nil
	}
	text, err := readPrivate(path, c.Insecure)
	if err != nil {
		return "", Error{fmt.Errorf("%s: %w", key, err)}
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

// Warnings returns what is allowed and unwise: passwords that cross a network in the clear.
func (c *Config) Warnings() []string {
	var out []string
	if s := &c.Kafka.SASL; s.Mechanism == "plain" && !c.Kafka.TLS.Enabled && !allLoopback(c.Kafka.Brokers) {
		out = append(out, "kafka.sasl.mechanism: plain without kafka.tls sends the password in the clear")
	}
	if h := &c.ClickHouse; (h.Password != "" || h.PasswordFile != "") && !h.TLS.Enabled && !allLoopback(h.Addr) {
		out = append(out, "clickhouse.password: without clickhouse.tls it is sent in the clear")
	}
	if c.Insecure {
		out = append(out, "insecure_permissions: keys and passwords are read from files that others may read")
	}
	return out
}

// allLoopback reports whether all addresses are of this machine.
func allLoopback(addrs []string) bool {
	return !slices.ContainsFunc(addrs, func(addr string) bool {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			host = addr
		}
		ip, err := netip.ParseAddr(host)
		return host != "localhost" && (err != nil || !ip.IsLoopback())
	})
}

// validateAddresses refuses user and password in addresses, without quoting them.
func (c *Config) validateAddresses() error {
	hasUser := func(addr string) bool { return strings.Contains(addr, "@") }
	switch {
	case slices.ContainsFunc(c.Kafka.Brokers, hasUser):
		return errors.New("kafka.brokers: want host:port without user and password; these belong in kafka.sasl")
	case slices.ContainsFunc(c.ClickHouse.Addr, hasUser):
		return errors.New("clickhouse.addr: want host:port without user and password; these belong in clickhouse.username and " +
			"clickhouse.password_file")
	}
	return nil
}
