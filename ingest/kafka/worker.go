package kafka

import (
	"context"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// Message is one Kafka record. The worker may keep its bytes; they are never reused.
type Message struct {
	Offset     int64
	Key, Value []byte
	Headers    []tokenwarden.Header
	Time       time.Time
	Skipped    *Skipped // if not nil, the message was not read: Key, Value and Headers are nil
}

// NextOffset returns the offset after the message.
func (m *Message) NextOffset() int64 {
	if m.Skipped != nil {
		return m.Skipped.Last + 1
	}
	return m.Offset + 1
}

// Skipped describes what was not read. Reading goes on after it: no message may block a partition.
type Skipped struct {
	Reason SkipReason
	Length int   // bytes: of the record, or of the record batch as the broker holds it
	Last   int64 // offset of the last message that was skipped; Message.Offset is the first
}

// SkipReason is the cause for which messages were not read. It is a metric label and a quarantine reason.
type SkipReason string

// Reasons to skip messages.
const (
	SkippedTooLarge SkipReason = "too_large"        // a record of a compressed batch that is larger than MaxBytes
	SkippedHeaders  SkipReason = "too_many_headers" // a record with more than 4096 headers
	SkippedDamaged  SkipReason = "damaged"          // a record batch that cannot be decoded, or the rest of it
)

// Assignment is one partition assigned to this member.
type Assignment struct {
	Topic     string
	Partition int32
	// Epoch numbers the incarnations of a topic: it grows when the topic was deleted and created again. It is stored
	// in the metadata of the committed offset. 0 means unknown: the same incarnation as before.
	Epoch uint32
	// Offset is the committed offset, or the first offset to read if none was committed.
	Offset int64
}

// Worker processes one partition while it is assigned. All calls come from one goroutine.
type Worker interface {
	// Start returns the offset to read from, usually a.Offset. It may wait for its stores until ctx ends.
	Start(ctx context.Context, a Assignment) (int64, error)
	// Handle takes messages in ascending order of offset, or none when the partition is idle. It returns when
	// everything below the offset commit is durable; commit is then committed, unless it is negative. Handle retries
	// temporary errors itself: an error that is not ctx's own ends Run.
	Handle(ctx context.Context, ms []Message) (commit int64, err error)
	// Stop is called once, when the partition is revoked or Run ends, also after an error. It returns what Handle
	// returns.
	Stop(ctx context.Context) (commit int64, err error)
}
