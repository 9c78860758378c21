package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Handler makes a batch durable: nil is the acknowledgement. b belongs to the Worker again when it returns.
type Handler func(ctx context.Context, b *tokenwarden.Batch) error

const (
	// maxUsage bounds the usages that share one Kafka message, in bytes, well below the broker's max.message.bytes (1 MiB).
	// What one input message adds to a partition beyond it is dropped and counted.
	maxUsage = 384 << 10
	// maxBatchUsage bounds the usages of a batch, in bytes. Handle makes several batches of messages that have more.
	maxBatchUsage = 16 << 20
	// maxQuarantine bounds the quarantine records of one message, which may be of a million bad lines.
	maxQuarantine = 64
)

// Prober tests the Processor of a Worker between two lines: canary.Prober.
type Prober interface {
	// Observe is called after each line, when res is used up. It may call the Processor.
	Observe(line []byte, res Result, now time.Time)
}

// Worker processes one input partition: messages become a batch, the batch becomes durable, the offset is
// committed. It is a kafka.Worker.
type Worker struct {
	Prober Prober       // nil for none; set it before Start
	Log    *slog.Logger // nil for none; set it before Start

	processor *Processor
	write     Handler
	batch     tokenwarden.Batch
	usages    []usageBuffer // by usage partition
	out       []byte        // redacted lines and headers of the batch
	headers   []tokenwarden.Header
	scratch   []byte
	subjects  []tokenwarden.Subject
	sourceKey []byte // "topic/partition/"
	format    formatGauge

	usageBytes  int // of the batch
	dropped     int // usages of the message at hand
	quarantined int // lines of the message at hand
}

// usageBuffer collects the usages of a batch for one usage partition. The usages of one input message stay in one Kafka
// message: the high-water mark of its source rises with it.
type usageBuffer struct {
	open  []byte // the Kafka message that is being filled
	start int    // where the input message at hand starts in open; 0 before it has any usage
	full  []tokenwarden.Message
}

// NewWorker returns a Worker for one partition after the other. Its usages are spread over usagePartitions; write makes
// its batches durable.
func NewWorker(p *Processor, usagePartitions int, write Handler) *Worker {
	return &Worker{processor: p, write: write, usages: make([]usageBuffer, usagePartitions)}
}

// Start begins a partition at the committed offset.
func (w *Worker) Start(_ context.Context, a kafka.Assignment) (int64, error) {
	w.batch = tokenwarden.Batch{Topic: a.Topic, Partition: a.Partition, Epoch: a.Epoch, NextOffset: a.Offset}
	w.sourceKey = append(strconv.AppendInt(append(append(w.sourceKey[:0], a.Topic...), '/'), int64(a.Partition), 10), '/')
	w.format.topic, w.format.partition = a.Topic, strconv.Itoa(int(a.Partition))
	return a.Offset, nil
}

// Handle redacts the messages and returns the offset to commit when they are durable. -1 commits nothing.
func (w *Worker) Handle(ctx context.Context, ms []kafka.Message) (int64, error) {
	next := int64(-1)
	for len(ms) > 0 {
		n, err := w.handleBatch(ctx, ms)
		if err != nil {
			return -1, err
		}
		next, ms = w.batch.NextOffset, ms[n:]
	}
	return next, nil
}

// handleBatch makes the first messages durable, usually all of them, and returns their number.
func (w *Worker) handleBatch(ctx context.Context, ms []kafka.Message) (int, error) {
	start, n := time.Now(), 0
	w.resetBatch(ms)
	for w.usageBytes = 0; n < len(ms) && w.usageBytes < maxBatchUsage; n++ {
		w.addMessage(&ms[n], start)
	}
	w.finishBatch(ms[n-1].NextOffset())
	if err := w.write(ctx, &w.batch); err != nil {
		return 0, err
	}
	w.processor.Flush()
	if m := w.processor.metrics; m != nil {
		m.batch.Observe(time.Since(start).Seconds())
		w.format.update(m, w.processor)
	}
	return n, nil
}

