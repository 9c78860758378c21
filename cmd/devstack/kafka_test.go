package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

func TestKfakeServesKafkaGo(t *testing.T) {
	r := startDevstack(t, "--dir", t.TempDir(), "--only", "kafka")
	checkBroker(t, r.Kafka)
}

func TestTopicsAreMadeOnlyWhenAskedFor(t *testing.T) {
	f := func(want error, args ...string) {
		t.Helper()
		r := startDevstack(t, append([]string{"--dir", t.TempDir(), "--only", "kafka"}, args...)...)
		w := &kafka.Writer{
			Addr: kafka.TCP(r.Kafka), Topic: "unknown", RequiredAcks: kafka.RequireAll,
			AllowAutoTopicCreation: true, MaxAttempts: 3, BatchTimeout: time.Millisecond,
		}
		defer w.Close()
		err := w.WriteMessages(t.Context(), kafka.Message{Value: []byte("x")})
		if want == nil && errors.Is(err, kafka.UnknownTopicOrPartition) { // just made: known a moment later
			err = w.WriteMessages(t.Context(), kafka.Message{Value: []byte("x")})
		}
		if !errors.Is(err, want) {
			t.Errorf("%q: write to an unknown topic: %v, want %v", args, err, want)
		}
	}
	f(kafka.UnknownTopicOrPartition)
	f(nil, "--auto-create-topics")
}

func TestKfakeKeepsWhatItAcknowledged(t *testing.T) {
	dir := t.TempDir()
	r := startDevstack(t, "--dir", dir, "--only", "kafka")
	createTopic(t, r.Kafka, "kept", -1)
	produce(t, r.Kafka, "kept", 1000)
	commit(t, r.Kafka, "kept", 17, "note")
	r.stop(t, syscall.SIGKILL)

	r = startDevstack(t, "--dir", dir, "--only", "kafka")
	if got := countMessages(t, r.Kafka, "kept"); got != 1000 {
		t.Errorf("%d messages after SIGKILL, want 1000", got)
	}
	if offset, note := committed(t, r.Kafka, "kept"); offset != 17 || note != "note" {
		t.Errorf("committed offset %d %q after SIGKILL, want 17 and note", offset, note)
	}
}

// checkBroker uses the calls of kafka-go that the product uses.
func checkBroker(t *testing.T, broker string) {
	t.Helper()
	const topic = "lines"
	createTopic(t, broker, topic, -1)
	if n := partitions(t, broker, topic); n != 4 {
		t.Errorf("%d partitions by default, want 4", n)
	}
	produce(t, broker, topic, 100)
	if got := consumeInGroup(t, broker, topic, 100); got != 100 {
		t.Errorf("consumed %d messages, want 100", got)
	}
	commit(t, broker, topic, 7, "checkpoint 3")
	if offset, note := committed(t, broker, topic); offset != 7 || note != "checkpoint 3" {
		t.Errorf("committed offset %d %q, want 7 and its note", offset, note)
	}

	response, err := admin(broker).DeleteTopics(t.Context(), &kafka.DeleteTopicsRequest{Topics: []string{topic}})
	if err != nil || response.Errors[topic] != nil {
		t.Fatalf("delete topic: %v, %v", err, response)
	}
	createTopic(t, broker, topic, 2)
	if n := partitions(t, broker, topic); n != 2 {
		t.Errorf("%d partitions after the topic was made again, want 2", n)
	}
	if got := countMessages(t, broker, topic); got != 0 {
		t.Errorf("%d messages in a topic that was made again", got)
	}
}

func admin(broker string) *kafka.Client {
	// A transport of its own: the default one keeps connections to brokers that are gone.
	return &kafka.Client{Addr: kafka.TCP(broker), Timeout: 10 * time.Second, Transport: &kafka.Transport{}}
}

// createTopic tries for a while: a topic that was just deleted may still be there.
func createTopic(t *testing.T, broker, topic string, partitions int) {
	t.Helper()
	eventually(t, 20*time.Second, func() error {
		response, err := admin(broker).CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
			Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: partitions, ReplicationFactor: 1}},
		})
		if err != nil {
			return err
		}
		return response.Errors[topic]
	})
	eventually(t, 20*time.Second, func() error {
		response, err := admin(broker).Metadata(t.Context(), &kafka.MetadataRequest{Topics: []string{topic}})
		if err != nil {
			return err
		}
		return response.Topics[0].Error
	})
}

