package kafka

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden"
)

func brokers(t *testing.T) string {
	t.Helper()
	addrs := os.Getenv("KAFKA_BROKERS")
	if addrs == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("KAFKA_BROKERS is not set: run the tests with `make test`")
		}
		t.Skip("KAFKA_BROKERS is not set: run the tests with `make test`")
	}
	return strings.Split(addrs, ",")[0]
}

func newTestWriter(t *testing.T, addr string, maxRequest int) *Writer {
	t.Helper()
	b := make([]byte, 5)
	_, _ = rand.Read(b)
	id := hex.EncodeToString(b)
	w, err := New(Options{
		Addr: kafkago.TCP(addr), Transport: &kafkago.Transport{DialTimeout: time.Second}, MaxRequest: maxRequest, Compression: "lz4",
		Topics: Topics{Redacted: "redacted-" + id, Quarantine: "quarantine-" + id, Usage: "usage-" + id, Alerts: "alerts-" + id},
		Log:    slog.New(slog.DiscardHandler), Metrics: NewMetrics(prometheus.NewRegistry()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *Writer) createAll(t *testing.T, config map[string]string) {
	t.Helper()
	err := w.Create(t.Context(), []Topic{
		{Name: w.Topics.Redacted, Partitions: 3, Replication: 1, Config: config}, {Name: w.Topics.Quarantine, Partitions: 3, Replication: 1},
		{Name: w.Topics.Usage, Partitions: 2, Replication: 1}, {Name: w.Topics.Alerts, Partitions: 2, Replication: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func values(t *testing.T, addr, topic string, partition int) (out []string) {
	t.Helper()
	conn, err := kafkago.DialLeader(t.Context(), "tcp", addr, topic, partition)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, last, err := conn.ReadOffsets()
	if err != nil {
		t.Fatal(err)
	}
	for at := int64(0); at < last; {
		_, _ = conn.Seek(at, kafkago.SeekAbsolute)
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		batch := conn.ReadBatch(1, 10<<20)
		for {
			m, err := batch.ReadMessage()
			if errors.Is(err, io.EOF) || err != nil {
				break
			}
			out, at = append(out, string(m.Value)), m.Offset+1
		}
		_ = batch.Close()
	}
	return out
}

func records(prefix string, n, size int) []tokenwarden.Message {
	rs := make([]tokenwarden.Message, n)
	for i := range rs {
		rs[i] = tokenwarden.Message{Value: append(fmt.Appendf(nil, "%s-%04d-", prefix, i), bytes.Repeat([]byte("x"), size)...)}
	}
	return rs
}

func TestBatchGoesWhereItBelongsInOrder(t *testing.T) {
	addr := brokers(t)
	w := newTestWriter(t, addr, 16<<10) // many requests for one batch
	w.createAll(t, nil)
	b := &tokenwarden.Batch{
		Partition: 2, Redacted: records("line", 500, 300), Quarantine: records("bad", 3, 10),
		Usages: [][]tokenwarden.Message{records("use0", 5, 9000), records("use1", 7, 9000)},
	}
	if err := w.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name      string
		topic     string
		partition int
		want      []tokenwarden.Message
	}{
		{"redacted lines", w.Topics.Redacted, 2, b.Redacted}, {"another partition", w.Topics.Redacted, 0, nil},
		{"quarantine", w.Topics.Quarantine, 2, b.Quarantine},
		{"usages 0", w.Topics.Usage, 0, b.Usages[0]}, {"usages 1", w.Topics.Usage, 1, b.Usages[1]},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := values(t, addr, tc.topic, tc.partition)
			if len(got) != len(tc.want) {
				t.Fatalf("%s/%d holds %d records, want %d", tc.topic, tc.partition, len(got), len(tc.want))
			}
			for i := range got {
				if got[i] != string(tc.want[i].Value) {
					t.Fatalf("%s/%d: record %d is out of order", tc.topic, tc.partition, i)
				}
			}
		})
	}
}

func TestTooLargeRecordIsReplacedAndNothingWaits(t *testing.T) {
	addr := brokers(t)
	w := newTestWriter(t, addr, 1<<20)
	w.codec = 0
	w.createAll(t, map[string]string{"max.message.bytes": "20000"})
	b := &tokenwarden.Batch{Redacted: append(append(records("a", 30, 900), records("big", 1, 50_000)...), records("z", 30, 900)...)}
	if err := w.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	got := values(t, addr, w.Topics.Redacted, 0)
	if len(got) != 61 {
		t.Fatalf("%d of 61 records arrived", len(got))
	}
	for i := range got {
		if i == 30 {
			if !strings.HasPrefix(got[i], "REDACTED.too_large.") {
				t.Errorf("the large record became %.40q", got[i])
			}
			continue
		}
		if got[i] != string(b.Redacted[i].Value) {
			t.Errorf("record %d is out of order", i)
		}
	}
}

func TestVersionsOfAnAlertStayInOrder(t *testing.T) {
	addr := brokers(t)
	w := newTestWriter(t, addr, 1<<20)
	w.createAll(t, nil)
	var rs []tokenwarden.Message
	for i := range 40 {
		rs = append(rs, tokenwarden.Message{Key: fmt.Appendf(nil, "id-%d", i%5), Value: fmt.Appendf(nil, "id-%d version %02d", i%5, i)})
	}
	if err := w.WriteAlerts(t.Context(), rs); err != nil {
		t.Fatal(err)
	}
	last, total := map[string]string{}, 0
	for p := range 2 {
		for _, v := range values(t, addr, w.Topics.Alerts, p) {
			id, _, _ := strings.Cut(v, " ")
			if v <= last[id] {
				t.Errorf("%q came after %q", v, last[id])
			}
			last[id] = v
			total++
		}
	}
	if total != len(rs) || len(last) != 5 {
		t.Errorf("%d records of %d alerts", total, len(last))
	}
}

func TestBrokerThatIsAwayIsWaitedFor(t *testing.T) {
	addr := brokers(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	away := l.Addr().String()
	_ = l.Close()
	w := newTestWriter(t, away, 1<<20)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Write(ctx, &tokenwarden.Batch{Redacted: records("a", 1, 1)}) }()
	select {
	case err := <-done:
		t.Fatalf("Write gave up: %v", err)
	case <-time.After(1500 * time.Millisecond):
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Write ended with %v", err)
	}
	_ = addr
}

func TestMissingNamesEveryTopic(t *testing.T) {
	w := newTestWriter(t, brokers(t), 1<<20)
	want := []Topic{{Name: w.Topics.Redacted, Partitions: 3}, {Name: w.Topics.Usage, Partitions: 2}}
	missing, err := w.Missing(t.Context(), want)
	if err != nil || len(missing) != 2 || !strings.Contains(missing[0], w.Topics.Redacted) || !strings.Contains(missing[1], w.Topics.Usage) {
		t.Fatalf("%v, %v", missing, err)
	}
	w.createAll(t, nil)
	w.client.Transport = &kafkago.Transport{} // another process
	missing, err = w.Missing(t.Context(), append(want, Topic{Name: w.Topics.Redacted, Partitions: 9, Exact: true}))
	if err != nil || len(missing) != 1 || !strings.Contains(missing[0], "9") {
		t.Errorf("%v, %v", missing, err)
	}
}

func TestClassifyIsAClosedSet(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want string
	}{
		{kafkago.MessageSizeTooLarge, "too_large"}, {kafkago.UnknownTopicOrPartition, "no_topic"},
		{kafkago.TopicAuthorizationFailed, "denied"}, {kafkago.NotLeaderForPartition, "broker"}, {kafkago.InvalidTopic, "refused"},
		{fmt.Errorf("x: %w", io.ErrUnexpectedEOF), "network"}, {context.DeadlineExceeded, "timeout"}, {errors.New("?"), "other"},
		{&net.OpError{Op: "dial", Err: errors.New("refused")}, "network"},
	} {
		t.Run(tc.err.Error(), func(t *testing.T) {
			if got := classify(tc.err); got != tc.want {
				t.Errorf("%v is %s, want %s", tc.err, got, tc.want)
			}
		})
	}
}
