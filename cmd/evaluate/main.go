// Command evaluate measures the rules: it makes days of labelled traffic (package simulate), sends it through
// `tokenwarden scan`, and compares the alerts with the labels. It prints recall for each class of attack, the delay to
// detection and the false alerts, and ends with status 1 if these are outside the budget. README.md defines the terms.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// options are the flags.
type options struct {
	bin       string
	seeds     uint64
	first     uint64
	days      int
	holders   int
	instances int
	dir       string
	verbose   bool
}

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin/tokenwarden", "the program to evaluate")
	flag.Uint64Var(&o.seeds, "seeds", 3, "how often, each time with other traffic")
	flag.Uint64Var(&o.first, "first", 1, "the first seed")
	flag.IntVar(&o.days, "days", 14, "days of traffic")
	flag.IntVar(&o.holders, "tokens", 3000, "holders of a credential")
	flag.IntVar(&o.instances, "instances", 14, "of each attack and hard negative: half of them strong, half weak")
	flag.StringVar(&o.dir, "dir", "", "folder that keeps key, lists, labels and alerts of each seed (default: a temporary one)")
	flag.BoolVar(&o.verbose, "v", false, "name each attack that was missed and each alert about honest traffic")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	within, err := evaluate(ctx, o)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "evaluate:", err)
		os.Exit(2)
	}
	if !within {
		os.Exit(1)
	}
}

// evaluate runs all seeds and prints the report. within is true if the figures are within the budget.
func evaluate(ctx context.Context, o options) (within bool, err error) {
	dir := o.dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "evaluate-"); err != nil {
			return false, fmt.Errorf("make a folder: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	ids, err := ruleIDs(ctx, o.bin)
	if err != nil {
		return false, err
	}
	total := newScore(ids)
	for seed := o.first; seed < o.first+o.seeds; seed++ {
		start := time.Now()
		r, err := play(ctx, o, seed, fmt.Sprintf("%s/seed-%d", dir, seed))
		if err != nil {
			return false, fmt.Errorf("seed %d: %w", seed, err)
		}
		total.add(r)
		_, _ = fmt.Fprintf(os.Stderr, "seed %d: %d lines, %d alerts, %s\n", seed, r.lines, len(r.alerts), time.Since(start).Round(time.Second))
	}
	w := bufio.NewWriter(os.Stdout)
	within = total.print(w, o)
	return within, w.Flush()
}
