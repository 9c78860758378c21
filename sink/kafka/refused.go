package kafka

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// refuser handles a single record that its topic refuses because of the record itself, see refusal. nil is the
// acknowledgement: the record, a shorter form of it or nothing was written, and the offset may move on.
type refuser func(ctx context.Context, t target, r tokenwarden.Message, class string) error

// batchWriter writes one batch. What it cannot write as it is becomes a note in the quarantine topic.
type batchWriter struct {
	*Writer
	batch *tokenwarden.Batch

	mu    sync.Mutex
	notes []tokenwarden.Quarantined // of records that were shortened or dropped
}

// note records that a record was not written as it is.
func (b *batchWriter) note(reason string, src tokenwarden.Source, length int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes = append(b.notes, tokenwarden.Quarantined{Time: time.Now().UTC(), Reason: reason, Source: src, Length: length})
}

// writeNotes quarantines the notes and logs them in one line: an attacker chooses how many there are.
func (b *batchWriter) writeNotes(ctx context.Context) error {
	if len(b.notes) == 0 {
		return nil
	}
	first := &b.notes[0]
	b.Log.Error("records were refused by their topics and shortened or dropped; "+
		"the quarantine topic has their positions: raise max.message.bytes",
		"count", len(b.notes), "reason", first.Reason, "source", first.Source.String(), "bytes", first.Length)
	rs := make([]tokenwarden.Message, 0, len(b.notes))
	for i := range b.notes {
		value, err := json.Marshal(&b.notes[i])
		if err != nil { // cannot happen: every field can be encoded
			continue
		}
		rs = append(rs, tokenwarden.Message{Value: value})
	}
	return b.produce(ctx, b.quarantine(), rs)
}

func (b *batchWriter) redacted() target {
	return target{b.Topics.Redacted, int(b.batch.Partition), b.refusedRedacted}
}

func (b *batchWriter) quarantine() target {
	return target{b.Topics.Quarantine, int(b.batch.Partition), b.refusedQuarantine}
}

func (b *batchWriter) usage(partition int) target {
	return target{b.Topics.Usage, partition, b.refusedUsage}
}

// refusedRedacted writes the record without its time, with a note of its length as the value, or with the note and its
// source alone.
func (b *batchWriter) refusedRedacted(ctx context.Context, t target, r tokenwarden.Message, class string) error {
	note := tokenwarden.AppendLengthNote(nil, class, len(r.Value))
	forms := []tokenwarden.Message{
		{Key: r.Key, Headers: r.Headers, Value: note},
		{Headers: r.Headers[max(len(r.Headers)-1, 0):], Value: note}, // the last header is tw-src
		{Value: note},
	}
	if class == "too_large" {
		forms[0].Time = r.Time
	} else { // often a time that the topic does not accept
		whole := tokenwarden.Message{Key: r.Key, Headers: r.Headers, Value: r.Value}
		if written, err := b.writeForm(ctx, t, whole); written || err != nil {
			return err
		}
	}
	b.note("redacted_"+class, b.source(&r), recordSize(&r))
	return b.writeAny(ctx, t, forms)
}

// source returns the source of a redacted record, which its last header holds as topic/partition/offset.
func (b *batchWriter) source(r *tokenwarden.Message) tokenwarden.Source {
	src := tokenwarden.Source{Topic: b.batch.Topic, Partition: b.batch.Partition, Epoch: b.batch.Epoch, Offset: b.batch.FirstOffset}
	if len(r.Headers) > 0 {
		value := r.Headers[len(r.Headers)-1].Value
		if n, err := strconv.ParseInt(string(value[bytes.LastIndexByte(value, '/')+1:]), 10, 64); err == nil {
			src.Offset = n
		}
	}
	return src
}

// refusedQuarantine writes the record without the redacted line.
func (b *batchWriter) refusedQuarantine(ctx context.Context, t target, r tokenwarden.Message, _ string) error {
	var q map[string]any
	var forms []tokenwarden.Message
	if json.Unmarshal(r.Value, &q) == nil {
		q["redacted"] = ""
		if value, err := json.Marshal(q); err == nil {
			forms = append(forms, tokenwarden.Message{Value: value})
		}
	}
	return b.writeAny(ctx, t, forms)
}

