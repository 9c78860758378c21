package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/canary"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

func runCommand(g *globals) *cobra.Command {
	var role string
	var initialise bool
	cmd := &cobra.Command{
		Use: "run", Short: "Run the service: Kafka in, redacted logs, alerts and ClickHouse out", Args: cobra.NoArgs,
		Long: "Reads access logs from Kafka until SIGINT or SIGTERM. Role ingest redacts and hands usages on, role detect\n" +
			"profiles and judges them, role all does both. Any number of processes of any role share the work.\n" +
			"Brokers and databases that are away are waited for; missing topics and tables are named, or made with --init.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !contains([]string{"all", "ingest", "detect"}, role) {
				return usageError{fmt.Errorf("--role %s: want all, ingest or detect", role)}
			}
			c, _, err := g.load()
			if err != nil {
				return err
			}
			s, err := newService(c, role, newLogger(c.Log, g.err))
			if err != nil {
				return err
			}
			defer s.close()
			return s.run(cmd.Context(), initialise)
		},
	}
	cmd.Flags().StringVar(&role, "role", "all", "what this process does: all, ingest or detect")
	cmd.Flags().BoolVar(&initialise, "init", false, "make missing topics, database and tables")
	return cmd
}

// service is one `tokenwarden run`: everything it needs, checked before the first connection is made.
type service struct {
	c       *Config
	role    string
	log     *slog.Logger
	reg     *prometheus.Registry
	health  *health
	ingest  ingest.Options
	canary  canary.Options
	engine  *detect.Engine
	rules   []rules.Definition
	conn    *kafka.Conn
	writer  *sinkkafka.Writer
	store   *clickhouse.Client // nil for role ingest
	group   *kafka.Metrics
	metrics *detectMetrics
	reload  *reloadMetrics
	watch   *reloader
	lists   *listSource // nil for role ingest

	usagePartitions int // of the usage topic, as it is
}

func (s *service) ingests() bool { return s.role != "detect" }
func (s *service) detects() bool { return s.role != "ingest" }

func newService(c *Config, role string, log *slog.Logger) (*service, error) {
	s := &service{c: c, role: role, log: log, reg: newRegistry(), health: newHealth()}
	s.group, s.metrics, s.reload = kafka.NewMetrics(s.reg), newDetectMetrics(s.reg), newReloadMetrics(s.reg)
	s.watch = &reloader{log: log, metrics: s.reload}
	var keys []secret.Key
	var err error
	if s.ingests() {
		if keys, err = loadKeys(c.KeyFiles); err != nil {
			return nil, err
		}
		if s.ingest, err = c.ingestOptions(keys, ingest.NewMetrics(s.reg)); err != nil {
			return nil, err
		}
		if err := s.watch.add("geo", c.Geo.paths, func() error { return c.Geo.load(s.ingest.Geo) }); err != nil {
			return nil, err
		}
		s.canary = canary.Options{Every: c.Credentials.Canary.Every, Log: log, Metrics: canary.NewMetrics(s.reg)}
	}
	if s.detects() {
		s.lists = newListSource(c, keys, log, s.reload)
		if err := s.watch.add("lists", c.Lists.files().Paths, s.lists.load); err != nil {
			return nil, err
		}
	}
	if s.engine, s.rules, err = c.engine(c.Kafka.Create.UsagePartitions, s.lists.get()); err != nil {
		return nil, err
	}
	if s.lists != nil {
		s.lists.taken = s.tellConfigured
	}
	if s.conn, err = c.kafkaConn(); err != nil {
		return nil, err
	}
	if s.writer, err = c.kafkaWriter(s.conn, log, sinkkafka.NewMetrics(s.reg)); err != nil {
		return nil, configError{err}
	}
	if s.detects() {
		m := clickhouse.NewMetrics(s.reg)
		s.store, err = c.clickhouse(func(o *clickhouse.Options) { o.Metrics, o.OnRetry = m, s.onRetry })
	}
	return s, err
}

func (s *service) onRetry(class clickhouse.Class, attempt int, wait time.Duration, err error) {
	s.health.set("clickhouse", "not taking rows ("+string(class)+")")
	s.log.Warn("clickhouse does not answer as it should, trying again", "class", string(class), "attempt", attempt, "wait", wait, "error", err)
}

func (s *service) close() {
	s.conn.Close()
	if s.store != nil {
		_ = s.store.Close()
	}
}

