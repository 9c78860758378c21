package kafka

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/tokenwarden/tokenwarden"
)

var codecs = []struct {
	name  string
	codec kafkago.Compression
}{
	{"none", 0}, {"gzip", kafkago.Gzip}, {"snappy", kafkago.Snappy}, {"lz4", kafkago.Lz4}, {"zstd", kafkago.Zstd},
}

// encode returns a record batch of format version with the given base offset, as a broker would hold it.
func encode(t testing.TB, version int8, codec kafkago.Compression, base int64, records ...kafkago.Record) []byte {
	t.Helper()
	var out bytes.Buffer
	set := protocol.RecordSet{Version: version, Attributes: protocol.Attributes(codec), Records: protocol.NewRecordReader(records...)}
	if _, err := set.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()[4:]
	if version == 2 {
		binary.BigEndian.PutUint64(b, uint64(base))
	}
	return b
}

func header(key string, value []byte) tokenwarden.Header {
	return tokenwarden.Header{Key: key, Value: value}
}

func values(texts ...string) (out []kafkago.Record) {
	for _, s := range texts {
		out = append(out, kafkago.Record{Value: kafkago.NewBytes([]byte(s)), Time: time.UnixMilli(1767600000000)})
	}
	return out
}

// seal makes the checksum of a batch right again after it was changed.
func seal(b []byte) []byte {
	binary.BigEndian.PutUint32(b[crcAt:], crc32.Checksum(b[attributesAt:], castagnoli))
	return b
}

// feed makes the fetcher look as if a broker had answered with records.
func feed(f *fetcher, records []byte, offset, highWatermark int64, limit int) {
	f.close()
	f.response, f.records = &fetchResponse{records: &records, highWatermark: highWatermark}, records
	f.offset, f.limit, f.batch.limit = offset, limit, limit
}

// readAll returns the messages of all portions.
func readAll(t testing.TB, f *fetcher) (ms []Message) {
	t.Helper()
	for more := true; more; {
		var part []Message
		var err error
		if part, more, err = f.portion(); err != nil {
			t.Fatal(err)
		}
		ms = append(ms, part...)
	}
	return ms
}

// TestDecodesLikeKafkaGo holds the decoder against kafka-go's on random batches.
func TestDecodesLikeKafkaGo(t *testing.T) {
	for _, tc := range codecs {
		t.Run(tc.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			var f fetcher
			for range 10 {
				records, offset := []byte(nil), int64(rng.IntN(1000))
				for range 1 + rng.IntN(4) {
					n := 1 + rng.IntN(40)
					records = append(records, encode(t, 2, tc.codec, offset, randomRecords(rng, n)...)...)
					offset += int64(n)
				}
				want := kafkaGoMessages(t, records)
				feed(&f, records, want[0].Offset, offset, 1<<20)
				got := readAll(t, &f)
				if len(got) != len(want) || f.offset != offset {
					t.Fatalf("%d messages up to offset %d, want %d up to %d", len(got), f.offset, len(want), offset)
				}
				for i := range got {
					if !equal(&got[i], &want[i]) {
						t.Fatalf("message %d: %+v, want %+v", i, got[i], want[i])
					}
				}
			}
		})
	}
}

func randomRecords(rng *rand.Rand, n int) []kafkago.Record {
	text := func(most int) kafkago.Bytes {
		if rng.IntN(8) == 0 {
			return nil
		}
		b := make([]byte, rng.IntN(most))
		for i := range b {
			b[i] = byte('a' + rng.IntN(4))
		}
		return kafkago.NewBytes(b)
	}
	rs := make([]kafkago.Record, n)
	for i := range rs {
		most := 500
		if rng.IntN(20) == 0 {
			most = 2 * maxChunk
		}
		rs[i] = kafkago.Record{Key: text(20), Value: text(most), Time: time.UnixMilli(1767600000000 + rng.Int64N(1e6))}
		for range rng.IntN(4) {
			rs[i].Headers = append(rs[i].Headers, kafkago.Header{Key: fmt.Sprint("h", rng.IntN(3)), Value: []byte("v")})
		}
	}
	return rs
}

