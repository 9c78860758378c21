package kafkatest

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

const group = "g"

// cluster is a kfake cluster and the connection of the test to it.
type cluster struct {
	*kfake.Cluster
	conn     *kafka.Conn
	registry *prometheus.Registry
	consumed *kafka.Metrics
	written  *sinkkafka.Metrics
}

func newCluster(t testing.TB, opts ...kfake.Opt) *cluster {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(2)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	conn, err := kafka.Connect(c.ListenAddrs(), kafka.Security{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	r := prometheus.NewRegistry()
	return &cluster{Cluster: c, conn: conn, registry: r, consumed: kafka.NewMetrics(r), written: sinkkafka.NewMetrics(r)}
}

func (c *cluster) topic(t testing.TB, name string, partitions int32, config map[string]string) string {
	t.Helper()
	if err := c.CreateTopic(name, partitions, config); err != nil {
		t.Fatal(err)
	}
	return name
}

// produce writes n messages with the values "0", "1", ... to a partition.
func (c *cluster) produce(t testing.TB, topic string, partition, n int) {
	t.Helper()
	values := make([][]byte, n)
	for i := range values {
		values[i] = fmt.Append(nil, i)
	}
	c.produceValues(t, topic, partition, 0, values...)
}

func (c *cluster) produceValues(t testing.TB, topic string, partition int, codec kafkago.Compression, values ...[]byte) {
	t.Helper()
	records := make([]kafkago.Record, len(values))
	for i := range records {
		records[i] = kafkago.Record{Value: kafkago.NewBytes(values[i])}
	}
	client := &kafkago.Client{Addr: c.conn.Addr, Transport: c.conn.Transport}
	res, err := client.Produce(t.Context(), &kafkago.ProduceRequest{
		Topic: topic, Partition: partition, RequiredAcks: kafkago.RequireAll, Compression: codec,
		Records: kafkago.NewRecordReader(records...),
	})
	if err != nil || res.Error != nil {
		t.Fatal(err, res)
	}
}

// committed returns the committed offset of a partition, -1 if there is none.
func (c *cluster) committed(topic string, partition int32) int64 {
	if info := c.GroupInfo(group); info != nil {
		if commit, ok := info.Commits[topic][partition]; ok {
			return commit.Offset
		}
	}
	return -1
}

// waitCommitted returns when offset is committed.
func (c *cluster) waitCommitted(t testing.TB, topic string, partition int32, offset int64) {
	t.Helper()
	eventually(t, fmt.Sprintf("offset %d of partition %d is committed", offset, partition), func() bool {
		return c.committed(topic, partition) == offset
	})
}

// values returns the values of all messages of a partition.
func (c *cluster) values(t testing.TB, topic string, partition int) (out []string) {
	t.Helper()
	for _, m := range c.messages(t, topic, partition) {
		out = append(out, string(m.Value))
	}
	return out
}

func (c *cluster) messages(t testing.TB, topic string, partition int) (out []kafka.Message) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := c.options(topic)
	o.Metrics = kafka.NewMetrics(prometheus.NewRegistry())
	err := kafka.Tail(ctx, o, func(p int32, ms []kafka.Message) {
		if int(p) == partition {
			out = append(out, ms...)
		}
	}, cancel)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (c *cluster) options(topic string) kafka.Options {
	return kafka.Options{
		Conn: c.conn, Group: group, Topics: []string{topic}, Session: 6 * time.Second, MaxWait: 20 * time.Millisecond,
		MaxBytes: 1 << 20, Log: slog.New(slog.DiscardHandler),
	}
}

// writer returns a Writer whose topics are named redacted, quarantine, usage and alerts.
func (c *cluster) writer(t testing.TB, options ...func(*sinkkafka.Options)) *sinkkafka.Writer {
	t.Helper()
	o := sinkkafka.Options{
		Addr: c.conn.Addr, Transport: c.conn.Transport, MaxRequest: 900_000, Compression: "none", Log: slog.New(slog.DiscardHandler),
		Topics:  sinkkafka.Topics{Redacted: "redacted", Quarantine: "quarantine", Usage: "usage", Alerts: "alerts"},
		Metrics: c.written,
	}
	for _, set := range options {
		set(&o)
	}
	w, err := sinkkafka.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// counter returns the sum of a counter over the series whose labels have the given values, or over all series.
func (c *cluster) counter(t testing.TB, name string, labelValues ...string) float64 {
	t.Helper()
	families, err := c.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.Metric {
			if hasLabels(m, labelValues) {
				sum += m.Counter.GetValue()
			}
		}
	}
	return sum
}

func hasLabels(m *dto.Metric, values []string) bool {
	for _, want := range values {
		found := false
		for _, l := range m.Label {
			found = found || l.GetValue() == want
		}
		if !found {
			return false
		}
	}
	return true
}

// member is a running group member.
type member struct {
	cancel context.CancelFunc
	done   chan error
}

// start runs a group member whose workers are made by newWorker. It is stopped at the end of the test.
func (c *cluster) start(t testing.TB, topic string, newWorker func() kafka.Worker, options ...func(*kafka.Options)) *member {
	t.Helper()
	o := c.options(topic)
	o.Metrics = c.consumed
	for _, set := range options {
		set(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	m := &member{cancel: cancel, done: make(chan error, 1)}
	go func() { m.done <- kafka.Run(ctx, o, newWorker); close(m.done) }()
	t.Cleanup(func() { cancel(); <-m.done })
	return m
}

func (m *member) stop(t testing.TB) {
	t.Helper()
	m.cancel()
	if err := <-m.done; err != nil {
		t.Errorf("Run = %v", err)
	}
}

// failure waits until Run returns and returns its error.
func (m *member) failure(t testing.TB) error {
	t.Helper()
	select {
	case err := <-m.done:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("Run does not return")
		return nil
	}
}

// recorder collects what the workers of a test received.
type recorder struct {
	mu          sync.Mutex
	assignments []kafka.Assignment
	batches     [][]kafka.Message
	messages    []kafka.Message
	stopped     int
	handle      func(ms []kafka.Message) error // if set, runs before the messages are recorded
}

func (r *recorder) newWorker() kafka.Worker { return &recordingWorker{recorder: r} }

func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.messages)
}

func (r *recorder) assigned() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.assignments)
}

