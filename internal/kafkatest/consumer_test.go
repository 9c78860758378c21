package kafkatest

import (
	"errors"
	"strings"
	"sync"
	"testing"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

func TestAssignmentAndRebalance(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 4, nil)
	var first, second recorder
	a := c.start(t, topic, first.newWorker)
	eventually(t, "the first member has four partitions", func() bool { return first.assigned() == 4 })
	c.start(t, topic, second.newWorker)
	eventually(t, "the second member has two partitions", func() bool { return second.assigned() == 2 && first.assigned() == 6 })
	for p := range 4 {
		c.produce(t, topic, p, 10)
	}
	eventually(t, "both members have read their half", func() bool { return first.count() == 20 && second.count() == 20 })
	a.stop(t)
	eventually(t, "the second member has four partitions", func() bool { return second.assigned() == 6 })
	for p := range 4 {
		c.produce(t, topic, p, 5)
	}
	second.wait(t, 40)
	if first.count() != 20 || second.count() != 40 {
		t.Errorf("the members handled %d and %d messages, want 20 and 40: none twice", first.count(), second.count())
	}
	if first.stopped != 6 {
		t.Errorf("Stop was called %d times for 6 assignments", first.stopped)
	}
}

func TestOffsetIsCommittedAfterHandleReturned(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 1, nil)
	release, entered := make(chan struct{}), make(chan struct{})
	var once sync.Once
	r := recorder{handle: func([]kafka.Message) error {
		once.Do(func() { close(entered) })
		<-release
		return nil
	}}
	c.produce(t, topic, 0, 10)
	c.start(t, topic, r.newWorker)
	<-entered
	if got := c.committed(topic, 0); got != 0 { // committed with the new epoch, before the first fetch
		t.Errorf("offset %d is committed while Handle runs, want 0", got)
	}
	close(release)
	c.waitCommitted(t, topic, 0, 10)
}

func TestRunResumesAtTheCommittedOffset(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 2, nil)
	c.produce(t, topic, 0, 7)
	var before, after recorder
	m := c.start(t, topic, before.newWorker)
	before.wait(t, 7)
	m.stop(t)
	c.produce(t, topic, 0, 3)
	c.start(t, topic, after.newWorker)
	after.wait(t, 3)
	if first := after.messages[0]; first.Offset != 7 || string(first.Value) != "0" {
		t.Errorf("reading resumed at offset %d, want 7", first.Offset)
	}
	if before.assignments[0].Epoch != after.assignments[0].Epoch {
		t.Errorf("the epoch changed from %d to %d without a new topic", before.assignments[0].Epoch, after.assignments[0].Epoch)
	}
}

func TestLatestStartsAtTheEnd(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 1, nil)
	c.produce(t, topic, 0, 5)
	var r recorder
	c.start(t, topic, r.newWorker, func(o *kafka.Options) { o.Latest = true })
	eventually(t, "the partition is assigned", func() bool { return r.assigned() == 1 })
	c.produce(t, topic, 0, 2)
	r.wait(t, 2)
	if r.messages[0].Offset != 5 {
		t.Errorf("the first offset read is %d, want 5", r.messages[0].Offset)
	}
}

func TestMessagesAreReadInOrderWithCompression(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		codec kafkago.Compression
	}{
		{"none", 0}, {"gzip", kafkago.Gzip}, {"snappy", kafkago.Snappy}, {"lz4", kafkago.Lz4}, {"zstd", kafkago.Zstd},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			topic := c.topic(t, "in", 1, nil)
			large := []byte(strings.Repeat("large ", 100_000)) // more than one buffer of the reader
			for range 3 {
				c.produceValues(t, topic, 0, tc.codec, []byte("a"), nil, []byte{}, large, []byte("b"))
			}
			var r recorder
			c.start(t, topic, r.newWorker)
			r.wait(t, 15)
			for i, m := range r.messages {
				want := [][]byte{[]byte("a"), nil, {}, large, []byte("b")}[i%5]
				if m.Offset != int64(i) || string(m.Value) != string(want) || (m.Value == nil) != (want == nil) {
					t.Errorf("message %d: offset %d, %d bytes, nil %t; want %d bytes", i, m.Offset, len(m.Value), m.Value == nil, len(want))
				}
			}
		})
	}
}

func TestTemporaryErrorsAreRetried(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		fault     kfake.Fault
		operation string // label of tokenwarden_kafka_errors_total
	}{
		{"fetch/not leader", kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Topic: "in", Err: kerr.NotLeaderForPartition}, "fetch"},
		{"fetch/storage", kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Topic: "in", Err: kerr.KafkaStorageError}, "fetch"},
		{"fetch/top level", kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, TopLevel: true, Err: kerr.UnknownServerError}, "fetch"},
		{"list offsets", kfake.Fault{Keys: []kmsg.Key{kmsg.ListOffsets}, Topic: "in", Err: kerr.LeaderNotAvailable}, "offset"},
		{"offset fetch", kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetFetch}, Topic: "in", Err: kerr.UnstableOffsetCommit, When: func(r kmsg.Request) bool {
			return r.GetVersion() > 1 // kafka-go's ConsumerGroup asks with version 1
		}}, "offset"},
		{"join group", kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Group: group, Err: kerr.CoordinatorLoadInProgress}, "join"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			topic := c.topic(t, "in", 1, nil)
			c.produce(t, topic, 0, 3)
			tc.fault.Count = 2
			h := c.Fault(tc.fault)
			var r recorder
			c.start(t, topic, r.newWorker)
			r.wait(t, 3)
			c.waitCommitted(t, topic, 0, 3)
			if h.Hits() != 2 {
				t.Errorf("%d faults were answered, want 2", h.Hits())
			}
			if n := c.counter(t, "tokenwarden_kafka_errors_total", tc.operation); n == 0 {
				t.Errorf("tokenwarden_kafka_errors_total{operation=%q} is 0", tc.operation)
			}
		})
	}
}

