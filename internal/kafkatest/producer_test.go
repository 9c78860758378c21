package kafkatest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/tokenwarden/tokenwarden"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// outputs creates the topics of the Writer.
func (c *cluster) outputs(t testing.TB, config map[string]string) {
	t.Helper()
	c.topic(t, "redacted", 2, config)
	c.topic(t, "quarantine", 2, config)
	c.topic(t, "usage", 2, config)
	c.topic(t, "alerts", 1, config)
}

func TestWriteWaitsForAllReplicas(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.outputs(t, nil)
	produced := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Observe: true, Count: -1})
	weaker := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Observe: true, Count: -1, When: func(r kmsg.Request) bool {
		return r.(*kmsg.ProduceRequest).Acks != -1
	}})
	w := c.writer(t)
	b := &tokenwarden.Batch{
		Partition: 1, Redacted: records(3, 10), Quarantine: records(2, 10),
		Usages: [][]tokenwarden.Message{records(1, 10), records(4, 10)},
	}
	if err := w.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if produced.Hits() == 0 || weaker.Hits() != 0 {
		t.Errorf("%d of %d requests had acks other than all", weaker.Hits(), produced.Hits())
	}
	for _, tc := range []struct {
		topic           string
		partition, want int
	}{
		{"redacted", 0, 0}, {"redacted", 1, 3}, {"quarantine", 1, 2}, {"usage", 0, 1}, {"usage", 1, 4},
	} {
		if got := c.values(t, tc.topic, tc.partition); len(got) != tc.want {
			t.Errorf("%s/%d holds %d records, want %d", tc.topic, tc.partition, len(got), tc.want)
		}
	}
}

func TestWriteSplitsRequestsAndKeepsTheOrder(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.outputs(t, nil)
	produced := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Observe: true, Count: -1})
	w := c.writer(t, func(o *sinkkafka.Options) { o.MaxRequest = 16 << 10 })
	want := records(100, 1000)
	if err := w.Write(t.Context(), &tokenwarden.Batch{Redacted: want}); err != nil {
		t.Fatal(err)
	}
	if n := produced.Hits(); n < 7 || n > 8 {
		t.Errorf("%d requests of at most 16 KiB for 100 records of 1 KB, want 7 or 8", n)
	}
	got := c.values(t, "redacted", 0)
	if len(got) != len(want) || !slices.IsSortedFunc(got, func(a, b string) int { return number(a) - number(b) }) {
		t.Errorf("%d records, or out of order", len(got))
	}
}

func number(value string) (n int) {
	_, _ = fmt.Sscanf(value, "%d:", &n)
	return n
}

func TestWriteRetriesTemporaryErrors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		err   *kerr.Error
		class string
	}{
		{"not leader", kerr.NotLeaderForPartition, "broker"},
		{"not enough replicas", kerr.NotEnoughReplicas, "broker"},
		{"storage", kerr.KafkaStorageError, "broker"},
		{"unknown topic", kerr.UnknownTopicOrPartition, "no_topic"},
		{"unknown", kerr.UnknownServerError, "other"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			c.outputs(t, nil)
			c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "redacted", Err: tc.err, Count: 2})
			w := c.writer(t)
			if err := w.Write(t.Context(), &tokenwarden.Batch{Redacted: records(3, 10)}); err != nil {
				t.Fatal(err)
			}
			if got := c.values(t, "redacted", 0); len(got) != 3 {
				t.Errorf("%d records, want 3", len(got))
			}
			if n := c.counter(t, "tokenwarden_kafka_write_errors_total", tc.class); n != 2 {
				t.Errorf("%v errors of class %s are counted, want 2", n, tc.class)
			}
		})
	}
}

