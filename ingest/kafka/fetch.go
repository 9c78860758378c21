package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/tokenwarden/tokenwarden"
)

// arenaSize is how many bytes of messages share one allocation.
const arenaSize = 256 << 10

// fetcher reads one partition. The bytes of the messages of a fetch lie in a few buffers that are never used again: a
// worker may keep them.
type fetcher struct {
	messages []Message
	arena    []byte
	after    int64 // offset after the last record seen, control records included
}

// fetch asks for messages from offset on and waits for some up to MaxWait. end is the partition's high watermark.
func (f *fetcher) fetch(ctx context.Context, p *partition, offset int64) (ms []Message, end int64, err error) {
	res, err := p.client.Fetch(ctx, &kafkago.FetchRequest{
		Topic: p.topic, Partition: p.id, Offset: offset,
		MinBytes: 1, MaxBytes: int64(p.MaxBytes), MaxWait: p.MaxWait, IsolationLevel: kafkago.ReadCommitted,
	})
	if err != nil {
		return nil, 0, err
	}
	if res.Error != nil {
		return nil, 0, res.Error
	}
	f.messages, f.arena, f.after = f.messages[:0], nil, offset
	if err := f.read(res.Records, offset); err != nil {
		return nil, 0, fmt.Errorf("read records of %s/%d: %w", p.topic, p.id, err)
	}
	return f.messages, res.HighWatermark, nil
}

// next is the offset to read from after everything of the last fetch has been handled.
func (f *fetcher) next(offset int64) int64 { return max(offset, f.after) }

func (f *fetcher) read(records kafkago.RecordReader, from int64) error {
	switch r := records.(type) {
	case *protocol.RecordStream:
		for _, part := range r.Records {
			if err := f.read(part, from); err != nil {
				return err
			}
		}
		return nil
	case *protocol.ControlBatch: // markers of transactions: nobody's log lines
		f.after = max(f.after, r.BaseOffset+1)
		return nil
	}
	for {
		r, err := records.ReadRecord()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.Offset < from {
			continue // a batch may begin before the offset asked for
		}
		f.after = r.Offset + 1
		if err := f.add(r); err != nil {
			return err
		}
	}
}

func (f *fetcher) add(r *kafkago.Record) error {
	key, err := f.take(r.Key)
	if err != nil {
		return err
	}
	value, err := f.take(r.Value)
	if err != nil {
		return err
	}
	m := Message{Offset: r.Offset, Key: key, Value: value, Time: r.Time}
	for _, h := range r.Headers {
		m.Headers = append(m.Headers, tokenwarden.Header{Key: h.Key, Value: h.Value})
	}
	f.messages = append(f.messages, m)
	return nil
}

// take copies b into the arena. nil stays nil: Kafka tells an absent key from an empty one.
func (f *fetcher) take(b kafkago.Bytes) ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	defer func() { _ = b.Close() }()
	n := b.Len()
	if cap(f.arena)-len(f.arena) < n {
		f.arena = make([]byte, 0, max(arenaSize, n))
	}
	start := len(f.arena)
	f.arena = f.arena[:start+n]
	out := f.arena[start : start+n : start+n]
	_, err := io.ReadFull(b, out)
	if errors.Is(err, io.EOF) && n == 0 {
		err = nil
	}
	return out, err
}