func partitions(t *testing.T, broker, topic string) int {
	t.Helper()
	response, err := admin(broker).Metadata(t.Context(), &kafka.MetadataRequest{Topics: []string{topic}})
	if err != nil || response.Topics[0].Error != nil {
		t.Fatalf("metadata of %s: %v, %v", topic, err, response)
	}
	return len(response.Topics[0].Partitions)
}

func produce(t *testing.T, broker, topic string, n int) {
	t.Helper()
	w := &kafka.Writer{
		Addr: kafka.TCP(broker), Topic: topic, RequiredAcks: kafka.RequireAll, BatchTimeout: 5 * time.Millisecond,
		Balancer: &kafka.RoundRobin{}, Transport: &kafka.Transport{},
	}
	defer w.Close()
	messages := make([]kafka.Message, n)
	for i := range messages {
		messages[i].Value = fmt.Appendf(nil, "line %d", i)
	}
	if err := w.WriteMessages(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
}

// countMessages adds up the offsets between the ends of all partitions.
func countMessages(t *testing.T, broker, topic string) (n int64) {
	t.Helper()
	for p := range partitions(t, broker, topic) {
		conn, err := kafka.DialLeader(t.Context(), "tcp", broker, topic, p)
		if err != nil {
			t.Fatal(err)
		}
		first, last, err := conn.ReadOffsets()
		conn.Close()
		if err != nil {
			t.Fatal(err)
		}
		n += last - first
	}
	return n
}

// consumeInGroup reads as a member of a consumer group until it has n messages, and commits.
func consumeInGroup(t *testing.T, broker, topic string, n int) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: "readers", Brokers: []string{broker}, Topics: []string{topic}, StartOffset: kafka.FirstOffset,
		JoinGroupBackoff: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer group.Close()
	generation, err := group.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan kafka.Message)
	for _, assigned := range generation.Assignments[topic] {
		generation.Start(func(ctx context.Context) { readPartition(ctx, broker, topic, assigned, got) })
	}
	offsets := map[int]int64{}
	for i := range n {
		select {
		case m := <-got:
			offsets[m.Partition] = m.Offset + 1
		case <-ctx.Done():
			return i
		}
	}
	if err := generation.CommitOffsets(map[string]map[int]int64{topic: offsets}); err != nil {
		t.Error(err)
	}
	return n
}

func readPartition(ctx context.Context, broker, topic string, assigned kafka.PartitionAssignment, got chan<- kafka.Message) {
	r := kafka.NewReader(kafka.ReaderConfig{
		Brokers: []string{broker}, Topic: topic, Partition: assigned.ID, MaxWait: 250 * time.Millisecond,
	})
	defer r.Close()
	if err := r.SetOffset(assigned.Offset); err != nil {
		return
	}
	for {
		m, err := r.FetchMessage(ctx)
		if err != nil {
			return
		}
		select {
		case got <- m:
		case <-ctx.Done():
			return
		}
	}
}

func commit(t *testing.T, broker, topic string, offset int64, note string) {
	t.Helper()
	eventually(t, 20*time.Second, func() error { // the group's coordinator may have to be made first
		response, err := admin(broker).OffsetCommit(t.Context(), &kafka.OffsetCommitRequest{
			GroupID: "checkpoints", GenerationID: -1,
			Topics: map[string][]kafka.OffsetCommit{topic: {{Partition: 1, Offset: offset, Metadata: note}}},
		})
		if err != nil {
			return err
		}
		return response.Topics[topic][0].Error
	})
}

func committed(t *testing.T, broker, topic string) (offset int64, note string) {
	t.Helper()
	eventually(t, 20*time.Second, func() error {
		response, err := admin(broker).OffsetFetch(t.Context(), &kafka.OffsetFetchRequest{
			GroupID: "checkpoints", Topics: map[string][]int{topic: {1}},
		})
		if err != nil {
			return err
		}
		if response.Error != nil {
			return response.Error
		}
		p := response.Topics[topic][0]
		offset, note = p.CommittedOffset, p.Metadata
		return p.Error
	})
	return offset, note
}

func TestNothingListensAfterTheEnd(t *testing.T) {
	r := startDevstack(t, "--dir", t.TempDir(), "--only", "kafka")
	r.stop(t, syscall.SIGINT)
	if code := r.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("status %d after SIGINT, want 0: %s", code, r.stderr)
	}
	if conn, err := net.Dial("tcp", r.Kafka); err == nil {
		conn.Close()
		t.Errorf("%s still answers", r.Kafka)
	}
}
