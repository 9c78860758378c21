package service

import (
	"context"
	"errors"
	"strings"

	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// prepare creates or checks topics and tables.
func (s *Service) prepare(ctx context.Context, initialise bool) error {
	if initialise {
		if err := s.createTopics(ctx); err != nil {
			return err
		}
		if s.store != nil {
			return s.store.Apply(ctx)
		}
		return nil
	}
	want, err := s.topics(ctx)
	if err != nil {
		return err
	}
	missing, err := s.writer.Missing(ctx, want)
	if err != nil {
		return err
	}
	if s.store != nil {
		if err := s.store.Check(ctx); err != nil {
			missing = append(missing, err.Error())
		}
	}
	if len(missing) > 0 {
		return errors.New(strings.Join(missing, "\n  ") + "\nstart once with --init to make what is missing")
	}
	return nil
}

// createTopics creates the input topics first: the redacted topic needs as many partitions as they have.
func (s *Service) createTopics(ctx context.Context) error {
	if err := s.writer.Create(ctx, s.inputTopics()); err != nil {
		return err
	}
	want, err := s.topics(ctx)
	if err != nil {
		return err
	}
	return s.writer.Create(ctx, want)
}

func (s *Service) inputTopics() []sinkkafka.Topic {
	var out []sinkkafka.Topic
	if s.ingests() {
		for _, name := range s.c.Kafka.Topics.Input {
			out = append(out, sinkkafka.Topic{Name: name, Partitions: s.c.Kafka.Create.Partitions, Replication: s.c.Kafka.Create.Replication})
		}
	}
	return out
}

// topics returns all topics of the role with the partitions and settings that they need.
func (s *Service) topics(ctx context.Context) ([]sinkkafka.Topic, error) {
	out := s.inputTopics()
	counts, err := s.writer.Describe(ctx, s.c.Kafka.Topics.Input)
	if err != nil {
		return nil, err
	}
	widest := 1
	for _, n := range counts {
		widest = max(widest, n)
	}
	t, create := s.c.Kafka.Topics, s.c.Kafka.Create
	if s.ingests() {
		out = append(out,
			sinkkafka.Topic{Name: t.Redacted, Partitions: widest, Exact: true, Replication: create.Replication},
			sinkkafka.Topic{Name: t.Quarantine, Partitions: widest, Exact: true, Replication: create.Replication})
	}
	out = append(out, sinkkafka.Topic{Name: t.Usage, Partitions: create.UsagePartitions, Replication: create.Replication})
	if s.detects() {
		out = append(out, sinkkafka.Topic{Name: t.Alerts, Partitions: 1, Replication: create.Replication})
		if t.Revocation != "" {
			out = append(out, sinkkafka.Topic{
				Name: t.Revocation, Partitions: 1, Replication: create.Replication,
				Config: map[string]string{"cleanup.policy": "compact"},
			})
		}
	}
	return out, nil
}
