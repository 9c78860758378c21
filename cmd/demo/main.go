// Command demo runs the whole way on one machine: it starts the local stack and tokenwarden, plays labelled traffic with
// attacks through Kafka, and prints the alerts as they come, then the content of ClickHouse and of the redacted topic. It
// reads all of that back from the servers.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	err := run(ctx)
	interrupted := errors.Is(ctx.Err(), context.Canceled)
	cancel()
	stop()
	switch {
	case interrupted:
		os.Exit(130)
	case err != nil:
		_, _ = fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run plays the demo from start to end.
func run(ctx context.Context) error {
	s, err := startStack(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.startService(ctx); err != nil {
		return err
	}
	printf("\n" + bold("Playing traffic: six services, three days of history, ten minutes with attacks") + "\n")
	if err := s.play(ctx); err != nil {
		return err
	}
	if err := s.report(ctx); err != nil {
		return err
	}
	if os.Getenv("DEMO_KEEP") == "1" {
		s.keep()
	}
	return nil
}

// terminal is true if standard output takes colours.
var terminal = func() bool {
	info, err := os.Stdout.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
}()

// printf writes a line to standard output.
func printf(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, format+"\n", args...) }

func style(code, text string) string {
	if !terminal {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func bold(text string) string { return style("1", text) }
func dim(text string) string  { return style("2", text) }
