package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/cache"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/clickhouse"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/kafka"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/port"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

// addresses is the line that devstack prints. A part that does not run has none.
type addresses struct {
	Kafka          string `json:"kafka,omitempty"`
	ClickHouse     string `json:"clickhouse,omitempty"`
	ClickHouseHTTP string `json:"clickhouse_http,omitempty"`
}

// part is a server of the stack.
type part interface {
	Stop()
	Done() <-chan struct{}
	Err() error
}

// stack holds the running parts and their addresses.
type stack struct {
	addresses
	kafkaVersion      string
	clickhouseVersion string

	parts  []part
	unlock func()
	died   chan struct{} // receives once for each part that is given up
}

// startStack starts the parts that o wants and returns once they answer. On an error nothing is left running.
func startStack(ctx context.Context, o options, log *status.Log) (*stack, error) {
	dir, err := filepath.Abs(o.dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return nil, fmt.Errorf("make --dir: %w", err)
	}
	o.dir = dir
	unlock, err := cache.TryLock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("take --dir %s: %w", dir, err)
	}
	s := &stack{unlock: unlock, died: make(chan struct{}, 2)}
	if err := s.startParts(ctx, o, log); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *stack) startParts(ctx context.Context, o options, log *status.Log) error {
	if o.wants(partKafka) {
		if err := s.startKafka(ctx, o, log); err != nil {
			return err
		}
	}
	if o.wants(partClickHouse) {
		return s.startClickHouse(ctx, o, log)
	}
	return nil
}

func (s *stack) startKafka(ctx context.Context, o options, log *status.Log) error {
	p, err := port.Choose(o.kafkaPort, slices.DeleteFunc([]int{o.clickhousePort, o.clickhouseHTTP}, isZero)...)
	if err != nil {
		return fmt.Errorf("place Kafka: %w", err)
	}
	opt := kafka.Options{Dir: o.dir, Port: p, AutoCreateTopics: o.autoCreateTopics}
	var broker kafka.Broker
	if o.kafka == brokerApache {
		broker, err = kafka.StartApache(ctx, opt, log)
	} else {
		broker, err = kafka.StartFake(opt, log)
	}
	if err != nil {
		return err
	}
	s.add(broker, log)
	s.Kafka, s.kafkaVersion = broker.Address(), broker.Version()
	if _, err := kafka.Probe(ctx, s.Kafka); err != nil {
		return err
	}
	log.Printf("%s answers at %s", s.kafkaVersion, s.Kafka)
	return nil
}

func (s *stack) startClickHouse(ctx context.Context, o options, log *status.Log) error {
	server, err := clickhouse.Start(ctx, clickhouse.Options{
		Dir: o.dir, NativePort: o.clickhousePort, HTTPPort: o.clickhouseHTTP,
	}, log)
	if err != nil {
		return err
	}
	s.add(server, log)
	s.ClickHouse, s.ClickHouseHTTP, s.clickhouseVersion = server.Native, server.HTTP, server.Version+" (libchdb)"
	log.Printf("ClickHouse %s answers at %s, HTTP at %s", s.clickhouseVersion, s.ClickHouse, s.ClickHouseHTTP)
	return nil
}

// add takes charge of a part.
func (s *stack) add(p part, log *status.Log) {
	s.parts = append(s.parts, p)
	go func() {
		<-p.Done()
		if err := p.Err(); err != nil {
			log.Printf("%v", err)
			s.died <- struct{}{}
		}
	}()
}

// stop ends all parts, the last started first.
func (s *stack) stop() {
	for _, p := range slices.Backward(s.parts) {
		p.Stop()
	}
	s.parts = nil
	s.unlock()
}

func isZero(n int) bool { return n == 0 }