func TestFailedCommitIsCoveredByTheNext(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 1, nil)
	var r recorder
	c.start(t, topic, r.newWorker)
	c.waitCommitted(t, topic, 0, 0)
	h := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Topic: topic, Err: kerr.CoordinatorNotAvailable})
	c.produce(t, topic, 0, 3)
	if err := h.Wait(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	c.produce(t, topic, 0, 2)
	c.waitCommitted(t, topic, 0, 5)
	if n := c.counter(t, "tokenwarden_kafka_errors_total", "commit"); n != 1 {
		t.Errorf("%v failed commits are counted, want 1", n)
	}
	if r.count() != 5 {
		t.Errorf("%d messages are handled, want 5", r.count())
	}
}

func TestPartitionMovesToAnotherBroker(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 1, nil)
	c.produce(t, topic, 0, 2)
	var r recorder
	c.start(t, topic, r.newWorker)
	r.wait(t, 2)
	if err := c.MoveTopicPartition(topic, 0, 1-c.LeaderFor(topic, 0)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new leader takes messages", func() bool { // metadata is cached for a while
		client := &kafkago.Client{Addr: c.conn.Addr, Transport: &kafkago.Transport{}}
		res, err := client.Produce(t.Context(), &kafkago.ProduceRequest{
			Topic: topic, RequiredAcks: kafkago.RequireAll, Records: kafkago.NewRecordReader(kafkago.Record{Value: kafkago.NewBytes([]byte("2"))}),
		})
		return err == nil && res.Error == nil
	})
	r.wait(t, 3)
}

func TestExpiredMessagesAreSkippedAndCounted(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 1, nil)
	c.produce(t, topic, 0, 4)
	var before, after recorder
	m := c.start(t, topic, before.newWorker)
	before.wait(t, 4)
	c.waitCommitted(t, topic, 0, 4)
	m.stop(t)
	c.produce(t, topic, 0, 6)
	if err := c.DeleteRecords(topic, 0, 7); err != nil {
		t.Fatal(err)
	}
	c.start(t, topic, after.newWorker)
	after.wait(t, 3)
	if got := after.messages[0].Offset; got != 7 {
		t.Errorf("reading goes on at offset %d, want 7", got)
	}
	if n := c.counter(t, "tokenwarden_kafka_messages_expired_total", topic); n != 3 {
		t.Errorf("%v expired messages are counted, want 3", n)
	}
}

func TestErrorOfAWorkerEndsRun(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 1, nil)
	c.produce(t, topic, 0, 1)
	broken := errors.New("the store refuses the batch")
	r := recorder{handle: func([]kafka.Message) error { return broken }}
	if err := c.start(t, topic, r.newWorker).failure(t); !errors.Is(err, broken) {
		t.Errorf("Run = %v, want the worker's error", err)
	}
	if got := c.committed(topic, 0); got > 0 {
		t.Errorf("offset %d is committed", got)
	}
}

func TestLostMessagesEndRunWithTopicAndPartition(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 1, nil)
	c.produce(t, topic, 0, 5)
	var r recorder
	m := c.start(t, topic, r.newWorker)
	r.wait(t, 5)
	if err := c.DeleteTopic(topic); err != nil {
		t.Fatal(err)
	}
	c.topic(t, topic, 1, nil)
	if err := m.failure(t); err == nil || !strings.Contains(err.Error(), "in/0") {
		t.Errorf("Run = %v, want an error that names in/0", err)
	}
}

func TestNewPartitionsAreAssigned(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "in", 1, nil)
	var r recorder
	c.start(t, topic, r.newWorker)
	eventually(t, "the partition is assigned", func() bool { return r.assigned() == 1 })
	client := &kafkago.Client{Addr: c.conn.Addr, Transport: c.conn.Transport}
	res, err := client.CreatePartitions(t.Context(), &kafkago.CreatePartitionsRequest{
		Topics: []kafkago.TopicPartitionsConfig{{Name: topic, Count: 3}},
	})
	if err != nil || res.Errors[topic] != nil {
		t.Fatal(err, res)
	}
	eventually(t, "all three partitions are assigned", func() bool { return r.assigned() == 4 })
}

func TestTailReadsEverythingAndFollows(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	topic := c.topic(t, "lists", 3, nil)
	c.produce(t, topic, 0, 3)
	c.produceValues(t, topic, 2, kafkago.Zstd, []byte("x"), nil)
	if got := c.values(t, topic, 0); len(got) != 3 {
		t.Errorf("partition 0: %q", got)
	}
	if got := c.messages(t, topic, 2); len(got) != 2 || got[1].Value != nil {
		t.Errorf("partition 2: %v, want a tombstone second", got)
	}
	if got := c.values(t, topic, 1); len(got) != 0 {
		t.Errorf("partition 1: %q, want nothing", got)
	}
}