// wait returns when n messages have been handled.
func (r *recorder) wait(t testing.TB, n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d messages are handled", n), func() bool { return r.count() >= n })
}

type recordingWorker struct{ *recorder }

func (w *recordingWorker) Start(_ context.Context, a kafka.Assignment) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.assignments = append(w.assignments, a)
	return a.Offset, nil
}

func (w *recordingWorker) Handle(_ context.Context, ms []kafka.Message) (int64, error) {
	if len(ms) == 0 {
		return -1, nil
	}
	if w.handle != nil {
		if err := w.handle(ms); err != nil {
			return -1, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.batches = append(w.batches, append([]kafka.Message(nil), ms...))
	w.messages = append(w.messages, ms...)
	return ms[len(ms)-1].Offset + 1, nil
}

func (w *recordingWorker) Stop(context.Context) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped++
	return -1, nil
}

// eventually polls until ok, at most 30 seconds.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	limit := time.NewTimer(30 * time.Second)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("timed out waiting until %s", what)
		}
	}
}

// records returns n messages of the given value size, each with a distinct value.
func records(n, size int) []tokenwarden.Message {
	out := make([]tokenwarden.Message, n)
	for i := range out {
		value := make([]byte, size)
		for j := range value {
			value[j] = 'x'
		}
		copy(value, fmt.Sprintf("%d:", i))
		out[i] = tokenwarden.Message{Value: value}
	}
	return out
}
