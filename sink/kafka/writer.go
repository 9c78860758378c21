package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/internal/backoff"
)

// Topics names the output topics.
type Topics struct {
	Redacted, Quarantine, Usage, Alerts string
}

// Options configure a Writer.
type Options struct {
	Addr      net.Addr
	Transport kafkago.RoundTripper
	Topics    Topics
	// MaxRequest is the most bytes of records in one request before compression, 16 KiB to 64 MiB. It should not exceed
	// the topics' max.message.bytes (Kafka's default is 1,048,588).
	MaxRequest  int
	Compression string // none, lz4, zstd, snappy or gzip
	Log         *slog.Logger
	Metrics     *Metrics
}

var compressions = map[string]kafkago.Compression{
	"none": 0, "gzip": kafkago.Gzip, "snappy": kafkago.Snappy, "lz4": kafkago.Lz4, "zstd": kafkago.Zstd,
}

// Validate returns an error for the first option that is out of range.
func (o *Options) Validate() error {
	if o.MaxRequest < 16<<10 || o.MaxRequest > 64<<20 {
		return fmt.Errorf("kafka: request size %d is outside 16 KiB to 64 MiB", o.MaxRequest)
	}
	if _, ok := compressions[o.Compression]; !ok {
		return fmt.Errorf("kafka: unknown compression %q: want none, lz4, zstd, snappy or gzip", o.Compression)
	}
	return nil
}

// Writer writes to Kafka. It is safe for concurrent use.
type Writer struct {
	Options
	codec      kafkago.Compression
	client     *kafkago.Client
	mu         sync.Mutex
	partitions map[string]int
}

// New returns a Writer. It opens no connection.
func New(o Options) (*Writer, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	return &Writer{
		Options: o, codec: compressions[o.Compression], partitions: map[string]int{},
		client: &kafkago.Client{Addr: o.Addr, Transport: o.Transport, Timeout: 30 * time.Second},
	}, nil
}

// newBackoff returns the waits between attempts to reach brokers: 100 ms growing to 10 s.
func newBackoff() backoff.Backoff {
	return backoff.Backoff{First: 100 * time.Millisecond, Last: 10 * time.Second}
}