// refusedUsage writes the usages of a message in several messages. All usages of one source offset stay in one message:
// detect takes what comes later for repeats. The usages of one offset that are too many are thinned out.
func (b *batchWriter) refusedUsage(ctx context.Context, t target, r tokenwarden.Message, class string) error {
	us, err := tokenwarden.DecodeUsages(nil, r.Value)
	if err != nil || len(us) == 0 {
		b.note("usage_"+class, b.source(&tokenwarden.Message{}), len(r.Value))
		return b.writeAny(ctx, t, nil)
	}
	if at := middleOffset(us); at > 0 && class == "too_large" {
		for _, part := range [][]tokenwarden.Usage{us[:at], us[at:]} {
			if err := b.send(ctx, t, []tokenwarden.Message{encodeUsages(part)}); err != nil {
				return err
			}
		}
		return nil
	}
	b.note("usage_"+class, us[0].Event.Source, len(r.Value))
	if class != "too_large" {
		b.Metrics.usagesDropped.Add(float64(len(us)))
		return b.writeAny(ctx, t, nil)
	}
	return b.thinOut(ctx, t, us)
}

// middleOffset returns the index near the middle of us where another source offset begins, 0 if all have the same.
func middleOffset(us []tokenwarden.Usage) int {
	for d := range len(us) {
		for _, i := range [2]int{len(us)/2 - d, len(us)/2 + d} {
			if i > 0 && i < len(us) && us[i].Event.Source.Offset != us[i-1].Event.Source.Offset {
				return i
			}
		}
	}
	return 0
}

// thinOut writes the usages of one source offset: half of them, a quarter, and so on until the topic accepts the message;
// a single one without its texts. Usages of tokens that are the first of their request are kept longest.
func (b *batchWriter) thinOut(ctx context.Context, t target, us []tokenwarden.Usage) error {
	total := len(us)
	ranked := slices.Clone(us)
	slices.SortStableFunc(ranked, func(x, y tokenwarden.Usage) int { return cmp.Compare(usageRank(&x), usageRank(&y)) })
	for n := total / 2; n > 0; n /= 2 {
		kept := slices.Clone(ranked[:n])
		slices.SortStableFunc(kept, func(x, y tokenwarden.Usage) int { return cmp.Compare(x.Event.Source.Line, y.Event.Source.Line) })
		if written, err := b.writeForm(ctx, t, encodeUsages(kept)); written || err != nil {
			b.Metrics.usagesDropped.Add(float64(total - n))
			return err
		}
	}
	bare := ranked[0]
	e := &bare.Event
	e.UserAgent, e.Target, e.Endpoint, e.Owner, e.Scopes, e.Param, e.Host, e.Claims = "", "", "", "", nil, "", "", tokenwarden.Claims{}
	b.Metrics.usagesDropped.Add(float64(total - 1))
	return b.writeAny(ctx, t, []tokenwarden.Message{encodeUsages([]tokenwarden.Usage{bare})})
}

// usageRank orders usages by what would be missed most.
func usageRank(u *tokenwarden.Usage) int {
	switch {
	case u.Subject.Kind != tokenwarden.SubjectToken:
		return 2
	case !u.Event.FirstInRequest:
		return 1
	}
	return 0
}

func encodeUsages(us []tokenwarden.Usage) tokenwarden.Message {
	value := tokenwarden.AppendUsageHeader(nil, us[0].Event.Source)
	var scratch []byte
	for i := range us {
		value, scratch = tokenwarden.AppendUsage(value, scratch, us[i].Subject, &us[i].Event)
	}
	return tokenwarden.Message{Value: value}
}

// writeAny writes the first form that the topic accepts. If it accepts none the record is dropped and counted.
func (w *Writer) writeAny(ctx context.Context, t target, forms []tokenwarden.Message) error {
	for _, r := range forms {
		written, err := w.writeForm(ctx, t, r)
		if written {
			w.Metrics.replaced.WithLabelValues(t.topic).Inc()
		}
		if written || err != nil {
			return err
		}
	}
	w.Metrics.dropped.WithLabelValues(t.topic).Inc()
	w.Log.Error("a record is refused in every form and was dropped", "topic", t.topic, "partition", t.partition)
	return nil
}

// writeForm writes one record and reports whether the topic accepts it.
func (w *Writer) writeForm(ctx context.Context, t target, r tokenwarden.Message) (written bool, err error) {
	class, err := w.attempt(ctx, t, []tokenwarden.Message{r})
	if refusal(class) {
		return false, nil
	}
	return err == nil, err
}
