package kafkatest

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/tokenwarden/tokenwarden"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// noise returns n bytes of text that does not compress well.
func noise(n int) string {
	b := make([]byte, (n+1)/2)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)[:n]
}

// redactedRecord returns what ingest forwards of the message at an offset of in/1.
func redactedRecord(offset int, key, value string, headers ...tokenwarden.Header) tokenwarden.Message {
	return tokenwarden.Message{
		Key: []byte(key), Value: []byte(value), Time: time.UnixMilli(1767600000000),
		Headers: append(headers, tokenwarden.Header{Key: "tw-src", Value: fmt.Appendf(nil, "in/1/%d", offset)}),
	}
}

// notes returns the quarantine records of a partition as "reason source".
func (c *cluster) notes(t testing.TB, partition int) (out []string) {
	t.Helper()
	for _, value := range c.values(t, "quarantine", partition) {
		var q struct {
			Reason, Source, Redacted string
			Length                   int
		}
		if err := json.Unmarshal([]byte(value), &q); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(q.Reason, "redacted_") || strings.HasPrefix(q.Reason, "usage_") {
			if q.Length == 0 || q.Redacted != "" {
				t.Errorf("quarantined %s", value)
			}
		}
		out = append(out, q.Reason+" "+q.Source)
	}
	return out
}

// TestRefusedRecordsBlockNothing holds that a record which its topic does not accept is shortened or dropped, that the
// quarantine says where it was, and that all others are written.
func TestRefusedRecordsBlockNothing(t *testing.T) {
	t.Parallel()
	const limit = "20000"
	large := noise(60_000)
	for _, tc := range []struct {
		name   string
		record tokenwarden.Message
		value  string // what is written in its place
		key    string
	}{
		{"value", redactedRecord(12, "k", large), "REDACTED.too_large.60000", "k"},
		{"key", redactedRecord(12, large, "v"), "REDACTED.too_large.1", ""},
		{"header", redactedRecord(12, "k", "v", tokenwarden.Header{Key: "h", Value: []byte(large)}), "REDACTED.too_large.1", ""},
		{"header key", redactedRecord(12, "k", "v", tokenwarden.Header{Key: large}), "REDACTED.too_large.1", ""},
	} {
		for _, compression := range []string{"none", "lz4", "zstd"} {
			t.Run(tc.name+"/"+compression, func(t *testing.T) {
				t.Parallel()
				c := newCluster(t)
				c.outputs(t, map[string]string{"max.message.bytes": limit})
				w := c.writer(t, func(o *sinkkafka.Options) { o.Compression = compression })
				b := &tokenwarden.Batch{Topic: "in", Partition: 1, FirstOffset: 10, NextOffset: 14, Redacted: []tokenwarden.Message{
					redactedRecord(10, "k", "a"), redactedRecord(11, "k", "b"), tc.record, redactedRecord(13, "k", "d"),
				}}
				if err := w.Write(t.Context(), b); err != nil {
					t.Fatal(err)
				}
				got := c.messages(t, "redacted", 1)
				if len(got) != 4 || string(got[0].Value) != "a" || string(got[1].Value) != "b" || string(got[3].Value) != "d" {
					t.Fatalf("%d records, or not in order", len(got))
				}
				if string(got[2].Value) != tc.value || string(got[2].Key) != tc.key {
					t.Errorf("in its place: key %.20q, value %.40q; want %q, %q", got[2].Key, got[2].Value, tc.key, tc.value)
				}
				if h := got[2].Headers; len(h) == 0 || string(h[len(h)-1].Value) != "in/1/12" {
					t.Errorf("its source is lost: %v", h)
				}
				if notes := c.notes(t, 1); len(notes) != 1 || notes[0] != "redacted_too_large in/1/12" {
					t.Errorf("quarantine: %q", notes)
				}
				if n := c.counter(t, "tokenwarden_kafka_records_replaced_total", "redacted"); n != 1 {
					t.Errorf("%v replaced records are counted, want 1", n)
				}
			})
		}
	}
}

