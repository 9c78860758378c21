package main

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// eachOfTopic calls line for every event of what the topic holds now, ordered by time, then by source: partitions are read
// side by side, and the same topic must give the same alerts.
func (r *replay) eachOfTopic(ctx context.Context, line func(src tokenwarden.Source, res ingest.Result) error) error {
	events, err := r.readTopic(ctx)
	if err != nil {
		return err
	}
	for i := range events {
		if err := line(events[i].Source, ingest.Result{Events: events[i : i+1]}); err != nil {
			return err
		}
	}
	return nil
}

func (r *replay) readTopic(ctx context.Context) ([]tokenwarden.Event, error) {
	conn, err := r.config.KafkaConn()
	if err != nil {
		return nil, err
	}
	whole, done := context.WithCancel(ctx)
	defer done()
	t := topicReader{options: r.options, topic: r.topic, now: time.Now(), processors: map[int32]*ingest.Processor{}}
	k := r.config.Kafka
	o := kafka.Options{
		Conn: conn, Topics: []string{r.topic}, Session: k.Session, MaxWait: k.FetchWait, MaxBytes: k.FetchBytes,
		Log: slog.New(slog.NewTextHandler(r.err, nil)), Metrics: kafka.NewMetrics(prometheus.NewRegistry()),
	}
	if err := kafka.Tail(whole, o, t.messages, done); err != nil {
		return nil, err
	}
	if err := cmp.Or(ctx.Err(), t.err); err != nil {
		return nil, err
	}
	slices.SortStableFunc(t.events, func(a, b tokenwarden.Event) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Source.Partition, b.Source.Partition), cmp.Compare(a.Source.Offset, b.Source.Offset))
	})
	return t.events, nil
}

// topicReader collects the events of a topic's messages.
type topicReader struct {
	options    ingest.Options
	topic      string
	now        time.Time
	processors map[int32]*ingest.Processor // by partition: each may be of another format
	events     []tokenwarden.Event
	buf        []byte
	err        error
}

func (t *topicReader) messages(partition int32, ms []kafka.Message) {
	p := t.processors[partition]
	if p == nil {
		if p, t.err = ingest.NewProcessor(t.options); t.err != nil {
			return
		}
		t.processors[partition] = p
	}
	for i := range ms {
		src := tokenwarden.Source{Topic: t.topic, Partition: partition, Offset: ms[i].Offset}
		for text := range ingest.Lines(ms[i].Value) {
			var res ingest.Result
			t.buf, res = p.Process(t.buf[:0], ingest.Line{Text: text, Headers: ms[i].Headers, Source: src, Now: t.now, Arrived: ms[i].Time})
			for k := range res.Events {
				t.events = append(t.events, res.Events[k].Clone())
			}
			t.events = withAllEvents(p, ingest.Result{Events: t.events, Requests: res.Requests}).Events
			src.Line += int64(max(res.Requests, 1))
		}
	}
}
