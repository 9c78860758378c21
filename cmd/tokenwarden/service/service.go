// Package service runs tokenwarden: it connects Kafka, ingest, detect and ClickHouse, and keeps lists, geo databases, metrics
// and health. Tests can embed it.
package service

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/canary"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/sink"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// The roles: what a process does.
const (
	RoleAll    = "all"
	RoleIngest = "ingest" // redacts lines and writes usages
	RoleDetect = "detect" // profiles usages and writes alerts
)

// Options are what a Service is made of.
type Options struct {
	Config  *config.Config
	Role    string
	Version string // shown in the log and by the metric tokenwarden_build_info
	Log     *slog.Logger
}

// Service is one process of tokenwarden.
type Service struct {
	c       *config.Config
	role    string
	version string
	log     *slog.Logger
	reg     *prometheus.Registry
	health  *health
	ingest  ingest.Options
	canary  canary.Options
	engine  *detect.Engine
	rules   []rules.Definition
	conn    *kafka.Conn
	writer  *sinkkafka.Writer
	store   *clickhouse.Client // nil for RoleIngest
	sink    sink.Sink          // nil for RoleIngest
	group   *kafka.Metrics
	metrics *detectMetrics
	reload  *reloadMetrics
	watch   *reloader
	lists   *listSource // nil for RoleIngest

	usagePartitions int // of the usage topic, read by Run
}

func (s *Service) ingests() bool { return s.role != RoleDetect }
func (s *Service) detects() bool { return s.role != RoleIngest }

// New reads keys, lists, rules and geo databases and checks all options, so that mistakes show before the first connection
// is made. It connects to nothing.
func New(o Options) (*Service, error) {
	c, log := o.Config, o.Log
	s := &Service{c: c, role: o.Role, version: o.Version, log: log, reg: newRegistry(o.Version), health: newHealth()}
	s.group, s.metrics, s.reload = kafka.NewMetrics(s.reg), newDetectMetrics(s.reg), newReloadMetrics(s.reg)
	s.watch = &reloader{log: log, metrics: s.reload}
	for _, w := range c.Warnings() {
		log.Warn(w)
	}
	var keys []secret.Key
	var err error
	if s.ingests() {
		if keys, err = c.Keys(); err != nil {
			return nil, err
		}
		if s.ingest, err = c.IngestOptions(keys, ingest.NewMetrics(s.reg)); err != nil {
			return nil, err
		}
		if err := s.watch.add("geo", c.Geo.Paths, func() error { return c.Geo.Open(s.ingest.Geo) }); err != nil {
			return nil, err
		}
		s.canary = canary.Options{Every: c.Credentials.Canary.Every, Log: log, Metrics: canary.NewMetrics(s.reg)}
	}
	if s.detects() {
		s.lists = newListSource(c, keys, log, s.reload)
		if err := s.watch.add("lists", c.Lists.Files().Paths, s.lists.load); err != nil {
			return nil, err
		}
	}
	if s.engine, s.rules, err = c.Engine(c.Kafka.Create.UsagePartitions, s.lists.get()); err != nil {
		return nil, err
	}
	if s.lists != nil {
		s.lists.onChange = s.logListChange
	}
	if s.conn, err = c.KafkaConn(); err != nil {
		return nil, err
	}
	if s.writer, err = c.KafkaWriter(s.conn, log, sinkkafka.NewMetrics(s.reg)); err != nil {
		return nil, config.Error{Err: err}
	}
	if s.detects() {
		m := clickhouse.NewMetrics(s.reg)
		if s.store, err = c.OpenClickHouse(func(o *clickhouse.Options) { o.Metrics, o.OnRetry = m, s.onRetry }); err != nil {
			return nil, err
		}
		// Alerts reach their topic before ClickHouse holds the profiles that would keep them from being raised again.
		s.sink = sink.Ordered{sinkkafka.AlertSink{Writer: s.writer}, s.store}
	}
	return s, nil
}

