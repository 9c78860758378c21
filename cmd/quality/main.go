package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	ok, err := run(os.Args[1:], os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "quality:", err)
		os.Exit(2)
	case !ok:
		os.Exit(1)
	}
}

// run measures each corpus that exists. ok is false if one is outside the limits.
func run(args []string, w io.Writer) (ok bool, err error) {
	flags := flag.NewFlagSet("quality", flag.ContinueOnError)
	own := flags.String("own", "testdata/quality", "directory of the project's corpus")
	data := flags.String("data", "../shared/data", "directory of another corpus; left out if it is not there")
	seeds := flags.Int("seeds", 3, "how many different tokens of each kind")
	limit := flags.Int("limit", 60, "how many faults of each sort are listed")
	batch := flags.String("batch", "", "measure only the corpora whose names end so")
	if err := flags.Parse(args); err != nil {
		return false, fmt.Errorf("read flags: %w", err)
	}
	pipe, err := newPipeline()
	if err != nil {
		return false, err
	}
	ok = true
	for _, dir := range []string{*own, *data} {
		corpora, err := readCorpora(dir)
		if err != nil {
			return false, err
		}
		if len(corpora) == 0 {
			_, _ = fmt.Fprintf(w, "== %s: not there\n", dir)
		}
		for _, c := range corpora {
			if *batch != "" && !strings.HasSuffix(c.name, *batch) {
				continue
			}
			res, err := measure(pipe, c, *seeds)
			if err != nil {
				return false, err
			}
			tableWriter{w, *limit}.report(res)
			ok = ok && res.passes()
		}
	}
	if !ok {
		_, _ = fmt.Fprintf(w, "not good enough: recall of %.0f %% and at most %.1f %% false positives are wanted\n", 100*wantRecall, 100*maxFalse)
	}
	return ok, nil
}