func kafkaGoMessages(t testing.TB, records []byte) (out []Message) {
	t.Helper()
	var set protocol.RecordSet
	size := binary.BigEndian.AppendUint32(nil, uint32(len(records)))
	if _, err := set.ReadFrom(io.MultiReader(bytes.NewReader(size), bytes.NewReader(records))); err != nil {
		t.Fatal(err)
	}
	for {
		r, err := set.Records.ReadRecord()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		m := Message{Offset: r.Offset, Time: r.Time}
		m.Key, _ = protocol.ReadAll(r.Key)
		m.Value, _ = protocol.ReadAll(r.Value)
		for _, h := range r.Headers {
			m.Headers = append(m.Headers, header(h.Key, h.Value))
		}
		out = append(out, m)
	}
}

func equal(a, b *Message) bool {
	same := a.Offset == b.Offset && a.Time.Equal(b.Time) && bytes.Equal(a.Key, b.Key) && (a.Key == nil) == (b.Key == nil) &&
		bytes.Equal(a.Value, b.Value) && (a.Value == nil) == (b.Value == nil) && len(a.Headers) == len(b.Headers)
	for i := 0; same && i < len(a.Headers); i++ {
		same = a.Headers[i].Key == b.Headers[i].Key && bytes.Equal(a.Headers[i].Value, b.Headers[i].Value)
	}
	return same
}

func TestPortionsAreBounded(t *testing.T) {
	for _, tc := range codecs {
		t.Run(tc.name, func(t *testing.T) {
			const limit, n = 256 << 10, 4000
			var records []byte
			for i := range 3 {
				rs := values()
				for range n {
					rs = append(rs, values(string(bytes.Repeat([]byte("x"), 1000)))...)
				}
				records = append(records, encode(t, 2, tc.codec, int64(i*n), rs...)...)
			}
			var f fetcher
			feed(&f, records, 0, 3*n, limit)
			total, portions := 0, 0
			for more := true; more; portions++ {
				var ms []Message
				var err error
				if ms, more, err = f.portion(); err != nil {
					t.Fatal(err)
				}
				size := 0
				for i := range ms {
					size += len(ms[i].Value)
				}
				if size > limit {
					t.Fatalf("a portion holds %d bytes, the limit is %d", size, limit)
				}
				total += len(ms)
			}
			if total != 3*n || portions < 3*n*1000/limit {
				t.Errorf("%d messages in %d portions", total, portions)
			}
		})
	}
}

func TestReadingStartsAndEndsWithinABatch(t *testing.T) {
	var f fetcher
	first, second := encode(t, 2, kafkago.Lz4, 10, values("a", "b", "c")...), encode(t, 2, 0, 13, values("d", "e")...)
	feed(&f, append(append(first, second...), second[:40]...), 11, 15, 1<<20) // a broker cuts the last batch
	ms := readAll(t, &f)
	if len(ms) != 4 || ms[0].Offset != 11 || string(ms[3].Value) != "e" || f.offset != 15 {
		t.Errorf("%+v up to %d", ms, f.offset)
	}
}

func TestOffsetMovesOverWhatHasNoRecords(t *testing.T) {
	control := encode(t, 2, 0, 5, values("commit")...)
	control[attributesAt+1] |= controlBatch
	compacted := encode(t, 2, 0, 6, values("x", "y", "z")...) // compaction keeps the offsets of a batch
	binary.BigEndian.PutUint32(compacted[countAt:], 1)
	var f fetcher
	feed(&f, append(seal(control), seal(compacted)...), 5, 9, 1<<20)
	ms := readAll(t, &f)
	if len(ms) != 1 || ms[0].Offset != 6 || f.offset != 9 {
		t.Errorf("%+v up to %d, want offset 6 alone, up to 9", ms, f.offset)
	}
}

