package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/cache"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/gorun"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

const (
	exitFailed      = 1
	exitUsage       = 2
	exitUnreachable = 75 // EX_TEMPFAIL: the same call may succeed where there is a network
)

// allWithin bounds the whole run, with everything that has to be fetched.
const allWithin = 20 * time.Minute

// options are the flags.
type options struct {
	bin     string
	must    string
	dir     string
	verbose bool
	only    []string // servers by name, none for all
}

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin/tokenwarden", "the `program` to measure")
	flag.StringVar(&o.must, "must", "", "run these `servers` alone, each of which has to be there: names with commas between them")
	flag.StringVar(&o.dir, "dir", "", "`folder` that keeps configurations, logs and what came of them (default: a temporary one)")
	flag.BoolVar(&o.verbose, "v", false, "name each fault")
	flag.Parse()
	o.only = flag.Args()
	if o.must != "" {
		o.only = strings.Split(o.must, ",")
	}
	os.Exit(run(o))
}

// run executes the command line and returns the exit status.
func run(o options) int {
	log := status.New("servers", os.Stderr)
	chosen, err := choose(o.only)
	if err != nil {
		log.Printf("%v", err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, allWithin)
	defer cancel()
	signals := make(chan os.Signal, 1)
	gorun.Stop(signals)
	go func() {
		<-signals
		stop()
		cancel()
	}()
	good, err := measureAll(ctx, o, chosen, log)
	switch {
	case errors.Is(err, cache.ErrUnreachable):
		log.Printf("%v", err)
		return exitUnreachable
	case err != nil:
		log.Printf("%v", err)
		return exitFailed
	case !good:
		return exitFailed
	}
	return 0
}

// choose returns the servers of those names, all without a name.
func choose(names []string) ([]server, error) {
	list := servers()
	if len(names) == 0 {
		return list, nil
	}
	var chosen []server
	for _, name := range names {
		i := slices.IndexFunc(list, func(s server) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("server %q is not known; these are: %s", name, strings.Join(namesOf(list), " "))
		}
		chosen = append(chosen, list[i])
	}
	return chosen, nil
}

func namesOf(list []server) []string {
	var names []string
	for _, s := range list {
		names = append(names, s.name)
	}
	return names
}

// measureAll runs the servers one after the other and prints the table. good is true if every figure is within the budget.
func measureAll(ctx context.Context, o options, chosen []server, log *status.Log) (good bool, err error) {
	dir, remove, err := folder(o.dir)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	behind, err := startBackend()
	if err != nil {
		return false, err
	}
	defer behind.stop()
	p := newPlan()
	program, err := newPipeline(ctx, o.bin, dir, p)
	if err != nil {
		return false, err
	}
	m := &measurement{plan: p, program: program, behind: behind, dir: dir, installer: &installer{log: log}, log: log}
	report := &report{verbose: o.verbose}
	for i := range chosen {
		out := m.measure(ctx, &chosen[i])
		if out.err != nil && o.must != "" {
			return false, fmt.Errorf("%s has to be there: %w", chosen[i].name, out.err)
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		report.outcomes = append(report.outcomes, out)
	}
	return report.print(os.Stdout), nil
}

// folder returns the folder to work in, a temporary one without a name, and the function that ends the use of it.
func folder(name string) (dir string, remove func() error, err error) {
	remove = func() error { return nil }
	if name == "" {
		if dir, err = os.MkdirTemp("", "servers-"); err == nil {
			remove = func() error { return os.RemoveAll(dir) }
		}
	} else if dir, err = filepath.Abs(name); err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		err = os.Chmod(dir, 0o755) // a server may run as another user
	}
	if err != nil {
		return "", nil, fmt.Errorf("make a folder: %w", err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		return "", nil, fmt.Errorf("-dir %s is not empty: name a new folder, logs of two runs would be mixed", name)
	}
	return dir, remove, nil
}