// Stop ends a partition. Nothing is pending between calls of Handle.
func (w *Worker) Stop(context.Context) (int64, error) {
	w.processor.Flush()
	if m := w.processor.metrics; m != nil {
		w.format.remove(m)
	}
	return -1, nil
}

// resetBatch empties the batch and reserves memory for the output of ms, an eighth more than the input.
func (w *Worker) resetBatch(ms []kafka.Message) {
	size := 0
	for i := range ms {
		size += len(ms[i].Value) + len(w.sourceKey) + 20
	}
	b := &w.batch
	b.FirstOffset, b.Redacted, b.Quarantine = ms[0].Offset, slices.Grow(b.Redacted[:0], len(ms)), b.Quarantine[:0]
	w.out, w.headers = slices.Grow(w.out[:0], size+size/8), slices.Grow(w.headers[:0], len(ms))
	for i := range w.usages {
		u := &w.usages[i]
		u.open, u.start, u.full = u.open[:0], 0, u.full[:0]
	}
}

// SourceHeader is the key of the header that holds topic/partition/offset of the original message. Readers of the redacted
// topic can drop repeats by it.
const SourceHeader = "tw-src"

// addMessage adds one message of the redacted topic to the batch, and the usages of its events.
func (w *Worker) addMessage(m *kafka.Message, now time.Time) {
	src := tokenwarden.Source{Topic: w.batch.Topic, Partition: w.batch.Partition, Epoch: w.batch.Epoch, Offset: m.Offset}
	r := tokenwarden.Message{Key: w.processor.Clean(m.Key), Time: m.Time, Headers: w.messageHeaders(m)}
	w.dropped, w.quarantined = 0, 0
	for i := range w.usages {
		w.usages[i].start = len(w.usages[i].open)
	}
	switch {
	case m.Skipped != nil:
		r.Value = w.skippedValue(m.Skipped, src, now)
	case m.Value != nil:
		r.Value = w.redactValue(m, src, now)
	}
	w.batch.Redacted = append(w.batch.Redacted, r)
	if w.dropped > 0 {
		w.processor.counts.addCut(cutUsages, w.dropped)
		w.warn("a message has more uses of credentials than one usage record holds; the rest is redacted and not watched",
			"source", src, "dropped", w.dropped)
	}
	if more := w.quarantined - maxQuarantine; more > 0 {
		w.processor.counts.addCut(cutQuarantine, more)
	}
}

func (w *Worker) warn(text string, args ...any) {
	if w.Log != nil {
		w.Log.Warn(text, args...)
	}
}

// skippedValue returns a note of the length of what was not read, and quarantines its position.
func (w *Worker) skippedValue(s *kafka.Skipped, src tokenwarden.Source, now time.Time) []byte {
	w.quarantine(&tokenwarden.Quarantined{Time: now.UTC(), Reason: string(s.Reason), Source: src, Length: s.Length})
	return tokenwarden.AppendLengthNote(nil, string(s.Reason), s.Length)
}

// redactValue returns the redacted value of a message: usually one line, sometimes several.
func (w *Worker) redactValue(m *kafka.Message, src tokenwarden.Source, now time.Time) []byte {
	start := len(w.out)
	if len(m.Value) == 0 {
		w.processor.counts.addLine(0)
	}
	lines := newMessageLines(m.Value)
	for line := lines.next(); len(line) > 0; line = lines.next() {
		var res Result
		from := len(w.out)
		w.out, res = w.processor.Process(w.out, Line{Text: line, Headers: m.Headers, Source: src, Now: now, Arrived: m.Time})
		q := tokenwarden.Quarantined{Time: now.UTC(), Source: src, Length: len(line)}
		w.addResult(&res, &q, w.out[from:])
		for i := range res.Requests {
			of := w.processor.Request(i)
			w.addResult(&of, &q, w.out[from:])
			q.Source.Line++
		}
		if w.Prober != nil {
			w.Prober.Observe(line, res, now)
		}
		src.Line += int64(max(res.Requests, 1))
	}
	return w.out[start:len(w.out):len(w.out)]
}

