package kafka

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden/internal/backoff"
)

// locate returns the offset and the epoch to resume from. Kafka deletes committed offsets together with their topic, so
// a partition without one starts a new epoch. The new epoch is committed before the first message is read: a crash in
// between does not start another one.
func (p *partition) locate(ctx context.Context) (Assignment, error) {
	retry := newBackoff()
	for {
		a, err := p.tryLocate(ctx)
		if err == nil || ctx.Err() != nil {
			return a, ctx.Err()
		}
		p.Metrics.errors.WithLabelValues("offset").Inc()
		wait := retry.Next()
		p.Log.Warn("kafka offsets are not available, trying again", "topic", p.topic, "partition", p.id, "wait", wait, "error", err)
		backoff.Sleep(ctx, wait)
	}
}

func (p *partition) tryLocate(ctx context.Context) (Assignment, error) {
	a := Assignment{Topic: p.topic, Partition: int32(p.id)}
	first, last, err := p.bounds(ctx)
	if err != nil {
		return a, err
	}
	committed, metadata, err := p.committedOffset(ctx)
	if err != nil {
		return a, err
	}
	if committed >= 0 && committed <= last {
		p.epoch = parseEpoch(metadata)
		a.Epoch, a.Offset = p.epoch, committed
		if committed < first {
			p.expired(committed, first)
			a.Offset = first
		}
		return a, nil
	}
	if committed > last {
		p.Log.Warn("the topic ends before the committed offset: it was deleted and created again; reading it from its beginning",
			"topic", p.topic, "partition", p.id, "committed", committed, "end", last)
	}
	a.Offset = first
	if committed < 0 && p.Latest {
		a.Offset = last
	}
	p.epoch = uint32(time.Now().Unix())
	a.Epoch = p.epoch
	return a, p.tryCommit(ctx, a.Offset)
}

func (p *partition) bounds(ctx context.Context) (first, last int64, err error) {
	res, err := p.client.ListOffsets(ctx, &kafkago.ListOffsetsRequest{Topics: map[string][]kafkago.OffsetRequest{
		p.topic: {kafkago.FirstOffsetOf(p.id), kafkago.LastOffsetOf(p.id)},
	}})
	if err != nil {
		return 0, 0, err
	}
	for _, o := range res.Topics[p.topic] {
		if o.Partition == p.id {
			return o.FirstOffset, o.LastOffset, o.Error
		}
	}
	return 0, 0, fmt.Errorf("list offsets: no answer for %s/%d", p.topic, p.id)
}

func (p *partition) committedOffset(ctx context.Context) (int64, string, error) {
	res, err := p.client.OffsetFetch(ctx, &kafkago.OffsetFetchRequest{
		GroupID: p.Group, Topics: map[string][]int{p.topic: {p.id}},
	})
	if err != nil {
		return 0, "", err
	}
	if res.Error != nil {
		return 0, "", res.Error
	}
	for _, o := range res.Topics[p.topic] {
		if o.Partition == p.id {
			return o.CommittedOffset, o.Metadata, o.Error
		}
	}
	return -1, "", nil
}

const epochKey = "epoch="

// parseEpoch reads the metadata of a committed offset. It returns 0, the same epoch as before, for offsets set by other
// tools, which leave the metadata empty.
func parseEpoch(metadata string) uint32 {
	n, err := strconv.ParseUint(strings.TrimPrefix(metadata, epochKey), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// commit commits offset if it is new. A failed commit is logged and not retried: the next one covers it, and after a
// restart the messages are read and dropped as repeats.
func (p *partition) commit(ctx context.Context, offset int64) {
	if offset < 0 || offset == p.committed {
		return
	}
	if err := p.tryCommit(ctx, offset); err != nil {
		if ctx.Err() != nil {
			return
		}
		p.Metrics.errors.WithLabelValues("commit").Inc()
		p.Log.Warn("offset was not committed; what it covers may be read again",
			"topic", p.topic, "partition", p.id, "offset", offset, "error", err)
		return
	}
	p.committed = offset
}

func (p *partition) tryCommit(ctx context.Context, offset int64) error {
	metadata := ""
	if p.epoch != 0 {
		metadata = epochKey + strconv.FormatUint(uint64(p.epoch), 10)
	}
	res, err := p.client.OffsetCommit(ctx, &kafkago.OffsetCommitRequest{
		GroupID: p.Group, GenerationID: int(p.gen.ID), MemberID: p.gen.MemberID,
		Topics: map[string][]kafkago.OffsetCommit{p.topic: {{Partition: p.id, Offset: offset, Metadata: metadata}}},
	})
	if err != nil {
		return err
	}
	for _, o := range res.Topics[p.topic] {
		if o.Partition == p.id {
			return o.Error
		}
	}
	return errors.New("commit offset: no answer")
}
