package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/clickhouse"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/kafka"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

// The environment of a command. The first two also come from outside, for servers that already run.
const (
	envKafka             = "KAFKA_BROKERS"
	envClickHouse        = "CLICKHOUSE_ADDR"
	envClickHouseHTTP    = "CLICKHOUSE_HTTP_ADDR"
	envKafkaVersion      = "DEVSTACK_KAFKA"
	envClickHouseVersion = "DEVSTACK_CLICKHOUSE"
)

const (
	exitNotExecutable = 126
	exitNotFound      = 127
)

// runCommand starts the missing parts, runs the command with them and returns the command's status.
func runCommand(o options, signals <-chan os.Signal, log *status.Log) int {
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "devstack-")
		if err != nil {
			log.Printf("make a temporary folder: %v", err)
			return exitFailed
		}
		defer func() { _ = os.RemoveAll(dir) }()
		o.dir = dir
	}
	external := findExternal(o)
	s, code := start(external.without(o), signals, log)
	if s == nil {
		return code
	}
	external.join(s, log)
	code = execute(o.command, s.environment(), signals, log)
	s.stop()
	log.Printf("ran on %s", s.versions())
	return code
}

// external are servers that were there before devstack, from the environment.
type external struct{ kafka, clickhouse string }

func findExternal(o options) (e external) {
	if o.wants(partKafka) {
		e.kafka = os.Getenv(envKafka)
	}
	if o.wants(partClickHouse) {
		e.clickhouse = os.Getenv(envClickHouse)
	}
	return e
}

// without returns o without the parts that already run.
func (e external) without(o options) options {
	if e.kafka != "" {
		o.present = append(o.present, partKafka)
	}
	if e.clickhouse != "" {
		o.present = append(o.present, partClickHouse)
	}
	return o
}

// join adds the servers to the stack, with their versions as far as these can be told.
func (e external) join(s *stack, log *status.Log) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if e.kafka != "" {
		first, _, _ := strings.Cut(e.kafka, ",")
		name, err := kafka.Probe(ctx, first)
		if err != nil {
			name = "Kafka of unknown version"
		}
		s.Kafka, s.kafkaVersion = e.kafka, name+" at "+e.kafka
		log.Printf("using %s=%s as it is", envKafka, e.kafka)
	}
	if e.clickhouse != "" {
		first, _, _ := strings.Cut(e.clickhouse, ",")
		version, err := clickhouse.ServerVersion(ctx, first)
		if err != nil {
			version = "of unknown version"
		}
		s.ClickHouse, s.clickhouseVersion = e.clickhouse, version+" at "+e.clickhouse
		s.ClickHouseHTTP = os.Getenv(envClickHouseHTTP)
		log.Printf("using %s=%s as it is", envClickHouse, e.clickhouse)
	}
}

// environment returns the variables that describe the stack to a command. A missing part has none.
func (s *stack) environment() []string {
	var env []string
	for _, v := range [][2]string{
		{envKafka, s.Kafka}, {envKafkaVersion, s.kafkaVersion},
		{envClickHouse, s.ClickHouse}, {envClickHouseHTTP, s.ClickHouseHTTP}, {envClickHouseVersion, s.clickhouseVersion},
	} {
		if v[1] != "" {
			env = append(env, v[0]+"="+v[1])
		}
	}
	return env
}

// versions names the parts in a sentence.
func (s *stack) versions() string {
	var names []string
	if s.kafkaVersion != "" {
		names = append(names, s.kafkaVersion)
	}
	if s.clickhouseVersion != "" {
		names = append(names, "ClickHouse "+s.clickhouseVersion)
	}
	return strings.Join(names, " and ")
}

// execute runs the command, passes signals on to it and returns its status as a shell would.
func execute(command, env []string, signals <-chan os.Signal, log *status.Log) int {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		log.Printf("%v", err)
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			return exitNotFound
		}
		return exitNotExecutable
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case received := <-signals:
			if received != os.Interrupt || !term.IsTerminal(int(os.Stdin.Fd())) { // a terminal sends Ctrl-C to both
				_ = cmd.Process.Signal(received) // it may have ended in between
			}
		case err := <-ended:
			return commandStatus(err, log)
		}
	}
}

func commandStatus(err error, log *status.Log) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		log.Printf("%v", fmt.Errorf("wait for the command: %w", err))
		return exitFailed
	}
	if state, ok := exit.Sys().(syscall.WaitStatus); ok && state.Signaled() {
		return exitSignal + int(state.Signal())
	}
	return exit.ExitCode()
}
