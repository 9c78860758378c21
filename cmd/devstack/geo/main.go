package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/repo"
)

func main() {
	dir := flag.String("dir", "", "folder of networks.csv and of the databases (default: testdata/geo of the repository)")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "geo:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	if dir == "" {
		found, err := repo.Path("testdata/geo")
		if err != nil {
			return err
		}
		dir = found
	}
	files, err := generate(dir)
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return fmt.Errorf("write database: %w", err)
		}
		fmt.Fprintf(os.Stderr, "geo: wrote %s (%d bytes)\n", path, len(content))
	}
	return nil
}

// generate returns the content of each database file that the table in dir gives.
func generate(dir string) (map[string][]byte, error) {
	path := filepath.Join(dir, "networks.csv")
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	defer func() { _ = f.Close() }()
	table, err := readTable(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	files := map[string][]byte{}
	for name, write := range map[string]func(io.Writer, []network) error{"city.mmdb": writeCity, "asn.mmdb": writeASN} {
		var buf bytes.Buffer
		if err := write(&buf, table); err != nil {
			return nil, err
		}
		files[name] = buf.Bytes()
	}
	return files, nil
}