// addResult adds the events of a line, or of a request of it, to the batch. If it is to be quarantined it completes q.
func (w *Worker) addResult(res *Result, q *tokenwarden.Quarantined, redacted []byte) {
	for i := range res.Events {
		w.addEvent(&res.Events[i], q.Source)
	}
	if res.Reason != "" {
		q.Reason, q.Redacted = res.Reason, truncate(record.String(TrimEnding(redacted)), maxQuarantined)
		w.quarantine(q)
	}
}

// addEvent adds a usage to the partition of each of the event's subjects.
func (w *Worker) addEvent(e *tokenwarden.Event, src tokenwarden.Source) {
	w.subjects = tokenwarden.AppendSubjects(w.subjects[:0], e)
	for _, s := range w.subjects {
		w.addUsage(s, e, src)
	}
}

// addUsage adds a usage, or drops it if its message has too many.
func (w *Worker) addUsage(s tokenwarden.Subject, e *tokenwarden.Event, src tokenwarden.Source) {
	u := &w.usages[s.Partition(len(w.usages))]
	if len(u.open) == 0 {
		u.open = tokenwarden.AppendUsageHeader(u.open, src)
		u.start = 0
	}
	before := len(u.open)
	u.open, w.scratch = tokenwarden.AppendUsage(u.open, w.scratch, s, e)
	if len(u.open) > maxUsage && u.start > 0 {
		before -= u.finishEarlier(src)
	}
	if len(u.open) > maxUsage && before > 0 {
		u.open = u.open[:before]
		w.dropped++
		return
	}
	w.usageBytes += len(u.open) - before
}

// finishEarlier turns what earlier input messages have in the open bytes into a Kafka message, leaves what the one at
// hand has, and returns by how much the open bytes became shorter.
func (u *usageBuffer) finishEarlier(src tokenwarden.Source) int {
	u.full = append(u.full, tokenwarden.Message{Value: bytes.Clone(u.open[:u.start])})
	size := len(u.open)
	latest := bytes.Clone(u.open[u.start:])
	u.open = append(tokenwarden.AppendUsageHeader(u.open[:0], src), latest...)
	u.start = 0
	return size - len(u.open)
}

// finishMessage turns the open bytes into a message.
func (u *usageBuffer) finishMessage() {
	if len(u.open) > 0 {
		u.full = append(u.full, tokenwarden.Message{Value: bytes.Clone(u.open)})
		u.open, u.start = u.open[:0], 0
	}
}

func (w *Worker) finishBatch(next int64) {
	w.batch.NextOffset = next
	w.batch.Usages = w.batch.Usages[:0]
	for i := range w.usages {
		w.usages[i].finishMessage()
		w.batch.Usages = append(w.batch.Usages, w.usages[i].full)
	}
}

func (w *Worker) messageHeaders(m *kafka.Message) []tokenwarden.Header {
	from := len(w.headers)
	for _, h := range m.Headers {
		if h.Key != SourceHeader {
			w.headers = append(w.headers, w.processor.CleanHeader(tokenwarden.Header{Key: h.Key, Value: h.Value}))
		}
	}
	start := len(w.out)
	w.out = strconv.AppendInt(append(w.out, w.sourceKey...), m.Offset, 10)
	w.headers = append(w.headers, tokenwarden.Header{Key: SourceHeader, Value: w.out[start:len(w.out):len(w.out)]})
	return w.headers[from:len(w.headers):len(w.headers)]
}

// maxQuarantined is how many bytes of the redacted line a quarantine message holds.
const maxQuarantined = 4096

// quarantine adds a record to the batch unless its message has enough of them.
func (w *Worker) quarantine(q *tokenwarden.Quarantined) {
	if w.quarantined++; w.quarantined > maxQuarantine {
		return
	}
	value, err := json.Marshal(q)
	if err != nil { // cannot happen: every field can be encoded
		value = []byte(`{"reason":"` + q.Reason + `"}`)
	}
	w.batch.Quarantine = append(w.batch.Quarantine, tokenwarden.Message{Value: value})
}
