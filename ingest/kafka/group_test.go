package kafka_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// broker returns a connection to the broker that `make test` starts.
func broker(t *testing.T) *kafka.Conn {
	t.Helper()
	addrs := os.Getenv("KAFKA_BROKERS")
	if addrs == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("KAFKA_BROKERS is not set: run the tests with `make test`")
		}
		t.Skip("KAFKA_BROKERS is not set: run the tests with `make test`")
	}
	c, err := kafka.Connect(strings.Split(addrs, ","), kafka.Security{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func unique(prefix string) string {
	b := make([]byte, 6)
	_, _ = rand.Read(b)
	return prefix + "-" + hex.EncodeToString(b)
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func writer(t *testing.T, c *kafka.Conn, maxRequest int) *sinkkafka.Writer {
	t.Helper()
	w, err := sinkkafka.New(sinkkafka.Options{
		Addr: c.Addr, Transport: c.Transport, MaxRequest: maxRequest, Compression: "lz4", Log: quiet(),
		Metrics: sinkkafka.NewMetrics(prometheus.NewRegistry()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func createTopic(t *testing.T, w *sinkkafka.Writer, name string, partitions int) {
	t.Helper()
	if err := w.Create(t.Context(), []sinkkafka.Topic{{Name: name, Partitions: partitions, Replication: 1}}); err != nil {
		t.Fatal(err)
	}
}

func deleteTopic(t *testing.T, c *kafka.Conn, name string) {
	t.Helper()
	client := &kafkago.Client{Addr: c.Addr, Transport: c.Transport}
	res, err := client.DeleteTopics(t.Context(), &kafkago.DeleteTopicsRequest{Topics: []string{name}})
	if err != nil || res.Errors[name] != nil {
		t.Fatal(err, res)
	}
}

// collector gathers the calls of all workers of a test.
type collector struct {
	mu       sync.Mutex
	seen     map[string]int // "partition/epoch/offset" -> how often
	starts   []kafka.Assignment
	messages []kafka.Message
	changed  chan struct{}
	failAt   int64 // a worker fails at this offset; -1 never
}

func newCollector() *collector {
	return &collector{seen: map[string]int{}, changed: make(chan struct{}, 1), failAt: -1}
}

func (c *collector) note() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// wait returns when enough says so, which is asked whenever something was seen.
func (c *collector) wait(t *testing.T, what string, enough func() bool) {
	t.Helper()
	limit := time.After(60 * time.Second)
	for {
		c.mu.Lock()
		ok := enough()
		c.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-c.changed:
		case <-limit:
			t.Fatalf("timed out waiting until %s; saw %d messages, %d assignments", what, len(c.seen), len(c.starts))
		}
	}
}

type worker struct {
	*collector
	a kafka.Assignment
}

func (w *worker) Start(_ context.Context, a kafka.Assignment) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.a = a
	w.starts = append(w.starts, a)
	w.note()
	return a.Offset, nil
}

func (w *worker) Handle(_ context.Context, ms []kafka.Message) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range ms {
		if m.Offset == w.failAt {
			return -1, fmt.Errorf("cannot handle offset %d", m.Offset)
		}
		w.seen[fmt.Sprintf("%d/%d/%d", w.a.Partition, w.a.Epoch, m.Offset)]++
		w.messages = append(w.messages, m)
	}
	if len(ms) == 0 {
		return -1, nil
	}
	w.note()
	return ms[len(ms)-1].Offset + 1, nil
}

func (w *worker) Stop(context.Context) (int64, error) { return -1, nil }

// start runs a member until stop is called, which returns Run's error.
func start(t *testing.T, c *kafka.Conn, group, topic string, col *collector, latest bool) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- kafka.Run(ctx, kafka.Options{
			Conn: c, Group: group, Topics: []string{topic}, Latest: latest, MaxWait: 100 * time.Millisecond, MaxBytes: 1 << 20,
			Log: quiet(), Metrics: kafka.NewMetrics(prometheus.NewRegistry()),
		}, func() kafka.Worker { return &worker{collector: col} })
	}()
	var once sync.Once
	var err error
	stop = func() error {
		once.Do(func() { cancel(); err = <-done })
		return err
	}
	t.Cleanup(func() { _ = stop() })
	return stop
}

func send(t *testing.T, w *sinkkafka.Writer, topic string, partition, n int) {
	t.Helper()
	rs := make([]tokenwarden.Message, n)
	for i := range rs {
		rs[i] = tokenwarden.Message{Key: []byte("k"), Value: fmt.Appendf(nil, "line %d", i), Headers: []tokenwarden.Header{{Key: "h", Value: []byte("v")}}}
	}
	if err := w.Send(t.Context(), topic, partition, rs); err != nil {
		t.Fatal(err)
	}
}

func TestMessagesArriveWholeAndInOrder(t *testing.T) {
	c := broker(t)
	w, topic, col := writer(t, c, 64<<10), unique("whole"), newCollector()
	createTopic(t, w, topic, 1)
	big := make([]byte, 300<<10) // larger than the reader's buffers
	for i := range big {
		big[i] = byte('a' + i%26)
	}
	rs := []tokenwarden.Message{
		{Key: []byte("key"), Value: []byte("plain"), Headers: []tokenwarden.Header{{Key: "a", Value: []byte("1")}}, Time: time.UnixMilli(1767600000000).UTC()},
		{Value: nil}, {Key: []byte{}, Value: []byte{}}, {Value: big}, {Value: []byte{0, 0xff, '\n'}},
	}
	if err := w.Send(t.Context(), topic, 0, rs); err != nil {
		t.Fatal(err)
	}
	start(t, c, unique("g"), topic, col, false)
	col.wait(t, "all records are there", func() bool { return len(col.messages) == len(rs) })
	for i, m := range col.messages {
		if string(m.Key) != string(rs[i].Key) || (m.Key == nil) != (rs[i].Key == nil) || string(m.Value) != string(rs[i].Value) || (m.Value == nil) != (rs[i].Value == nil) {
			t.Errorf("record %d came as key %q, %d bytes (nil %v)", i, m.Key, len(m.Value), m.Value == nil)
		}
		if m.Offset != int64(i) {
			t.Errorf("record %d has offset %d", i, m.Offset)
		}
	}
	if m := col.messages[0]; !m.Time.Equal(rs[0].Time) || len(m.Headers) != 1 || m.Headers[0].Key != "a" || string(m.Headers[0].Value) != "1" {
		t.Errorf("time or headers differ: %v %v", m.Time, m.Headers)
	}
}

func TestRestartGoesOnAtTheCommittedOffset(t *testing.T) {
	c := broker(t)
	w, topic, group, col := writer(t, c, 64<<10), unique("restart"), unique("g"), newCollector()
	createTopic(t, w, topic, 2)
	send(t, w, topic, 0, 50)
	send(t, w, topic, 1, 30)
	stop := start(t, c, group, topic, col, false)
	col.wait(t, "the first 80 are read", func() bool { return len(col.seen) == 80 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	send(t, w, topic, 0, 20)
	start(t, c, group, topic, col, false)
	col.wait(t, "100 are read", func() bool { return len(col.seen) == 100 })
	for key, n := range col.seen { // one epoch, each offset once
		if n != 1 {
			t.Errorf("%s was handled %d times", key, n)
		}
	}
}

func TestTwoMembersShareAndHandOver(t *testing.T) {
	c := broker(t)
	w, topic, group, col := writer(t, c, 64<<10), unique("share"), unique("g"), newCollector()
	createTopic(t, w, topic, 4)
	stopA := start(t, c, group, topic, col, false)
	col.wait(t, "one member has all", func() bool { return len(col.starts) == 4 })
	start(t, c, group, topic, col, false)
	col.wait(t, "two members share", func() bool { return len(col.starts) == 8 })
	for p := range 4 {
		send(t, w, topic, p, 25)
	}
	col.wait(t, "100 are read", func() bool { return len(col.seen) == 100 })
	if err := stopA(); err != nil {
		t.Fatal(err)
	}
	for p := range 4 {
		send(t, w, topic, p, 25)
	}
	col.wait(t, "200 are read", func() bool { return len(col.seen) == 200 })
	for key, n := range col.seen {
		if n != 1 {
			t.Errorf("%s was handled %d times", key, n)
		}
	}
}

func TestTopicMadeAnewBeginsANewEpoch(t *testing.T) {
	c := broker(t)
	w, topic, group, col := writer(t, c, 64<<10), unique("anew"), unique("g"), newCollector()
	createTopic(t, w, topic, 1)
	send(t, w, topic, 0, 10)
	stop := start(t, c, group, topic, col, false)
	col.wait(t, "10 are read", func() bool { return len(col.seen) == 10 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	deleteTopic(t, c, topic)
	<-time.After(1100 * time.Millisecond) // epochs count seconds
	c = broker(t)                         // another process: nothing of the first life is cached
	w = writer(t, c, 64<<10)
	createTopic(t, w, topic, 1)
	send(t, w, topic, 0, 4)
	start(t, c, group, topic, col, false)
	col.wait(t, "the new topic is read from its beginning", func() bool { return len(col.seen) == 14 })
	first, second := col.starts[0], col.starts[len(col.starts)-1]
	if second.Epoch <= first.Epoch || second.Offset != 0 {
		t.Errorf("first life %+v, second life %+v", first, second)
	}
}

func TestLatestBeginsAtTheEnd(t *testing.T) {
	c := broker(t)
	w, topic, col := writer(t, c, 64<<10), unique("latest"), newCollector()
	createTopic(t, w, topic, 1)
	send(t, w, topic, 0, 10)
	start(t, c, unique("g"), topic, col, true)
	col.wait(t, "the partition is assigned", func() bool { return len(col.starts) == 1 })
	send(t, w, topic, 0, 3)
	col.wait(t, "the new ones are read", func() bool { return len(col.seen) == 3 })
	if col.starts[0].Offset != 10 {
		t.Errorf("began at %d", col.starts[0].Offset)
	}
}

func TestWorkerErrorEndsRun(t *testing.T) {
	c := broker(t)
	w, topic, col := writer(t, c, 64<<10), unique("fail"), newCollector()
	col.failAt = 5
	createTopic(t, w, topic, 1)
	send(t, w, topic, 0, 10)
	done := make(chan error, 1)
	go func() {
		done <- kafka.Run(t.Context(), kafka.Options{
			Conn: c, Group: unique("g"), Topics: []string{topic}, MaxWait: 100 * time.Millisecond, MaxBytes: 1 << 20,
			Log: quiet(), Metrics: kafka.NewMetrics(prometheus.NewRegistry()),
		}, func() kafka.Worker { return &worker{collector: col} })
	}()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "cannot handle offset 5") {
			t.Errorf("Run returned %v", err)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("Run went on after its worker failed")
	}
}
