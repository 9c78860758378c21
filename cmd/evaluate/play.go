package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// result holds the labels and alerts of one seed.
type result struct {
	seed   uint64
	lines  int
	labels []label
	alerts []tokenwarden.Alert
}

// play sends the traffic of a seed through `tokenwarden scan`. Its files stay in dir.
func play(ctx context.Context, o options, seed uint64, dir string) (result, error) {
	r := result{seed: seed}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return r, fmt.Errorf("make a folder: %w", err)
	}
	traffic := simulate.Evaluation(seed, o.days, o.holders)
	traffic.Instances = o.instances
	gen, err := simulate.New(traffic)
	if err != nil {
		return r, err
	}
	fingerprint, err := newKey(seed, filepath.Join(dir, "key"))
	if err != nil {
		return r, err
	}
	if err := gen.WriteLists(filepath.Join(dir, "lists"), fingerprint); err != nil {
		return r, err
	}
	if err := os.WriteFile(filepath.Join(dir, "tokenwarden.yaml"), config(filepath.Join(dir, "lists")), 0o600); err != nil {
		return r, fmt.Errorf("write the configuration: %w", err)
	}
	if r.lines, err = scan(ctx, o.bin, dir, gen); err != nil {
		return r, err
	}
	var truth bytes.Buffer
	if err := gen.WriteTruth(&truth, fingerprint); err != nil {
		return r, err
	}
	if err := os.WriteFile(filepath.Join(dir, "labels.ndjson"), truth.Bytes(), 0o600); err != nil {
		return r, fmt.Errorf("write labels: %w", err)
	}
	if r.labels, err = decode[label](&truth); err != nil {
		return r, err
	}
	r.alerts, err = readAlerts(filepath.Join(dir, "alerts.ndjson"))
	return r, err
}

// ruleIDs returns the ids of the default rules of the program.
func ruleIDs(ctx context.Context, bin string) (map[string]bool, error) {
	out, err := exec.CommandContext(ctx, bin, "rules", "list").Output()
	if err != nil {
		return nil, fmt.Errorf("run %s rules list: %w; make build builds it", bin, err)
	}
	ids := map[string]bool{}
	for line := range bytes.Lines(out) {
		if f := bytes.Fields(line); len(f) > 0 {
			ids[string(f[0])] = true
		}
	}
	return ids, nil
}

// newKey writes the key of a seed and returns a function that fingerprints with it. The key protects synthetic tokens alone, so it
// follows from the seed, and the same seed gives the same alerts.
func newKey(seed uint64, path string) (func(token string) string, error) {
	var from [32]byte
	binary.LittleEndian.PutUint64(from[:], seed)
	key, text, err := secret.NewKey(rand.NewChaCha8(from))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	prints := secret.NewFingerprinter(key)
	return func(token string) string {
		return prints.Fingerprint(secret.NewToken([]byte(token))).String()
	}, nil
}

// config names the files in dir that [simulate.Generator.WriteLists] writes.
func config(dir string) []byte {
	in := func(name string) string { return fmt.Sprintf("[%q]", filepath.Join(dir, name)) }
	return fmt.Appendf(nil, `lists:
  watchlist: %s
  decoys: %s
  revoked: %s
  networks: {hosting: %s, mobile: %s, vpn: %s}
  bindings: %s
  policy: %s
  sensitive: %s
`, in("watchlist.txt"), in("decoys.txt"), in("revoked.ndjson"), in("hosting.txt"), in("mobile.txt"), in("vpn.txt"),
		in("bindings.yaml"), in("policy.yaml"), in("sensitive.txt"))
}

// scan writes all lines to the program and waits for its end.
func scan(ctx context.Context, bin, dir string, gen *simulate.Generator) (lines int, err error) {
	cmd := exec.CommandContext(ctx, bin, "scan", "-", "--config", filepath.Join(dir, "tokenwarden.yaml"),
		"--key-file", filepath.Join(dir, "key"), "--alerts", filepath.Join(dir, "alerts.ndjson"),
		"--geo", "testdata/geo/city.mmdb", "--asn", "testdata/geo/asn.mmdb")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, fmt.Errorf("start %s: %w", bin, err)
	}
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start %s: %w; make build builds it", bin, err)
	}
	w := bufio.NewWriterSize(in, 1<<20)
	for line, ok := gen.Next(); ok && err == nil; line, ok = gen.Next() {
		_, _ = w.Write(line.Text)
		err = w.WriteByte('\n')
		lines++
	}
	err = errors.Join(err, w.Flush(), in.Close())
	if waited := cmd.Wait(); waited != nil {
		return lines, fmt.Errorf("%s scan: %w: %s", bin, waited, stderr.Bytes())
	}
	return lines, err
}

func readAlerts(path string) ([]tokenwarden.Alert, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read alerts: %w", err)
	}
	alerts, err := decode[tokenwarden.Alert](bufio.NewReader(file))
	return alerts, errors.Join(err, file.Close())
}

// decode reads NDJSON to its end.
func decode[T any](r io.Reader) (all []T, err error) {
	for d := json.NewDecoder(r); ; {
		var v T
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("read NDJSON: %w", err)
		}
		all = append(all, v)
	}
}