// run waits for Kafka and ClickHouse, checks or makes what must be there, and works until ctx ends.
func (s *service) run(ctx context.Context, initialise bool) error {
	stopHTTP, err := serveHTTP(s.c.HTTP.Listen, s.reg, s.health, s.log)
	if err != nil {
		return err
	}
	defer stopHTTP()
	s.log.Info("tokenwarden starts", "version", version(), "role", s.role, "rules", len(s.rules), "brokers", s.c.Kafka.Brokers)
	if s.detects() {
		for _, u := range s.engine.Unobservable(detect.Coverage{}) {
			s.metrics.blind.WithLabelValues(u.Rule).Set(1)
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
	if err := s.follow(ctx); err != nil {
		return stopped(ctx, err)
	}
	s.health.set("start-up", "")
	return s.work(ctx)
}

// stopped turns the error of an interrupted start into none: a stop that was asked for is no failure.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// work runs the groups of the role. When one fails, the other is stopped too.
func (s *service) work(ctx context.Context) error {
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
			w.Prober = canary.New(p, s.canary)
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

func (s *service) groupOptions(group string, topics []string) kafka.Options {
	return kafka.Options{
		Conn: s.conn, Group: group, Topics: topics,
		Latest:  s.c.Kafka.Start == "latest" && group == s.c.Kafka.Group,
		Session: s.c.Kafka.Session, MaxWait: s.c.Kafka.FetchWait, MaxBytes: s.c.Kafka.FetchBytes, Log: s.log, Metrics: s.group,
	}
}

// failedWorker carries an error that the start should have found into the group.
type failedWorker struct{ err error }

func (w failedWorker) Start(context.Context, kafka.Assignment) (int64, error) { return 0, w.err }
func (w failedWorker) Handle(context.Context, []kafka.Message) (int64, error) { return -1, w.err }
func (w failedWorker) Stop(context.Context) (int64, error)                    { return -1, nil }

// prepare makes or checks topics and tables.
func (s *service) prepare(ctx context.Context, initialise bool) error {
	if initialise {
		if err := s.createTopics(ctx); err != nil {
			return err
		}
		if s.store != nil {
			return s.store.Apply(ctx)
		}
		return nil
	}
	want, err := s.topics(ctx)
	if err != nil {
		return err
	}
	missing, err := s.writer.Missing(ctx, want)
	if err != nil {
		return err
	}
	if s.store != nil {
		if err := s.store.Check(ctx); err != nil {
			missing = append(missing, err.Error())
		}
	}
	if len(missing) > 0 {
		return errors.New(strings.Join(missing, "\n  ") + "\nstart once with --init to make what is missing")
	}
	return nil
}

// createTopics makes the inputs first: the redacted topic needs as many partitions as they have.
func (s *service) createTopics(ctx context.Context) error {
	if err := s.writer.Create(ctx, s.inputTopics()); err != nil {
		return err
	}
	want, err := s.topics(ctx)
	if err != nil {
		return err
	}
	return s.writer.Create(ctx, want)
}

func (s *service) inputTopics() []sinkkafka.Topic {
	var out []sinkkafka.Topic
	if s.ingests() {
		for _, name := range s.c.Kafka.Topics.Input {
			out = append(out, sinkkafka.Topic{Name: name, Partitions: s.c.Kafka.Create.Partitions, Replication: s.c.Kafka.Create.Replication})
		}
	}
	return out
}

// topics are all topics of the role, as they should be.
func (s *service) topics(ctx context.Context) ([]sinkkafka.Topic, error) {
	out := s.inputTopics()
	counts, err := s.writer.Describe(ctx, s.c.Kafka.Topics.Input)
	if err != nil {
		return nil, err
	}
	widest := 1
	for _, n := range counts {
		widest = max(widest, n)
	}
	t, create := s.c.Kafka.Topics, s.c.Kafka.Create
	if s.ingests() {
		out = append(out,
			sinkkafka.Topic{Name: t.Redacted, Partitions: widest, Exact: true, Replication: create.Replication},
			sinkkafka.Topic{Name: t.Quarantine, Partitions: widest, Exact: true, Replication: create.Replication})
	}
	out = append(out, sinkkafka.Topic{Name: t.Usage, Partitions: create.UsagePartitions, Replication: create.Replication})
	if s.detects() {
		out = append(out, sinkkafka.Topic{Name: t.Alerts, Partitions: 1, Replication: create.Replication})
		if t.Revocation != "" {
			out = append(out, sinkkafka.Topic{Name: t.Revocation, Partitions: 1, Replication: create.Replication, Config: map[string]string{"cleanup.policy": "compact"}})
		}
	}
	return out, nil
}
