package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// Handler returns nil when everything in b is durable. b is the worker's again then.
type Handler func(ctx context.Context, b *tokenwarden.Batch) error

// maxUsage is how many bytes of usages share one Kafka message. It stays well below max.message.bytes.
const maxUsage = 384 << 10

// Prober tests the Processor of a Worker between two lines: canary.Prober.
type Prober interface {
	// Observe is called after each line, when res is used up. It may call the Processor.
	Observe(line []byte, res Result, now time.Time)
}

// Worker processes one input partition: messages become a batch, the batch becomes durable, the offset is
// committed. It is a kafka.Worker.
type Worker struct {
	Prober Prober // nil for none; set it before Start

	processor *Processor
	write     Handler
	batch     tokenwarden.Batch
	usages    []usages
	out       []byte // redacted lines, headers and quarantine records of the batch
	heads     []tokenwarden.Header
	scratch   []byte
	subjects  []tokenwarden.Subject
	sourceKey []byte // "topic/partition/"
	format    formatGauge
}

// usages collects one usage partition's share of a batch.
type usages struct {
	buf  []byte
	done []tokenwarden.Message
}

// NewWorker returns a Worker that spreads usages over the given number of usage partitions.
func NewWorker(p *Processor, usagePartitions int, write Handler) *Worker {
	return &Worker{processor: p, write: write, usages: make([]usages, usagePartitions)}
}

// Start begins a partition.
func (w *Worker) Start(_ context.Context, a kafka.Assignment) (int64, error) {
	w.batch = tokenwarden.Batch{Topic: a.Topic, Partition: a.Partition, Epoch: a.Epoch, NextOffset: a.Offset}
	w.sourceKey = append(strconv.AppendInt(append(append(w.sourceKey[:0], a.Topic...), '/'), int64(a.Partition), 10), '/')
	w.format.topic, w.format.partition = a.Topic, strconv.Itoa(int(a.Partition))
	return a.Offset, nil
}

// Handle returns when the messages are redacted, forwarded and handed to detect, durably.
func (w *Worker) Handle(ctx context.Context, ms []kafka.Message) (int64, error) {
	if len(ms) == 0 {
		return -1, nil
	}
	start := time.Now()
	w.reset(ms)
	for i := range ms {
		w.message(&ms[i], start)
	}
	w.finish(ms[len(ms)-1].Offset + 1)
	if err := w.write(ctx, &w.batch); err != nil {
		return -1, err
	}
	w.processor.Flush()
	if m := w.processor.metrics; m != nil {
		m.batch.Observe(time.Since(start).Seconds())
		w.format.update(m, w.processor)
	}
	return w.batch.NextOffset, nil
}

// Stop ends a partition. Nothing is pending between calls of Handle.
func (w *Worker) Stop(context.Context) (int64, error) {
	w.processor.Flush()
	if m := w.processor.metrics; m != nil {
		w.format.remove(m)
	}
	return -1, nil
}

// reset makes room for what the messages will become, so that nothing has to grow on the way.
func (w *Worker) reset(ms []kafka.Message) {
	size := 0
	for i := range ms {
		size += len(ms[i].Value) + len(w.sourceKey) + 20
	}
	b := &w.batch
	b.FirstOffset, b.Redacted, b.Quarantine = ms[0].Offset, slices.Grow(b.Redacted[:0], len(ms)), b.Quarantine[:0]
	w.out, w.heads = slices.Grow(w.out[:0], size+size/8), slices.Grow(w.heads[:0], len(ms))
	for i := range w.usages {
		w.usages[i].buf, w.usages[i].done = w.usages[i].buf[:0], w.usages[i].done[:0]
	}
}

// SourceHeader names the header by which readers of the redacted topic can drop repeats: topic/partition/offset of
// the original message.
const SourceHeader = "tw-src"

func (w *Worker) message(m *kafka.Message, now time.Time) {
	src := tokenwarden.Source{Topic: w.batch.Topic, Partition: w.batch.Partition, Epoch: w.batch.Epoch, Offset: m.Offset}
	r := tokenwarden.Message{Key: w.processor.Clean(m.Key), Time: m.Time, Headers: w.headers(m)}
	if m.Value != nil {
		r.Value = w.lines(m, src, now)
	}
	w.batch.Redacted = append(w.batch.Redacted, r)
	for i := range w.usages { // a message's usages share one Kafka message, because marks rise with it
		if len(w.usages[i].buf) >= maxUsage {
			w.usages[i].close()
		}
	}
}

