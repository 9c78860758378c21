package kafka

import (
	"context"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// Message is one Kafka record. Its bytes are the worker's to keep.
type Message struct {
	Offset     int64
	Key, Value []byte
	Headers    []tokenwarden.Header
	Time       time.Time
}

// Assignment is one partition that this member reads.
type Assignment struct {
	Topic     string
	Partition int32
	// Epoch tells lives of the topic apart: it rises when the topic was deleted and made anew. It is kept in the
	// metadata of the committed offset. 0 means unknown: the same life as before.
	Epoch uint32
	// Offset is where the group stands: the committed offset, or where reading begins without one.
	Offset int64
}

// Worker handles one partition from one goroutine, for the time that it is assigned.
type Worker interface {
	// Start returns the offset to read from; usually a.Offset. It may wait for its stores until ctx ends.
	Start(ctx context.Context, a Assignment) (int64, error)
	// Handle takes messages in rising order of offset, or none when the partition was idle. It returns when
	// everything up to the returned offset (exclusive) is durable; that offset is then committed. A negative one
	// commits nothing. An error that is not ctx's own ends the process: what passes is waited for inside.
	Handle(ctx context.Context, ms []Message) (commit int64, err error)
	// Stop is called once when the partition is taken away or the process ends, also after an error of ctx. It
	// returns what Handle returns.
	Stop(ctx context.Context) (commit int64, err error)
}
