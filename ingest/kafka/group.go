package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden/internal/backoff"
)

// Timeouts of the group protocol. The broker removes a killed member after one session. A rebalance waits two sessions
// for members to rejoin; work in progress has one session to end (see withGrace). The next owner of the partition
// repeats what did not end by then.
const (
	defaultSession = 15 * time.Second
	watchInterval  = 5 * time.Second
	joinBackoff    = time.Second
	startupTimeout = 10 * time.Second
)

// newBackoff returns the waits between attempts to reach brokers: 100 ms growing to 10 s.
func newBackoff() backoff.Backoff {
	return backoff.Backoff{First: 100 * time.Millisecond, Last: 10 * time.Second}
}

// Run joins the group and processes its partitions until ctx ends or a worker fails. It returns nil after ctx ended,
// when every worker has stopped and its offset is committed, or the first error of a worker. It retries while brokers
// are unavailable.
func Run(ctx context.Context, o Options, newWorker func() Worker) error {
	if err := o.Validate(); err != nil {
		return err
	}
	if o.Session == 0 {
		o.Session = defaultSession
	}
	g := &group{Options: o, newWorker: newWorker, client: o.Conn.client(), failed: make(chan error, 1)}
	cg, err := kafkago.NewConsumerGroup(kafkago.ConsumerGroupConfig{
		ID: o.Group, Brokers: o.Conn.brokers, Dialer: o.Conn.dialer, Topics: o.Topics,
		GroupBalancers:    []kafkago.GroupBalancer{kafkago.RangeGroupBalancer{}},
		HeartbeatInterval: o.Session / 5, SessionTimeout: o.Session, RebalanceTimeout: 2 * o.Session,
		JoinGroupBackoff: joinBackoff, WatchPartitionChanges: true, PartitionWatchInterval: watchInterval,
		StartOffset: kafkago.FirstOffset, Timeout: startupTimeout,
	})
	if err != nil {
		return fmt.Errorf("join group %q: %w", o.Group, err)
	}
	return g.run(ctx, cg)
}

type group struct {
	Options
	newWorker func() Worker
	client    *kafkago.Client
	failed    chan error
}

func (g *group) run(ctx context.Context, cg *kafkago.ConsumerGroup) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case err := <-g.failed:
			cancel(err)
		case <-ctx.Done():
		}
	})
	retry := newBackoff()
	for {
		gen, err := cg.Next(ctx)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			g.Metrics.errors.WithLabelValues("join").Inc()
			wait := retry.Next()
			g.Log.Warn("kafka group is not available, trying again", "group", g.Group, "wait", wait, "error", err)
			if !backoff.Sleep(ctx, wait) {
				break
			}
			continue
		}
		retry.Reset()
		g.start(gen)
	}
	err := cg.Close() // ends the generation and waits for its partitions
	wg.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	if err != nil {
		g.Log.Warn("kafka group was not left in order; its members wait for the session to end", "group", g.Group, "error", err)
	}
	return nil
}

// start runs one goroutine for each assigned partition. kafka-go ends a generation as soon as one function passed to
// gen.Start returns, so each function blocks until the generation has ended, unless its worker failed.
func (g *group) start(gen *kafkago.Generation) {
	for topic, partitions := range gen.Assignments {
		g.Log.Info("partitions assigned", "topic", topic, "count", len(partitions), "generation", gen.ID)
		g.Metrics.assigned.WithLabelValues(topic).Set(float64(len(partitions)))
		for _, a := range partitions {
			p := &partition{group: g, gen: gen, topic: topic, id: a.ID}
			gen.Start(func(ctx context.Context) {
				err := p.run(ctx)
				if err == nil || (ctx.Err() != nil && errors.Is(err, context.Canceled)) {
					<-ctx.Done()
					return
				}
				select {
				case g.failed <- err:
				default:
				}
			})
		}
	}
}

func (c *Conn) client() *kafkago.Client {
	return &kafkago.Client{Addr: c.Addr, Transport: c.Transport, Timeout: 30 * time.Second}
}