func TestLogAppendTimeIsTheTimeOfTheBatch(t *testing.T) {
	b := encode(t, 2, 0, 0, values("a")...)
	b[attributesAt+1] |= logAppendTime
	binary.BigEndian.PutUint64(b[maxTimestampAt:], 1767700000000)
	var f fetcher
	feed(&f, seal(b), 0, 1, 1<<20)
	if ms := readAll(t, &f); len(ms) != 1 || ms[0].Time.UnixMilli() != 1767700000000 {
		t.Errorf("%+v", ms)
	}
}

func TestOldFormatsAreRead(t *testing.T) {
	for _, tc := range codecs[:4] { // zstd came with format 2
		t.Run(tc.name, func(t *testing.T) {
			var f fetcher
			old := encode(t, 1, tc.codec, 0, values("a", "b")...)
			feed(&f, append(old, encode(t, 2, tc.codec, 2, values("c")...)...), 0, 3, 1<<20)
			ms := readAll(t, &f)
			if len(ms) != 3 || string(ms[0].Value) != "a" || string(ms[2].Value) != "c" || f.offset != 3 {
				t.Errorf("%+v up to %d", ms, f.offset)
			}
		})
	}
}

// TestNothingBlocksReading holds that reading goes on after whatever a producer may have sent.
func TestNothingBlocksReading(t *testing.T) {
	const limit = 64 << 10
	large := string(bytes.Repeat([]byte("x"), limit+1))
	many := values("a")
	for range maxHeaders + 1 {
		many[0].Headers = append(many[0].Headers, kafkago.Header{})
	}
	change := func(b []byte, at int, v ...byte) []byte { copy(b[at:], v); return seal(b) }
	for _, tc := range []struct {
		name   string
		batch  []byte // three records from offset 10 on
		want   string // values, or reasons in parentheses with the last offset
		errors int    // fetches that fail before
	}{
		{"a record larger than the limit, zstd", encode(t, 2, kafkago.Zstd, 10, values("a", large, "c")...), "a (too_large 11) c z", 0},
		{"a record larger than the limit, gzip", encode(t, 2, kafkago.Gzip, 10, values(large, large, "c")...), "(too_large 10) (too_large 11) c z", 0},
		{"a record larger than the limit, last", encode(t, 2, kafkago.Lz4, 10, values("a", "b", large)...), "a b (too_large 12) z", 0},
		{"an uncompressed record larger than the limit", encode(t, 2, 0, 10, values("a", large, "c")...), "a " + large + " c z", 0},
		{"too many headers", encode(t, 2, 0, 10, append(many, values("b", "c")...)...), "(too_many_headers 10) b c z", 0},
		{"wrong checksum", append([]byte(nil), flip(encode(t, 2, 0, 10, values("a", "b", "c")...), batchHeaderLen+5, 0xff)...), "(damaged 12) z", corruptTries - 1},
		{"unknown compression", change(encode(t, 2, 0, 10, values("a", "b", "c")...), attributesAt+1, 7), "(damaged 12) z", 0},
		{"not compressed as it says, zstd", change(encode(t, 2, 0, 10, values("a", "b", "c")...), attributesAt+1, 4), "(damaged 12) z", 0},
		{"not compressed as it says, lz4", change(encode(t, 2, 0, 10, values("a", "b", "c")...), attributesAt+1, 3), "(damaged 12) z", 0},
		{"not compressed as it says, snappy", change(encode(t, 2, 0, 10, values("a", "b", "c")...), attributesAt+1, 2), "(damaged 12) z", 0},
		{"not compressed as it says, gzip", change(encode(t, 2, 0, 10, values("a", "b", "c")...), attributesAt+1, 1), "(damaged 12) z", 0},
		{"a snappy block that says it is large", change(encode(t, 2, kafkago.Snappy, 10, values("a", "b", "c")...), batchHeaderLen+20, 0xff, 0xff, 0xff, 0xff, 0x0f), "(damaged 12) z", 0},
		{"unknown format", change(encode(t, 2, 0, 10, values("a", "b", "c")...), magicAt, 9), "(damaged 12) z", 0},
		{"more records than it has", change(encode(t, 2, 0, 10, values("a", "b", "c")...), countAt, 0x7f), "a b c z", 0},
		{"a negative number of records", change(encode(t, 2, 0, 10, values("a", "b", "c")...), countAt, 0xff), "(damaged 12) z", 0},
		{"no last offset", change(encode(t, 2, 0, 10, values("a", "b", "c")...), lastDeltaAt, 0xff), "(damaged 12) z", 0},
		{"a record length beyond the batch", change(encode(t, 2, 0, 10, values("a", "b", "c")...), batchHeaderLen, 0xfe, 0xff, 0x7f), "(damaged 12) z", 0},
		{"a negative record length", change(encode(t, 2, 0, 10, values("a", "b", "c")...), batchHeaderLen, 1), "(damaged 12) z", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			records := append(append([]byte(nil), tc.batch...), encode(t, 2, 0, 13, values("z")...)...)
			var f fetcher
			got, failed := "", 0
			for f.offset = 10; f.offset < 14 && failed < 10; {
				feed(&f, records, f.offset, 14, limit)
				for more := true; more; {
					var ms []Message
					var err error
					if ms, more, err = f.portion(); err != nil {
						failed++
					}
					for i := range ms {
						if s := ms[i].Skipped; s != nil {
							got += fmt.Sprintf("(%s %d) ", s.Reason, s.Last)
						} else {
							got += string(ms[i].Value) + " "
						}
					}
				}
			}
			if got != tc.want+" " || failed != tc.errors {
				t.Errorf("read %.80q, want %.80q; %d failed fetches, want %d", got, tc.want, failed, tc.errors)
			}
		})
	}
}

