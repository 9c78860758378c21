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
}

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
