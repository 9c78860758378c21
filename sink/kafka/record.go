package kafka

import (
	"bytes"
	"hash/fnv"
	"io"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden"
)

// recordReader passes records to kafka-go without a copy. It returns the same Record each time: kafka-go requires it to
// be valid until the next ReadRecord only.
type recordReader struct {
	records    []tokenwarden.Message
	at         int
	record     kafkago.Record
	key, value payload
	headers    []kafkago.Header
}

type payload struct{ bytes.Reader }

// Close does nothing: the bytes are in memory.
func (*payload) Close() error { return nil }

// set makes p read b and returns it. It returns nil for nil: Kafka distinguishes a null key or value from an empty one.
func (p *payload) set(b []byte) kafkago.Bytes {
	if b == nil {
		return nil
	}
	p.Reset(b)
	return p
}

// ReadRecord implements kafkago.RecordReader.
func (r *recordReader) ReadRecord() (*kafkago.Record, error) {
	if r.at == len(r.records) {
		return nil, io.EOF
	}
	in := &r.records[r.at]
	r.at++
	r.headers = r.headers[:0]
	for _, h := range in.Headers {
		r.headers = append(r.headers, kafkago.Header{Key: h.Key, Value: h.Value})
	}
	r.record = kafkago.Record{Time: in.Time, Key: r.key.set(in.Key), Value: r.value.set(in.Value), Headers: r.headers}
	return &r.record, nil
}

// keyPartition returns the partition of a key among n.
func keyPartition(key []byte, n int) int {
	h := fnv.New32a()
	_, _ = h.Write(key)
	return int(h.Sum32() % uint32(n))
}