// flip changes a batch and leaves its checksum wrong.
func flip(b []byte, at int, v byte) []byte { b[at] ^= v; return b }

func FuzzBatches(f *testing.F) {
	for _, tc := range codecs {
		f.Add(encode(f, 2, tc.codec, 3, values("a", "b", "some longer value, some longer value")...), true)
	}
	f.Add(encode(f, 1, kafkago.Gzip, 0, values("a", "b")...), true)
	f.Fuzz(func(t *testing.T, records []byte, sealed bool) {
		if sealed && len(records) >= batchHeaderLen {
			seal(records)
		}
		var fe fetcher
		feed(&fe, records, 0, 1<<40, 64<<10)
		last, total := int64(-1), 0
		for more := true; more; {
			var ms []Message
			var err error
			ms, more, err = fe.portion()
			if err != nil && more {
				t.Fatal("an error and more to read")
			}
			for i := range ms {
				if ms[i].Offset <= last || ms[i].NextOffset() > fe.offset {
					t.Fatalf("offset %d after %d, next %d", ms[i].Offset, last, fe.offset)
				}
				last = ms[i].Offset
			}
			if total += len(ms); total > 10_000_000 {
				t.Skip("a bomb")
			}
		}
	})
}

func BenchmarkPortion(b *testing.B) {
	for _, tc := range codecs {
		b.Run(tc.name, func(b *testing.B) {
			rs := values()
			for i := range 4000 {
				line := fmt.Sprintf(`203.0.113.%d - - [23/Nov/2026:15:04:%02d +0000] "GET /api/v1/orders/%d?page=%d HTTP/1.1" 200 %d "-" "curl/8.%d"`, i%250, i%60, i*7919, i%17, i*31%5000, i%9)
				rs = append(rs, values(line+line)...)
			}
			records := encode(b, 2, tc.codec, 0, rs...)
			var f fetcher
			b.ReportAllocs()
			b.SetBytes(int64(len(rs)) * 240)
			for b.Loop() {
				feed(&f, records, 0, 4000, 4<<20)
				if ms := readAll(b, &f); len(ms) != 4000 {
					b.Fatal(len(ms))
				}
			}
		})
	}
}
