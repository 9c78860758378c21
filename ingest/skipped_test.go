package ingest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// TestSkippedMessages holds that what could not be read leaves a note of its length in its place and its position in the
// quarantine, and that the offset moves on.
func TestSkippedMessages(t *testing.T) {
	for _, reason := range []kafka.SkipReason{kafka.SkippedTooLarge, kafka.SkippedHeaders, kafka.SkippedDamaged} {
		t.Run(string(reason), func(t *testing.T) {
			var batch tokenwarden.Batch
			w := NewWorker(newTestProcessor(t, func(*Options) {}), 2, func(_ context.Context, b *tokenwarden.Batch) error { batch = *b; return nil })
			if _, err := w.Start(t.Context(), kafka.Assignment{Topic: "in", Partition: 3, Epoch: 5, Offset: 7}); err != nil {
				t.Fatal(err)
			}
			next, err := w.Handle(t.Context(), []kafka.Message{
				{Offset: 7, Value: []byte("a line")}, {Offset: 8, Skipped: &kafka.Skipped{Reason: reason, Length: 80_000_000, Last: 11}},
			})
			if err != nil || next != 12 || batch.NextOffset != 12 {
				t.Fatalf("Handle = %d, %v; NextOffset %d, want 12", next, err, batch.NextOffset)
			}
			if got := string(batch.Redacted[1].Value); got != "REDACTED."+string(reason)+".80000000" {
				t.Errorf("forwarded %q", got)
			}
			var q struct {
				Reason, Source, Redacted string
				Length                   int
			}
			if err := json.Unmarshal(batch.Quarantine[len(batch.Quarantine)-1].Value, &q); err != nil {
				t.Fatal(err)
			}
			want := tokenwarden.Source{Topic: "in", Partition: 3, Epoch: 5, Offset: 8}.String()
			if q.Reason != string(reason) || q.Source != want || q.Length != 80_000_000 || q.Redacted != "" {
				t.Errorf("quarantined %+v", q)
			}
		})
	}
}
