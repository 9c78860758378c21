package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden/internal/backoff"
)

// Tail reads the one topic of o.Topics from its beginning, outside of any group and without committing, until ctx ends; then
// it returns nil. It calls handle from one goroutine at a time, without messages that were skipped. The Value of a tombstone
// is nil. It calls caughtUp once, when all messages that were in the topic at the start have been handled. It retries while
// the brokers or the topic are unavailable, and ignores o.Group.
func Tail(ctx context.Context, o Options, handle func(partition int32, ms []Message), caughtUp func()) error {
	o.Group = "none"
	if err := o.Validate(); err != nil {
		return err
	}
	if len(o.Topics) > 1 {
		return fmt.Errorf("kafka: Tail reads one topic, not %d", len(o.Topics))
	}
	t := &tail{group: &group{Options: o, client: o.Conn.client()}, topic: o.Topics[0], handle: handle}
	ids := t.partitions(ctx)
	var readers, reached sync.WaitGroup
	reached.Add(len(ids))
	for _, id := range ids {
		readers.Go(func() { t.read(ctx, id, reached.Done) })
	}
	reached.Wait()
	if ctx.Err() == nil {
		caughtUp()
	}
	readers.Wait()
	return nil
}

type tail struct {
	*group
	topic  string
	mu     sync.Mutex
	handle func(partition int32, ms []Message)
}

// partitions returns the partitions of the topic. It waits until the topic exists.
func (t *tail) partitions(ctx context.Context) []int {
	retry := newBackoff()
	for ctx.Err() == nil {
		ids, err := t.tryPartitions(ctx)
		if err == nil {
			return ids
		}
		t.wait(ctx, &retry, err)
	}
	return nil
}

func (t *tail) tryPartitions(ctx context.Context) (ids []int, err error) {
	res, err := t.client.Metadata(ctx, &kafkago.MetadataRequest{Topics: []string{t.topic}})
	if err != nil {
		return nil, err
	}
	for _, topic := range res.Topics {
		if topic.Error != nil {
			return nil, topic.Error
		}
		for _, p := range topic.Partitions {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("topic %s has no partitions", t.topic)
	}
	return ids, nil
}

// read reads one partition until ctx ends. It starts again from the beginning when the offset to read is out of range:
// the topic was created again, or retention deleted the offset.
func (t *tail) read(ctx context.Context, id int, reached func()) {
	reached = sync.OnceFunc(reached)
	defer reached()
	p := &partition{group: t.group, topic: t.topic, id: id}
	var f fetcher
	defer f.close()
	retry := newBackoff()
	offset := int64(-1)
	for ctx.Err() == nil {
		next, end, err := t.step(ctx, p, &f, offset)
		if err != nil {
			t.wait(ctx, &retry, err)
			if errors.Is(err, kafkago.OffsetOutOfRange) {
				offset = -1
			}
			continue
		}
		if next >= end || next == offset { // control records at the end of the partition are not returned
			reached()
		}
		retry.Reset()
		offset = next
	}
}

// step handles one fetch. It returns the offset of the next fetch and the high watermark. A negative offset stands for
// the beginning of the partition.
func (t *tail) step(ctx context.Context, p *partition, f *fetcher, offset int64) (next, end int64, err error) {
	if offset < 0 {
		if offset, end, err = p.bounds(ctx); err != nil || offset == end {
			return offset, end, err
		}
	}
	end, err = f.fetch(ctx, p, offset)
	if err != nil {
		return offset, 0, err
	}
	for more := true; more && ctx.Err() == nil && err == nil; {
		var ms []Message
		ms, more, err = f.portion()
		p.observe(ms)
		ms = slices.DeleteFunc(ms, func(m Message) bool { return m.Skipped != nil })
		if len(ms) > 0 {
			t.mu.Lock()
			t.handle(int32(p.id), ms)
			t.mu.Unlock()
		}
	}
	return f.offset, end, err
}

func (t *tail) wait(ctx context.Context, retry *backoff.Backoff, err error) {
	if ctx.Err() != nil {
		return
	}
	wait := retry.Next()
	t.Metrics.errors.WithLabelValues("fetch").Inc()
	t.Log.Warn("kafka topic is not available, trying again", "topic", t.topic, "wait", wait, "error", err)
	backoff.Sleep(ctx, wait)
}
