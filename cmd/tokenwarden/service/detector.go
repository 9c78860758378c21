package service

import (
	"context"
	"fmt"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// maxPending is the number of pending rows of a partition that makes a checkpoint due at once. It bounds memory: a pending
// event takes about 1 KB, so a partition holds 50 MB at most.
const maxPending = 50_000

// detectWorker applies the usages of one partition to profiles and writes a checkpoint every few seconds. It is a
// kafka.Worker.
type detectWorker struct {
	*Service
	partition      *detect.Partition
	set            *lists.Set           // in force in this partition; nil until the first Handle
	position       tokenwarden.Position // of the last message applied
	written        tokenwarden.Position // of the last checkpoint
	checkpoint     tokenwarden.Checkpoint
	last           time.Time         // wall clock of the last checkpoint
	suppressed     map[string]uint64 // what the metric counts so far, by rule
	coverageLogged bool              // logCoverage has run since the last change of lists
	usages         []tokenwarden.Usage
	ends           []int                                        // by message: index in usages after its last one
	stored         map[tokenwarden.Subject]*tokenwarden.Profile // read for this fetch; nil if the store has none
}

func newDetectWorker(s *Service) *detectWorker {
	return &detectWorker{Service: s, partition: s.engine.NewPartition(), stored: map[tokenwarden.Subject]*tokenwarden.Profile{},
		suppressed: map[string]uint64{}}
}

// Start resumes after the last checkpoint in ClickHouse, not after the offset in Kafka, which is committed later and may lag.
func (w *detectWorker) Start(ctx context.Context, a kafka.Assignment) (int64, error) {
	w.last = time.Now()
	last, found, err := w.store.Checkpoint(ctx, a.Topic, a.Partition)
	if err != nil {
		return 0, fmt.Errorf("read the checkpoint of %s/%d: %w", a.Topic, a.Partition, err)
	}
	w.checkpoint.Topic = a.Topic
	offset, pos := a.Offset, last.Position
	if found && (a.Epoch == 0 || a.Epoch == pos.Epoch) {
		offset = pos.Offset + 1
	} else {
		pos = tokenwarden.Position{Partition: a.Partition, Epoch: a.Epoch, Offset: a.Offset - 1}
	}
	last.Position = pos
	w.partition.Resume(&last)
	w.position, w.written = pos, pos
	w.log.Info("detect takes up a usage partition", "partition", a.Partition, "offset", offset,
		"epoch", pos.Epoch, "sources", len(last.SourceOffsets))
	return offset, nil
}

// Handle applies messages, and writes a checkpoint when it is due. The strings of usages point into the messages, which
// therefore stay in memory until the checkpoint.
func (w *detectWorker) Handle(ctx context.Context, ms []kafka.Message) (int64, error) {
	commit := int64(-1)
	if set := w.lists.get(); set != w.set {
		var err error
		if commit, err = w.applyLists(ctx, set); err != nil {
			return -1, err
		}
	}
	w.decode(ms)
	if err := w.loadProfiles(ctx); err != nil {
		return -1, err
	}
	from := 0
	for i, to := range w.ends {
		w.position.Offset = ms[i].NextOffset() - 1
		w.restore(w.partition.Begin(w.position, w.usages[from:to]))
		w.metrics.add(w.partition.Apply())
		from = to
	}
	w.metrics.profiles(w.position.Partition, w.partition.Profiles())
	w.logCoverage()
	if w.partition.Pending() < maxPending && time.Since(w.last) < w.c.Detect.Checkpoint {
		return commit, nil
	}
	return w.save(ctx)
}

// decode fills usages and ends. It counts, logs and skips a message that it cannot decode.
func (w *detectWorker) decode(ms []kafka.Message) {
	w.usages, w.ends = w.usages[:0], w.ends[:0]
	for i := range ms {
		n := len(w.usages)
		var err error
		if w.usages, err = tokenwarden.DecodeUsages(w.usages, ms[i].Value); err != nil {
			w.metrics.undecoded.Inc()
			w.log.Error("a usage message was skipped", "partition", w.position.Partition, "offset", ms[i].Offset, "error", err)
			w.usages = w.usages[:n]
		}
		w.ends = append(w.ends, len(w.usages))
	}
}

// loadProfiles reads, with one query, the profiles of this fetch that are not in memory.
func (w *detectWorker) loadProfiles(ctx context.Context) error {
	clear(w.stored)
	var missing []tokenwarden.Subject
	for i := range w.usages {
		s := w.usages[i].Subject
		if _, asked := w.stored[s]; !asked && !w.partition.Resident(s) {
			w.stored[s] = nil
			missing = append(missing, s)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	start := time.Now()
	profiles, err := w.store.Profiles(ctx, missing)
	if err != nil {
		return fmt.Errorf("read profiles: %w", err)
	}
	for i := range profiles {
		w.stored[profiles[i].Subject] = &profiles[i]
	}
	w.metrics.lookup.Observe(time.Since(start).Seconds())
	return nil
}

// restore passes profiles that loadProfiles has read to the partition. It has read all of missing: Hold kept the others in
// memory.
func (w *detectWorker) restore(missing []tokenwarden.Subject) {
	for _, s := range missing {
		if p := w.stored[s]; p != nil {
			w.partition.Restore([]tokenwarden.Profile{*p})
		}
	}
}

// save writes what changed since the last checkpoint and returns the offset to commit, -1 if nothing changed.
func (w *detectWorker) save(ctx context.Context) (int64, error) {
	start := time.Now()
	w.last = start
	if w.position == w.written {
		return -1, nil
	}
	w.partition.Checkpoint(&w.checkpoint)
	if err := w.write(ctx, &w.checkpoint); err != nil {
		return -1, err
	}
	w.partition.Committed()
	w.written = w.position
	w.last = time.Now()
	w.metrics.checkpoint.Observe(w.last.Sub(start).Seconds())
	for rule, n := range w.partition.Suppressed() {
		w.metrics.suppressed.WithLabelValues(rule).Add(float64(n - w.suppressed[rule]))
		w.suppressed[rule] = n
	}
	return w.position.Offset + 1, nil
}

// write makes c durable in all sinks and counts its alerts.
func (w *detectWorker) write(ctx context.Context, c *tokenwarden.Checkpoint) error {
	if err := w.sink.Write(ctx, c); err != nil {
		return err
	}
	w.health.set("clickhouse", "")
	for i := range c.Alerts {
		w.metrics.alert(&c.Alerts[i])
	}
	return nil
}

// coverageEvents is how many events of a partition logCoverage waits for.
const coverageEvents = 1000

// logCoverage logs the rules that need a field which no event carried, once coverageEvents events were applied.
func (w *detectWorker) logCoverage() {
	if w.coverageLogged {
		return
	}
	c := w.partition.Coverage()
	if c.Events < coverageEvents {
		return
	}
	w.coverageLogged = true
	w.metrics.unobservable.Reset()
	for _, u := range w.partition.Unobservable() {
		w.metrics.unobservable.WithLabelValues(u.Rule).Set(1)
		w.log.Warn("a rule can see nothing in these logs", "partition", w.position.Partition, "rule", u.Rule, "reason", u.Reason)
	}
}

// Stop writes a last checkpoint, so that the next owner of the partition has nothing to repeat.
func (w *detectWorker) Stop(ctx context.Context) (int64, error) { return w.save(ctx) }