// lines redacts a message's value: usually one line, sometimes several.
func (w *Worker) lines(m *kafka.Message, src tokenwarden.Source, now time.Time) []byte {
	start := len(w.out)
	if len(m.Value) == 0 {
		w.processor.counts.addLine(0)
	}
	for rest := m.Value; len(rest) > 0; src.Line++ {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line = rest[:i+1]
		}
		rest = rest[len(line):]
		var res Result
		from := len(w.out)
		w.out, res = w.processor.Process(w.out, line, src, now, m.Time)
		for i := range res.Events {
			w.use(&res.Events[i], src)
		}
		if res.Reason != "" {
			w.quarantine(res.Reason, src, w.out[from:], len(line), now)
		}
		if w.Prober != nil {
			w.Prober.Observe(line, res, now)
		}
	}
	return w.out[start:len(w.out):len(w.out)]
}

// use hands an event to the partitions of its subjects.
func (w *Worker) use(e *tokenwarden.Event, src tokenwarden.Source) {
	w.subjects = tokenwarden.AppendSubjects(w.subjects[:0], e)
	for _, s := range w.subjects {
		w.add(s, e, src)
	}
}

func (w *Worker) add(s tokenwarden.Subject, e *tokenwarden.Event, src tokenwarden.Source) {
	u := &w.usages[s.Partition(len(w.usages))]
	if len(u.buf) == 0 {
		u.buf = tokenwarden.AppendUsageHeader(u.buf, src)
	}
	u.buf, w.scratch = tokenwarden.AppendUsage(u.buf, w.scratch, s, e)
}

func (u *usages) close() {
	if len(u.buf) > 0 {
		u.done = append(u.done, tokenwarden.Message{Value: bytes.Clone(u.buf)})
		u.buf = u.buf[:0]
	}
}

func (w *Worker) finish(next int64) {
	w.batch.NextOffset = next
	w.batch.Usages = w.batch.Usages[:0]
	for i := range w.usages {
		w.usages[i].close()
		w.batch.Usages = append(w.batch.Usages, w.usages[i].done)
	}
}

func (w *Worker) headers(m *kafka.Message) []tokenwarden.Header {
	from := len(w.heads)
	for _, h := range m.Headers {
		if h.Key != SourceHeader {
			w.heads = append(w.heads, tokenwarden.Header{Key: h.Key, Value: w.processor.Clean(h.Value)})
		}
	}
	start := len(w.out)
	w.out = strconv.AppendInt(append(w.out, w.sourceKey...), m.Offset, 10)
	w.heads = append(w.heads, tokenwarden.Header{Key: SourceHeader, Value: w.out[start:len(w.out):len(w.out)]})
	return w.heads[from:len(w.heads):len(w.heads)]
}

// Quarantined is a record of the quarantine topic: what was wrong with a line, where it was, and the line as it was
// forwarded, which is redacted or masked whole.
type Quarantined struct {
	Time     time.Time          `json:"time"` // when it was noticed
	Reason   string             `json:"reason"`
	Source   tokenwarden.Source `json:"source"`
	Length   int                `json:"length"` // bytes of the original line
	Redacted string             `json:"redacted"`
}

// maxQuarantined is how many bytes of a redacted line a quarantine record shows.
const maxQuarantined = 4096

func (w *Worker) quarantine(reason string, src tokenwarden.Source, redacted []byte, length int, now time.Time) {
	redacted = bytes.TrimRight(redacted, "\r\n")
	q := Quarantined{Time: now.UTC(), Reason: reason, Source: src, Length: length, Redacted: truncate(string(redacted), maxQuarantined)}
	value, err := json.Marshal(q)
	if err != nil { // cannot happen: every field can be encoded
		value = []byte(`{"reason":"` + reason + `"}`)
	}
	w.batch.Quarantine = append(w.batch.Quarantine, tokenwarden.Message{Value: value})
}
