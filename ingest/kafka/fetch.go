package kafka

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	fetchapi "github.com/segmentio/kafka-go/protocol/fetch"
)

const (
	// bytesPerMessage bounds the messages of a portion to MaxBytes/bytesPerMessage: a message takes some 400 bytes on its
	// way besides its contents.
	bytesPerMessage = 256
	// corruptTries is the number of fetches of a batch with a wrong checksum before it is skipped: a bit may have been
	// flipped on the way, or on the disk of one replica.
	corruptTries = 4
	// requestTimeout bounds one request, on top of the wait of a fetch.
	requestTimeout = 30 * time.Second
)

// fetcher reads one partition. A fetch holds at most MaxBytes of record batches, or one batch; portion decodes them
// until the messages take MaxBytes. So a batch that decompresses to a thousand times its size takes no more memory than
// any other.
type fetcher struct {
	response *fetchResponse
	records  []byte // batches of the response that were not opened yet
	batch    batchReader
	messages []Message
	offset   int64 // offset to read next: after the last record decoded, control records included
	limit    int   // MaxBytes

	corrupt      int64 // offset of the last batch with a wrong checksum
	corruptCount int   // how often it was seen
}

// fetch requests records from offset on and waits for some up to MaxWait. end is the high watermark of the partition.
func (f *fetcher) fetch(ctx context.Context, p *partition, offset int64) (end int64, err error) {
	f.close()
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	m, err := p.Conn.Transport.RoundTrip(ctx, p.Conn.Addr, newFetchRequest(p, offset))
	if err != nil {
		return 0, fmt.Errorf("fetch %s/%d: %w", p.topic, p.id, err)
	}
	res := m.(*fetchResponse)
	if res.code != 0 {
		res.release()
		return 0, fmt.Errorf("fetch %s/%d from %s: %w", p.topic, p.id, res.broker, res.code)
	}
	f.response, f.records = res, nil
	if res.records != nil {
		f.records = *res.records
	}
	f.offset, f.limit = offset, p.MaxBytes
	f.batch.limit = p.MaxBytes
	return res.highWatermark, nil
}

func newFetchRequest(p *partition, offset int64) *fetchRequest {
	return &fetchRequest{Request: fetchapi.Request{
		ReplicaID: -1, SessionID: -1, SessionEpoch: -1,
		MaxWaitTime: int32(min(p.MaxWait, requestTimeout/2).Milliseconds()), MinBytes: 1, MaxBytes: int32(p.MaxBytes),
		IsolationLevel: int8(kafkago.ReadCommitted),
		Topics: []fetchapi.RequestTopic{{Topic: p.topic, Partitions: []fetchapi.RequestPartition{{
			Partition: int32(p.id), CurrentLeaderEpoch: -1, FetchOffset: offset, LogStartOffset: -1, PartitionMaxBytes: int32(p.MaxBytes),
		}}}},
	}}
}

// portion returns the next messages of the fetch: at most MaxBytes, or half of it if they were compressed, because their
// decompressor takes up to 8 MiB as well, or one message. more reports whether the fetch has further ones. After an error the messages
// before it are valid and the rest has to be fetched again.
func (f *fetcher) portion() (ms []Message, more bool, err error) {
	f.messages = f.messages[:0]
	limit := f.limit
	for size := 0; size < limit && len(f.messages) < limit/bytesPerMessage; {
		if f.batch.src == nil {
			open, err := f.openBatch()
			if err != nil || !open {
				f.close()
				return f.messages, false, err
			}
			continue
		}
		if f.batch.codec != nil {
			limit = f.limit / 2
		}
		n, fits := f.decode(max(limit-size, 0), size == 0)
		if !fits {
			break
		}
		size += n
	}
	return f.messages, true, nil
}

// close ends the fetch and gives its buffer back.
func (f *fetcher) close() {
	f.batch.close()
	if f.response != nil {
		f.response.release()
		f.response, f.records = nil, nil
	}
}