func (s *Service) onRetry(class clickhouse.Class, attempt int, wait time.Duration, err error) {
	s.health.set("clickhouse", "not taking rows ("+string(class)+")")
	s.log.Warn("clickhouse does not answer as it should, trying again", "class", string(class), "attempt", attempt, "wait", wait, "error", err)
}

// Close ends the connections.
func (s *Service) Close() {
	s.conn.Close()
	if s.store != nil {
		_ = s.store.Close()
	}
}

// IngestOptions returns how the lines of a role that ingests are read and redacted.
func (s *Service) IngestOptions() ingest.Options { return s.ingest }

// Run waits for Kafka and ClickHouse, checks topics and tables or, with initialise, creates those that are missing, and works
// until ctx ends or an error that retrying cannot mend. It returns nil when ctx ends.
func (s *Service) Run(ctx context.Context, initialise bool) error {
	stopHTTP, err := serveHTTP(s.c.HTTP.Listen, s.reg, s.health, s.log)
	if err != nil {
		return err
	}
	defer stopHTTP()
	s.log.Info("tokenwarden starts", "version", s.version, "role", s.role, "rules", len(s.rules), "brokers", s.c.Kafka.Brokers)
	if s.detects() {
		for _, u := range s.engine.Unobservable(detect.Coverage{}) {
			s.metrics.unobservable.WithLabelValues(u.Rule).Set(1)
			s.log.Warn("a rule can see nothing", "rule", u.Rule, "reason", u.Reason)
		}
	}
	s.health.set("start-up", "waiting for Kafka and ClickHouse")
	if err := s.prepare(ctx, initialise); err != nil {
		return stopped(ctx, err)
	}
	if s.usagePartitions, err = s.writer.Partitions(ctx, s.c.Kafka.Topics.Usage); err != nil {
		return stopped(ctx, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := s.watchInputs(ctx); err != nil {
		return stopped(ctx, err)
	}
	s.health.set("start-up", "")
	return s.work(ctx)
}

// stopped returns nil instead of err if ctx has ended: a requested stop is no failure.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// work runs the consumer groups of the role. When one fails, it stops the other and returns the first error.
func (s *Service) work(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var first atomic.Pointer[error]
	member := func(o kafka.Options, newWorker func() kafka.Worker) {
		wg.Go(func() {
			defer cancel()
			if err := kafka.Run(ctx, o, newWorker); err != nil {
				first.CompareAndSwap(nil, &err)
			}
		})
	}
	if s.ingests() {
		member(s.groupOptions(s.c.Kafka.Group, s.c.Kafka.Topics.Input), func() kafka.Worker {
			p, err := ingest.NewProcessor(s.ingest)
			if err != nil {
				return failedWorker{err}
			}
			w := ingest.NewWorker(p, s.usagePartitions, s.writer.Write)
			w.Prober, w.Log = canary.New(p, s.canary), s.log
			return w
		})
	}
	if s.detects() {
		member(s.groupOptions(s.c.Kafka.Group+"-detect", []string{s.c.Kafka.Topics.Usage}), func() kafka.Worker {
			return newDetectWorker(s)
		})
	}
	wg.Wait()
	s.log.Info("tokenwarden has stopped")
	if err := first.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *Service) groupOptions(group string, topics []string) kafka.Options {
	return kafka.Options{
		Conn: s.conn, Group: group, Topics: topics,
		Latest:  s.c.Kafka.Start == "latest" && group == s.c.Kafka.Group,
		Session: s.c.Kafka.Session, MaxWait: s.c.Kafka.FetchWait, MaxBytes: s.c.Kafka.FetchBytes, Log: s.log, Metrics: s.group,
	}
}

// failedWorker ends its group with an error that New should have found.
type failedWorker struct{ err error }

// Start returns the error.
func (w failedWorker) Start(context.Context, kafka.Assignment) (int64, error) { return 0, w.err }

// Handle returns the error. It is not called, because Start has failed.
func (w failedWorker) Handle(context.Context, []kafka.Message) (int64, error) { return -1, w.err }

// Stop commits nothing.
func (w failedWorker) Stop(context.Context) (int64, error) { return -1, nil }
