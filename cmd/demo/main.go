// Command demo shows the whole way on one machine: it starts the local stack and tokenwarden, plays labelled traffic
// with attacks through Kafka, shows the alerts as they come, and then what is in ClickHouse and in the redacted topic.
// Everything it prints it has read back from there.
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

// run is the story, in order.
func run(ctx context.Context) error {
	s, err := startStack(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.startService(ctx); err != nil {
		return err
	}
	say("\n" + bold("Playing traffic: six services, three days of history, ten minutes with attacks") + "\n")
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

var terminal = func() bool {
	info, err := os.Stdout.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
}()

func say(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, format+"\n", args...) }

func style(code, text string) string {
	if !terminal {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func bold(text string) string { return style("1", text) }
func dim(text string) string  { return style("2", text) }