func TestRefusedTimeIsReplacedByTheTimeOfWriting(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.outputs(t, nil)
	future := time.Now().Add(1000 * time.Hour)
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "redacted", Err: kerr.InvalidTimestamp, Count: -1, When: func(r kmsg.Request) bool {
		batch := r.(*kmsg.ProduceRequest).Topics[0].Partitions[0].Records
		return int64(binary.BigEndian.Uint64(batch[35:])) > time.Now().Add(time.Hour).UnixMilli()
	}})
	b := &tokenwarden.Batch{Topic: "in", Partition: 1, Redacted: []tokenwarden.Message{
		redactedRecord(0, "k", "a"), redactedRecord(1, "k", "b"), redactedRecord(2, "k", "c"),
	}}
	b.Redacted[1].Time = future
	if err := c.writer(t).Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.values(t, "redacted", 1), " "); got != "a b c" {
		t.Errorf("redacted: %q", got)
	}
	if notes := c.notes(t, 1); len(notes) != 0 {
		t.Errorf("quarantine: %q, want nothing: only the time was changed", notes)
	}
}

func TestRecordsRefusedInEveryFormAreDroppedAndCounted(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		topic  string
		err    *kerr.Error
		reason string
	}{
		{"redacted, invalid record", "redacted", kerr.InvalidRecord, "redacted_invalid_record in/1/"},
		{"redacted, record list too large", "redacted", kerr.RecordListTooLarge, "redacted_too_large in/1/"},
		{"quarantine", "quarantine", kerr.InvalidRecord, ""},
		{"usage", "usage", kerr.InvalidRecord, "usage_invalid_record in/1/"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			c.outputs(t, nil)
			c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: tc.topic, Err: tc.err, Count: -1})
			b := &tokenwarden.Batch{
				Topic: "in", Partition: 1, Redacted: []tokenwarden.Message{redactedRecord(3, "k", "a"), redactedRecord(4, "k", "b")},
				Quarantine: []tokenwarden.Message{{Value: []byte(`{"reason":"syntax","redacted":"x"}`)}},
				Usages:     [][]tokenwarden.Message{{usageMessage(10, 2)}},
			}
			if err := c.writer(t).Write(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			if n := c.counter(t, "tokenwarden_kafka_records_dropped_total", tc.topic); n == 0 {
				t.Error("nothing is counted as dropped")
			}
			if tc.reason != "" && !strings.Contains(strings.Join(c.notes(t, 1), "\n"), tc.reason) {
				t.Errorf("quarantine: %q, want %q", c.notes(t, 1), tc.reason)
			}
			for _, topic := range []string{"redacted", "usage"} {
				if n := len(c.values(t, topic, map[string]int{"redacted": 1}[topic])); (n == 0) != (topic == tc.topic) {
					t.Errorf("%s holds %d records", topic, n)
				}
			}
		})
	}
}

// usageMessage returns a usage message of the given number of offsets of in/1, with 3 usages of size bytes each.
func usageMessage(size, offsets int) tokenwarden.Message {
	value := tokenwarden.AppendUsageHeader(nil, tokenwarden.Source{Topic: "in", Partition: 1})
	var scratch []byte
	for offset := range offsets {
		for i := range 3 {
			e := tokenwarden.Event{
				Time: time.UnixMilli(1767600000000), UserAgent: noise(size), FirstInRequest: i == 1,
				Source: tokenwarden.Source{Topic: "in", Partition: 1, Offset: int64(offset)},
			}
			s := tokenwarden.Subject{Kind: tokenwarden.SubjectToken}
			s.ID[0] = byte(i)
			value, scratch = tokenwarden.AppendUsage(value, scratch, s, &e)
		}
	}
	return tokenwarden.Message{Value: value}
}

