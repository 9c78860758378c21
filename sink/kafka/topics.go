package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/tokenwarden/tokenwarden/internal/backoff"
)

// Topic describes a topic to create or to check.
type Topic struct {
	Name        string
	Partitions  int  // of a new topic; the least of an existing one if Exact is set
	Exact       bool // Missing reports fewer partitions
	Replication int  // of a new topic; -1 is the cluster's default
	Config      map[string]string
}

// Partitions returns the number of partitions of a topic. It asks the cluster once, retrying until ctx ends, and returns
// the same number from then on: keyed records stay in their partitions when the topic grows.
func (w *Writer) Partitions(ctx context.Context, topic string) (int, error) {
	w.mu.Lock()
	n := w.partitions[topic]
	w.mu.Unlock()
	if n > 0 {
		return n, nil
	}
	counts, err := w.Describe(ctx, []string{topic})
	if err != nil {
		return 0, err
	}
	if counts[topic] == 0 {
		return 0, fmt.Errorf("topic %s does not exist: start with --init or create it", topic)
	}
	w.mu.Lock()
	w.partitions[topic] = counts[topic]
	w.mu.Unlock()
	return counts[topic], nil
}

// Describe returns the number of partitions of each topic that exists. It retries until ctx ends.
func (w *Writer) Describe(ctx context.Context, names []string) (map[string]int, error) {
	retry := newBackoff()
	for {
		counts, err := w.describe(ctx, names)
		if err == nil {
			return counts, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		w.Metrics.errors.WithLabelValues(classify(err)).Inc()
		wait := retry.Next()
		w.Log.Warn("kafka is not available, trying again", "attempt", retry.Failures(), "wait", wait, "error", err)
		backoff.Sleep(ctx, wait)
	}
}

func (w *Writer) describe(ctx context.Context, names []string) (map[string]int, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	res, err := w.client.Metadata(ctx, &kafkago.MetadataRequest{Topics: names})
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, t := range res.Topics {
		switch {
		case t.Error == nil:
			counts[t.Name] = len(t.Partitions)
		case errors.Is(t.Error, kafkago.UnknownTopicOrPartition):
		default:
			return nil, t.Error
		}
	}
	return counts, nil
}

// Missing returns one sentence for each topic that does not exist or has too few partitions.
func (w *Writer) Missing(ctx context.Context, want []Topic) ([]string, error) {
	counts, err := w.Describe(ctx, topicNames(want))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range want {
		switch have := counts[t.Name]; {
		case have == 0:
			out = append(out, fmt.Sprintf("topic %s does not exist", t.Name))
		case t.Exact && have < t.Partitions:
			out = append(out, fmt.Sprintf("topic %s has %d partitions and needs %d: "+
				"redacted lines keep the partition number of their input", t.Name, have, t.Partitions))
		}
	}
	return out, nil
}

// Create creates the topics that do not exist and returns when the cluster shows all of them. Several processes may call
// it at once.
func (w *Writer) Create(ctx context.Context, want []Topic) error {
	counts, err := w.Describe(ctx, topicNames(want))
	if err != nil {
		return err
	}
	req := kafkago.CreateTopicsRequest{}
	for _, t := range want {
		if counts[t.Name] > 0 {
			continue
		}
		config := kafkago.TopicConfig{Topic: t.Name, NumPartitions: t.Partitions, ReplicationFactor: t.Replication}
		for _, k := range sortedKeys(t.Config) {
			config.ConfigEntries = append(config.ConfigEntries, kafkago.ConfigEntry{ConfigName: k, ConfigValue: t.Config[k]})
		}
		req.Topics = append(req.Topics, config)
	}
	if len(req.Topics) == 0 {
		return nil
	}
	res, err := w.client.CreateTopics(ctx, &req)
	if err != nil {
		return fmt.Errorf("create topics: %w", err)
	}
	var errs []error
	for name, err := range res.Errors {
		if err != nil && !errors.Is(err, kafkago.TopicAlreadyExists) {
			errs = append(errs, fmt.Errorf("create topic %s: %w", name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return w.await(ctx, want)
}

// await returns when the cluster shows all topics, at most about 15 seconds after their creation.
func (w *Writer) await(ctx context.Context, want []Topic) error {
	var missing []string
	retry := newBackoff()
	for range 8 {
		var err error
		if missing, err = w.Missing(ctx, want); err != nil || len(missing) == 0 {
			return err
		}
		backoff.Sleep(ctx, retry.Next())
	}
	return fmt.Errorf("topics were created but: %s", strings.Join(missing, "; "))
}

func topicNames(ts []Topic) []string {
	names := make([]string, len(ts))
	for i, t := range ts {
		names[i] = t.Name
	}
	return names
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
