package kafka

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden/internal/backoff"
)

// partition is one assigned partition in one generation of the group.
type partition struct {
	*group
	gen       *kafkago.Generation
	topic     string
	id        int
	epoch     uint32
	committed int64
}

// run processes the partition until the generation ends. A call of the worker in progress then has one session to end.
func (p *partition) run(gen context.Context) error {
	ctx, cancel := withGrace(gen, p.Session)
	defer cancel()
	a, err := p.locate(gen)
	if err != nil {
		return err
	}
	w := p.newWorker()
	offset, err := w.Start(gen, a)
	if err != nil {
		return err
	}
	p.committed = a.Offset
	err = p.loop(gen, ctx, w, offset)
	commit, stopErr := w.Stop(ctx)
	if stopErr == nil {
		p.commit(ctx, commit)
	}
	return errors.Join(err, stopErr)
}

func (p *partition) loop(gen, ctx context.Context, w Worker, offset int64) error {
	var f fetcher
	defer f.close()
	retry := newBackoff()
	for gen.Err() == nil {
		end, err := f.fetch(gen, p, offset)
		for more := err == nil; more && gen.Err() == nil; {
			var ms []Message
			ms, more, err = f.portion()
			commit, failed := w.Handle(ctx, ms)
			if failed != nil {
				return failed
			}
			offset = f.offset
			p.observe(ms)
			p.Metrics.lag.WithLabelValues(p.topic, strconv.Itoa(p.id)).Set(float64(max(end-offset, 0)))
			p.commit(ctx, commit)
		}
		if err == nil {
			retry.Reset()
		} else if offset, err = p.retryAfter(gen, offset, err, &retry); err != nil {
			return err
		}
	}
	return nil
}

// retryAfter waits after a failed fetch and returns the offset to fetch next, which differs from offset only when
// retention deleted it. It returns an error when the partition lost messages that were read before.
func (p *partition) retryAfter(ctx context.Context, offset int64, err error, retry *backoff.Backoff) (int64, error) {
	if ctx.Err() != nil {
		return offset, nil
	}
	p.Metrics.errors.WithLabelValues("fetch").Inc()
	if errors.Is(err, kafkago.OffsetOutOfRange) {
		first, last, err := p.bounds(ctx)
		if err == nil && offset < first {
			p.expired(offset, first)
			return first, nil
		}
		if err == nil && offset > last {
			return offset, fmt.Errorf("%s/%d ended at offset %d but was read up to %d: "+
				"it was deleted and created again, or lost data; restart to read it from its beginning",
				p.topic, p.id, last, offset)
		}
	}
	wait := retry.Next()
	p.Log.Warn("kafka partition is not available, trying again",
		"topic", p.topic, "partition", p.id, "offset", offset, "wait", wait, "error", err)
	backoff.Sleep(ctx, wait)
	return offset, nil
}

func (p *partition) expired(from, to int64) {
	p.Metrics.skipped.WithLabelValues(p.topic).Add(float64(to - from))
	p.Log.Error("messages were deleted by the topic's retention before they were read: raise retention or add capacity",
		"topic", p.topic, "partition", p.id, "from", from, "to", to)
}

// observe counts the messages of a portion and logs those that were skipped.
func (p *partition) observe(ms []Message) {
	p.Metrics.messages.WithLabelValues(p.topic).Add(float64(len(ms)))
	for i := range ms {
		if s := ms[i].Skipped; s != nil {
			p.Metrics.unreadable.WithLabelValues(p.topic, string(s.Reason)).Add(float64(s.Last - ms[i].Offset + 1))
			p.Log.Error("messages cannot be read and were skipped", "topic", p.topic, "partition", p.id,
				"reason", string(s.Reason), "offset", ms[i].Offset, "last", s.Last, "bytes", s.Length)
		}
	}
}

// withGrace returns a context that ends d after parent.
func withGrace(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(parent))
	stop := context.AfterFunc(parent, func() {
		t := time.AfterFunc(d, cancel)
		context.AfterFunc(ctx, func() { t.Stop() })
	})
	return ctx, func() { stop(); cancel() }
}