func TestPermanentErrorsNameTopicPartitionAndBrokers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		err    *kerr.Error
		advice string
	}{
		{"no right on the topic", kerr.TopicAuthorizationFailed, "grant Write"},
		{"headers need a newer message format", kerr.UnsupportedForMessageFormat, "topic's settings"},
		{"invalid acks", kerr.InvalidRequiredAcks, "topic's settings"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			c.outputs(t, nil)
			c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "redacted", Err: tc.err, Count: -1})
			err := c.writer(t).Write(t.Context(), &tokenwarden.Batch{Partition: 1, Redacted: records(1, 10)})
			if err == nil {
				t.Fatal("Write = nil")
			}
			for _, part := range []string{"topic redacted", "partition 1", c.ListenAddrs()[0], tc.advice} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not name %q", err, part)
				}
			}
		})
	}
}

func TestWriteEndsWithItsContext(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.outputs(t, nil)
	refused := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "redacted", Err: kerr.NotEnoughReplicas, Count: -1})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	w := c.writer(t)
	go func() { done <- w.Write(ctx, &tokenwarden.Batch{Redacted: records(1, 10)}) }()
	if err := refused.Wait(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "topic redacted") {
			t.Errorf("Write = %v, want an error that names the topic", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Write does not return")
	}
}

func TestUnreachableBrokersAreNamed(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	w := c.writer(t, func(o *sinkkafka.Options) { o.Addr, o.Transport = kafkago.TCP("127.0.0.1:1"), &kafkago.Transport{} })
	err := w.Write(ctx, &tokenwarden.Batch{Redacted: records(1, 10)})
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("Write = %v, want an error that names 127.0.0.1:1", err)
	}
}

func TestAlertsStayInTheirPartitionWhenTheTopicGrows(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.topic(t, "alerts", 2, nil)
	w := c.writer(t)
	write := func(version string) {
		t.Helper()
		var rs []tokenwarden.Message
		for i := range 20 {
			rs = append(rs, tokenwarden.Message{Key: fmt.Append(nil, i), Value: fmt.Append(nil, i, version)})
		}
		if err := w.WriteAlerts(t.Context(), rs); err != nil {
			t.Fatal(err)
		}
	}
	write("v1")
	client := &kafkago.Client{Addr: c.conn.Addr, Transport: &kafkago.Transport{}}
	res, err := client.CreatePartitions(t.Context(), &kafkago.CreatePartitionsRequest{Topics: []kafkago.TopicPartitionsConfig{{Name: "alerts", Count: 6}}})
	if err != nil || res.Errors["alerts"] != nil {
		t.Fatal(err, res)
	}
	write("v2")
	versions := map[string]int{}
	for p := range 2 {
		for _, m := range c.messages(t, "alerts", p) {
			versions[fmt.Sprintf("%d %s", p, m.Key)]++
		}
	}
	for at, n := range versions {
		if n != 2 {
			t.Errorf("partition and alert %s: %d versions, want 2", at, n)
		}
	}
	if len(versions) != 20 {
		t.Errorf("20 alerts lie in %d places", len(versions))
	}
}

func TestTopicsAreCreatedAndChecked(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.writer(t)
	want := []sinkkafka.Topic{
		{Name: "redacted", Partitions: 3, Exact: true, Replication: 1},
		{Name: "alerts", Partitions: 1, Replication: 1, Config: map[string]string{"cleanup.policy": "compact"}},
	}
	missing, err := w.Missing(t.Context(), want)
	if err != nil || len(missing) != 2 {
		t.Fatalf("Missing = %q, %v; want both topics", missing, err)
	}
	for range 2 { // a second call changes nothing
		if err := w.Create(t.Context(), want); err != nil {
			t.Fatal(err)
		}
	}
	if missing, err = w.Missing(t.Context(), want); err != nil || len(missing) != 0 {
		t.Errorf("Missing = %q, %v after Create", missing, err)
	}
	want[0].Partitions = 4
	if missing, err = w.Missing(t.Context(), want); err != nil || len(missing) != 1 || !strings.Contains(missing[0], "has 3 partitions and needs 4") {
		t.Errorf("Missing = %q, %v; want the number of partitions", missing, err)
	}
	if _, err := w.Partitions(t.Context(), "absent"); err == nil || !strings.Contains(err.Error(), "topic absent does not exist") {
		t.Errorf("Partitions = %v, want an error that names the topic", err)
	}
}
