package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// TestOutputTopicsThatRefuseRecords sends messages whose output is larger than max.message.bytes of every output topic,
// between ordinary ones: the process lives on, the ordinary ones arrive, and the quarantine says where the others were.
func TestOutputTopicsThatRefuseRecords(t *testing.T) {
	for _, compression := range []string{"none", "lz4", "zstd"} {
		t.Run(compression, func(t *testing.T) {
			b := newTestEnv(t, 1, "kafka.compression="+compression)
			b.createInput()
			b.createSmallOutputs("6000")
			ms, large := refusedTraffic()
			if err := b.writer.Send(t.Context(), b.config.Kafka.Topics.Input[0], 0, ms); err != nil {
				t.Fatal(err)
			}
			p := b.start("--init")
			ordinary := len(ms) - len(large)
			eventually(t, "ClickHouse holds the ordinary requests", func() (bool, string) {
				n := b.number("SELECT count() FROM v_token_profiles WHERE subject_kind = 'token'")
				return n >= ordinary, fmt.Sprintf("%d of %d", n, ordinary)
			})
			eventually(t, "the redacted topic holds every message", func() (bool, string) {
				n := len(b.readPartition(b.config.Kafka.Topics.Redacted, 0))
				return n == len(ms), fmt.Sprintf("%d of %d; %s", n, len(ms), tail(p.out.String(), 2000))
			})
			p.stop(t)
			b.checkRefused(ms, large)
		})
	}
}

func (b *testEnv) createSmallOutputs(limit string) {
	b.t.Helper()
	names, small := b.config.Kafka.Topics, map[string]string{"max.message.bytes": limit}
	var topics []sinkkafka.Topic
	for _, name := range []string{names.Redacted, names.Quarantine, names.Usage, names.Alerts} {
		topics = append(topics, sinkkafka.Topic{Name: name, Partitions: 1, Replication: 1, Config: small})
	}
	if err := b.writer.Create(b.t.Context(), topics); err != nil {
		b.t.Fatal(err)
	}
}

// refusedTraffic returns messages and, by offset, the reason for which those among them are quarantined whose output is
// larger than 6,000 bytes.
func refusedTraffic() (ms []tokenwarden.Message, large map[int]string) {
	large = map[int]string{}
	add := func(reason string, m tokenwarden.Message) {
		for range 20 {
			ms = append(ms, ordinaryMessage())
		}
		large[len(ms)] = reason
		ms = append(ms, m)
	}
	add("redacted_too_large", tokenwarden.Message{Value: requestLine("/" + randomWords(8000, "/"))})
	add("redacted_too_large", tokenwarden.Message{Key: []byte(randomWords(8000, " ")), Value: requestLine("/")})
	add("redacted_too_large", tokenwarden.Message{
		Headers: []tokenwarden.Header{{Key: "h", Value: []byte(randomWords(8000, " "))}}, Value: requestLine("/"),
	})
	add("usage_too_large", tokenwarden.Message{Value: manyTokens(20, 60)})
	for range 20 {
		ms = append(ms, ordinaryMessage())
	}
	return ms, large
}

// manyTokens returns lines with n tokens each, fewer than the events that a line may have. Their usages are one record.
func manyTokens(lines, n int) []byte {
	var value []byte
	for range lines {
		query := make([]string, n)
		for i := range query {
			query[i] = "access_token=" + randomText(40)
		}
		value = append(append(value, requestLine("/x?"+strings.Join(query, "&"))...), '\n')
	}
	return value
}

// ordinaryMessage returns a request with a token of its own.
func ordinaryMessage() tokenwarden.Message {
	return tokenwarden.Message{Key: []byte("host"), Value: requestLine("/api?access_token=" + randomText(40))}
}

func requestLine(target string) []byte {
	return fmt.Appendf(nil, `203.0.113.9 - - [%s] "GET %s HTTP/1.1" 200 5 "-" "curl/8"`, time.Now().UTC().Format("02/Jan/2006:15:04:05 -0700"), target)
}

// randomWords returns n words of seven hexadecimal digits: no compression makes them small, and none is taken for a token.
func randomWords(n int, separator string) string {
	words := make([]string, n)
	for i := range words {
		words[i] = randomText(7)
	}
	return strings.Join(words, separator)
}

// randomText returns n hexadecimal digits.
func randomText(n int) string {
	b := make([]byte, (n+1)/2)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)[:n]
}

func (b *testEnv) checkRefused(ms []tokenwarden.Message, large map[int]string) {
	b.t.Helper()
	notes := map[string]bool{}
	for _, m := range b.readPartition(b.config.Kafka.Topics.Quarantine, 0) {
		var q struct{ Reason, Source string }
		if err := json.Unmarshal(m.Value, &q); err != nil {
			b.t.Fatal(err)
		}
		notes[q.Reason+" "+q.Source] = true
	}
	for offset, reason := range large {
		if want := fmt.Sprintf("%s %s/0/%d", reason, b.config.Kafka.Topics.Input[0], offset); !notes[want] {
			b.t.Errorf("the quarantine lacks %q: %v", want, notes)
		}
	}
	for i, m := range b.readPartition(b.config.Kafka.Topics.Redacted, 0) {
		_, isLarge := large[i]
		note := strings.HasPrefix(string(m.Value), "REDACTED.too_large.")
		if !isLarge && (note || len(m.Value) > 200) {
			b.t.Errorf("message %d of %d became %.80q", i, len(ms), m.Value)
		}
	}
}