func TestUsagesThatAreTooLarge(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name                string
		message             tokenwarden.Message
		offsets, least, max int // offsets and usages that arrive
		notes               int
	}{
		{"many offsets are split and none is lost", usageMessage(1000, 30), 30, 90, 90, 0},
		{"one offset keeps the first use of a token", usageMessage(9000, 1), 1, 1, 2, 1},
		{"one usage loses its texts", usageMessage(50_000, 1), 1, 1, 1, 1},
		{"one offset of several", bothMessages(usageMessage(10, 3), 3, 9000), 4, 10, 11, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			c.outputs(t, map[string]string{"max.message.bytes": "20000"})
			b := &tokenwarden.Batch{Topic: "in", Partition: 1, Usages: [][]tokenwarden.Message{{tc.message}}}
			if err := c.writer(t).Write(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			total, messageOf := 0, map[int64]int{}
			for i, value := range c.values(t, "usage", 0) {
				us, err := tokenwarden.DecodeUsages(nil, []byte(value))
				if err != nil {
					t.Fatal(err)
				}
				total += len(us)
				for _, u := range us {
					if at, seen := messageOf[u.Event.Source.Offset]; seen && at != i {
						t.Errorf("offset %d is in messages %d and %d", u.Event.Source.Offset, at, i)
					}
					messageOf[u.Event.Source.Offset] = i
				}
			}
			if len(messageOf) != tc.offsets || total < tc.least || total > tc.max {
				t.Errorf("%d usages of %d offsets arrived, want %d to %d of %d", total, len(messageOf), tc.least, tc.max, tc.offsets)
			}
			if notes := c.notes(t, 1); len(notes) != tc.notes {
				t.Errorf("quarantine: %q", notes)
			}
			if n := c.counter(t, "tokenwarden_kafka_usages_dropped_total"); (n > 0) != (tc.max < 3*tc.offsets) {
				t.Errorf("%v dropped usages are counted", n)
			}
		})
	}
}

// bothMessages appends 3 usages of another offset to a usage message.
func bothMessages(m tokenwarden.Message, offset int64, size int) tokenwarden.Message {
	var scratch []byte
	for i := range 3 {
		e := tokenwarden.Event{Time: time.UnixMilli(1), UserAgent: noise(size), Source: tokenwarden.Source{Topic: "in", Partition: 1, Offset: offset}}
		m.Value, scratch = tokenwarden.AppendUsage(m.Value, scratch, tokenwarden.Subject{Kind: tokenwarden.SubjectToken, ID: tokenwarden.Fingerprint{byte(i)}}, &e)
	}
	return m
}

func TestAlertThatIsTooLargeIsShortened(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.outputs(t, map[string]string{"max.message.bytes": "20000"})
	for _, tc := range []struct {
		name  string
		alert tokenwarden.Alert
	}{
		{"sql", tokenwarden.Alert{ID: "sql", Rule: "r", Summary: "kept", SQL: noise(30_000)}},
		{"summary", tokenwarden.Alert{ID: "summary", Rule: "r", Summary: noise(30_000)}},
		{"small", tokenwarden.Alert{ID: "small", Rule: "r", Summary: "kept", SQL: "SELECT 1"}},
	} {
		tc.alert.Status = tokenwarden.StatusOpen
		err := sinkkafka.AlertSink{Writer: c.writer(t)}.Write(t.Context(), &tokenwarden.Checkpoint{Alerts: []tokenwarden.Alert{tc.alert}})
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
	}
	values := c.values(t, "alerts", 0)
	if len(values) != 3 {
		t.Fatalf("%d alerts, want 3", len(values))
	}
	for i, want := range []string{"kept", "", "kept"} {
		var a tokenwarden.Alert
		if err := json.Unmarshal([]byte(values[i]), &a); err != nil || a.Rule != "r" || a.Summary != want {
			t.Errorf("alert %d: %v, rule %q, summary %.20q", i, err, a.Rule, a.Summary)
		}
	}
}

func TestSendReturnsAnErrorForARefusedRecord(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.outputs(t, map[string]string{"max.message.bytes": "20000"})
	err := c.writer(t).Send(t.Context(), "redacted", 0, []tokenwarden.Message{{Value: bytes.Repeat([]byte("x"), 30_000)}})
	if err == nil || !strings.Contains(err.Error(), "max.message.bytes") || !strings.Contains(err.Error(), "topic redacted") {
		t.Errorf("Send = %v, want an error that says what to change", err)
	}
}