// Write writes a batch and returns nil when all in-sync replicas have acknowledged every record. Redacted records and
// quarantine records keep the partition number of their input; the order within each partition is kept. Partitions are
// written concurrently. Temporary errors are retried until ctx ends. After an error any part of b may have been written.
//
// A record that its topic refuses because of its size or content is no error: it is written in a shorter form or dropped,
// and its position and length go to the quarantine topic.
func (w *Writer) Write(ctx context.Context, b *tokenwarden.Batch) error {
	var wg sync.WaitGroup
	bw := &batchWriter{Writer: w, batch: b}
	errs := make([]error, 2+len(b.Usages))
	put := func(i int, t target, rs []tokenwarden.Message) {
		if len(rs) > 0 {
			wg.Go(func() { errs[i] = w.produce(ctx, t, rs) })
		}
	}
	put(0, bw.redacted(), b.Redacted)
	put(1, bw.quarantine(), b.Quarantine)
	for i, rs := range b.Usages {
		put(2+i, bw.usage(i), rs)
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return bw.writeNotes(ctx)
}

// WriteAlerts writes alerts and returns nil when all in-sync replicas have acknowledged every record. Records with the
// same key go to the same partition: the versions of an alert stay in order.
func (w *Writer) WriteAlerts(ctx context.Context, rs []tokenwarden.Message) error {
	if len(rs) == 0 {
		return nil
	}
	n, err := w.Partitions(ctx, w.Topics.Alerts)
	if err != nil {
		return err
	}
	byPartition := make([][]tokenwarden.Message, n)
	for _, r := range rs {
		p := keyPartition(r.Key, n)
		byPartition[p] = append(byPartition[p], r)
	}
	for p, rs := range byPartition {
		if err := w.produce(ctx, target{w.Topics.Alerts, p, w.refusedAlert}, rs); err != nil {
			return err
		}
	}
	return nil
}

// target is one partition of an output topic.
type target struct {
	topic     string
	partition int
	refused   refuser // nil: a record that is refused is an error
}

// produce writes rs in order, split into requests of at most MaxRequest bytes.
func (w *Writer) produce(ctx context.Context, t target, rs []tokenwarden.Message) error {
	for len(rs) > 0 {
		n, size := 0, 0
		for n < len(rs) && (n == 0 || size+recordSize(&rs[n]) <= w.MaxRequest) {
			size += recordSize(&rs[n])
			n++
		}
		if err := w.send(ctx, t, rs[:n]); err != nil {
			return err
		}
		rs = rs[n:]
	}
	return nil
}

// recordSize returns an upper bound of the encoded size of a record: six varints of at most ten bytes, and the contents.
func recordSize(r *tokenwarden.Message) int {
	n := 60 + len(r.Key) + len(r.Value)
	for i := range r.Headers {
		n += 20 + len(r.Headers[i].Key) + len(r.Headers[i].Value)
	}
	return n
}

// send writes rs. Records that are refused are written in halves; a single one is handed to the target's refuser.
func (w *Writer) send(ctx context.Context, t target, rs []tokenwarden.Message) error {
	class, err := w.attempt(ctx, t, rs)
	if !refusal(class) {
		return err
	}
	if half := len(rs) / 2; half > 0 {
		if err := w.send(ctx, t, rs[:half]); err != nil {
			return err
		}
		return w.send(ctx, t, rs[half:])
	}
	if t.refused == nil {
		return fmt.Errorf("write to topic %s, partition %d on %s (%s): %w", t.topic, t.partition, w.Addr, advice[class], err)
	}
	return t.refused(ctx, t, rs[0], class)
}

// maxRecord is the largest record that is sent at all, in bytes: brokers close a connection whose request exceeds
// socket.request.max.bytes, 100 MiB by default, without an answer.
const maxRecord = 64 << 20

// attempt writes rs as one request and retries until it is acknowledged, ctx ends, or the error is permanent. It returns
// the class of the error.
func (w *Writer) attempt(ctx context.Context, t target, rs []tokenwarden.Message) (class string, err error) {
	if len(rs) == 1 && recordSize(&rs[0]) > maxRecord {
		return "too_large", kafkago.MessageSizeTooLarge
	}
	start := time.Now()
	retry := newBackoff()
	for {
		err := w.produceOnce(ctx, t, rs)
		if err == nil {
			w.Metrics.written(t.topic, rs, time.Since(start))
			return "", nil
		}
		if ctx.Err() != nil {
			return "", fmt.Errorf("write to topic %s, partition %d on %s: %w (last error: %w)",
				t.topic, t.partition, w.Addr, context.Cause(ctx), err)
		}
		class = classify(err)
		w.Metrics.errors.WithLabelValues(class).Inc()
		if refusal(class) {
			return class, err
		}
		if permanent(class) {
			return class, fmt.Errorf("write to topic %s, partition %d on %s (%s): %w", t.topic, t.partition, w.Addr, advice[class], err)
		}
		wait := retry.Next()
		w.Log.Warn("kafka does not take records, trying again",
			"topic", t.topic, "partition", t.partition, "class", class, "attempt", retry.Failures(), "wait", wait, "error", err)
		backoff.Sleep(ctx, wait)
	}
}

// produceOnce makes one attempt.
func (w *Writer) produceOnce(ctx context.Context, t target, rs []tokenwarden.Message) error {
	res, err := w.client.Produce(ctx, &kafkago.ProduceRequest{
		Topic: t.topic, Partition: t.partition, RequiredAcks: kafkago.RequireAll,
		Records: &recordReader{records: rs}, Compression: w.codec,
	})
	if err != nil {
		return err
	}
	return res.Error
}

// Send writes rs in order to one partition of any topic and returns when all in-sync replicas have acknowledged them. A
// record that the topic refuses is an error.
func (w *Writer) Send(ctx context.Context, topic string, partition int, rs []tokenwarden.Message) error {
	return w.produce(ctx, target{topic: topic, partition: partition}, rs)
}
