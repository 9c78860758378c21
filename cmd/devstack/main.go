package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/cache"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/clickhouse"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/gorun"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

const (
	exitFailed      = 1
	exitUsage       = 2
	exitUnreachable = 75 // EX_TEMPFAIL: the same call may succeed where there is a network
	exitSignal      = 128
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == clickhouse.EngineCommand {
		if err := clickhouse.HostEngine(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "devstack:", err)
			os.Exit(exitFailed)
		}
		return
	}
	os.Exit(run(os.Args[1:]))
}

// run executes the command line and returns the exit status.
func run(args []string) int {
	log := status.New("devstack", os.Stderr)
	o, err := parseOptions(args, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		log.Printf("%v", err)
		return exitUsage
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	gorun.Stop(signals)
	if len(o.command) > 0 {
		return runCommand(o, signals, log)
	}
	return stay(o, signals, log)
}

// start is startStack, given up at the first signal. It returns either a stack or an exit status.
func start(o options, signals <-chan os.Signal, log *status.Log) (*stack, int) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	type outcome struct {
		stack *stack
		err   error
	}
	started := make(chan outcome, 1)
	go func() {
		s, err := startStack(ctx, o, log)
		started <- outcome{s, err}
	}()
	select {
	case out := <-started:
		if out.err != nil {
			log.Printf("%v", out.err)
			return nil, failure(out.err)
		}
		return out.stack, 0
	case received := <-signals:
		cancel()
		if out := <-started; out.stack != nil {
			out.stack.stop()
		}
		log.Printf("stopped by %v", received)
		return nil, signalStatus(received)
	}
}

// failure returns the exit status for an error.
func failure(err error) int {
	if errors.Is(err, cache.ErrUnreachable) {
		return exitUnreachable
	}
	return exitFailed
}

func signalStatus(s os.Signal) int {
	if number, ok := s.(syscall.Signal); ok {
		return exitSignal + int(number)
	}
	return exitFailed
}

// stay starts the stack, prints its addresses and waits for a signal.
func stay(o options, signals <-chan os.Signal, log *status.Log) int {
	s, code := start(o, signals, log)
	if s == nil {
		return code
	}
	defer s.stop()
	if err := json.NewEncoder(os.Stdout).Encode(s.addresses); err != nil {
		log.Printf("print the addresses: %v", err)
		return exitFailed
	}
	select {
	case received := <-signals:
		log.Printf("%v: stopping", received)
		return 0
	case <-s.died:
		return exitFailed
	}
}