// openBatch opens the next batch, or skips it, and reports whether there was one.
func (f *fetcher) openBatch() (bool, error) {
	b, err := f.cut()
	if b == nil || err != nil {
		return false, err
	}
	if b[magicAt] < 2 {
		return true, f.legacy(b)
	}
	if b[magicAt] > 2 || len(b) < batchHeaderLen {
		f.skipBatch(b, int64(binary.BigEndian.Uint64(b)))
		return true, nil
	}
	err = f.batch.open(b)
	switch {
	case errors.Is(err, errChecksum) && f.retryCorrupt(f.batch.base):
		return false, err
	case err != nil:
		f.skipBatch(b, f.batch.last)
	case f.batch.attributes&controlBatch != 0: // markers of transactions
		f.offset = max(f.offset, f.batch.last+1)
		f.batch.close()
	default:
		f.batch.chunk = chunkSize(len(b)+len(f.records), f.batch.codec != nil)
	}
	return true, nil
}

// chunkSize returns the size of the chunks for n bytes of batches: a fetch of few messages takes little memory.
func chunkSize(n int, compressed bool) int {
	if compressed {
		n *= expansion
	}
	return min(max(n, minChunk), maxChunk)
}

// cut takes the next batch off records. It returns nil at the end: a broker cuts the last batch where MaxBytes is
// reached. An error means that not even one batch is whole.
func (f *fetcher) cut() ([]byte, error) {
	if len(f.records) <= magicAt {
		return nil, nil
	}
	n := int64(binary.BigEndian.Uint32(f.records[lengthAt:])) + logOverhead
	if n > int64(len(f.records)) {
		if len(f.records) == len(*f.response.records) {
			return nil, fmt.Errorf("a record batch of %d bytes is larger than a fetch of %d", n, f.limit)
		}
		return nil, nil
	}
	if n <= magicAt { // no batch is so short, and nothing after it can be found
		return nil, errBatch
	}
	b := f.records[:n]
	f.records = f.records[n:]
	return b, nil
}

// decode decodes one record of the open batch and returns its size in bytes, or false if it does not fit into room
// and is not the first of a portion.
func (f *fetcher) decode(room int, first bool) (size int, fits bool) {
	f.messages = append(f.messages, Message{})
	m := &f.messages[len(f.messages)-1]
	if first {
		room = math.MaxInt
	}
	size, err := f.batch.next(m, room)
	if err == nil && m.Offset >= f.offset {
		f.offset = m.Offset + 1
		return size, true
	}
	f.messages = f.messages[:len(f.messages)-1]
	switch {
	case err == nil: // before the offset asked for
		return 0, true
	case errors.Is(err, errRoom):
		return 0, false
	case errors.Is(err, io.EOF) || f.offset > f.batch.last: // all records were decoded
		f.offset = max(f.offset, f.batch.last+1)
	default:
		f.skipRest(f.batch.size)
	}
	f.batch.close()
	return 0, true
}

// retryCorrupt reports whether the batch at offset should be fetched again.
func (f *fetcher) retryCorrupt(offset int64) bool {
	if f.corrupt != offset || f.corruptCount == 0 {
		f.corrupt, f.corruptCount = offset, 0
	}
	f.corruptCount++
	return f.corruptCount < corruptTries
}

// skipBatch skips a batch that cannot be decoded. last is the offset of its last record as far as it is known.
func (f *fetcher) skipBatch(b []byte, last int64) {
	f.batch.close()
	f.corruptCount = 0
	f.batch.base, f.batch.last = int64(binary.BigEndian.Uint64(b)), last
	if len(f.records) >= 8 { // a damaged batch may lie: what follows it does not
		f.batch.last = int64(binary.BigEndian.Uint64(f.records)) - 1
	} else if last >= f.response.highWatermark {
		f.batch.last = f.response.highWatermark - 1
	}
	f.skipRest(len(b))
}

// skipRest adds a message that stands for the records of the batch that were not decoded.
func (f *fetcher) skipRest(length int) {
	last := max(f.batch.last, f.offset)
	f.messages = append(f.messages, Message{Offset: f.offset, Skipped: &Skipped{Reason: SkippedDamaged, Length: length, Last: last}})
	f.offset = last + 1
}
