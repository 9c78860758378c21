package kafkatest

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"testing"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/compress"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/tokenwarden/tokenwarden/ingest/kafka"
)

// bomb returns a compressed record batch of n equal records, which is written as a stream: the records are never in memory
// together.
func bomb(t testing.TB, codec compress.Compression, n int, value []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	out.Write(make([]byte, 61))
	w := codec.Codec().NewWriter(&out)
	var record, body []byte
	for i := range n {
		body = append(body[:0], 0, 0) // attributes and time
		body = binary.AppendVarint(body, int64(i))
		body = binary.AppendVarint(body, -1)
		body = binary.AppendVarint(body, int64(len(value)))
		body = append(append(body, value...), 0)
		record = append(binary.AppendVarint(record[:0], int64(len(body))), body...)
		if _, err := w.Write(record); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()
	binary.BigEndian.PutUint32(b[8:], uint32(len(b)-12))
	b[16] = 2
	b[22] = byte(codec)
	binary.BigEndian.PutUint32(b[23:], uint32(n-1))
	binary.BigEndian.PutUint64(b[27:], 1767600000000)
	binary.BigEndian.PutUint64(b[35:], 1767600000000)
	for i := 43; i < 57; i++ {
		b[i] = 0xff // no producer id
	}
	binary.BigEndian.PutUint32(b[57:], uint32(n))
	binary.BigEndian.PutUint32(b[17:], crc32.Checksum(b[21:], crc32.MakeTable(crc32.Castagnoli)))
	return b
}

// produceRaw writes record batches as they are.
func (c *cluster) produceRaw(t testing.TB, topic string, batches ...[]byte) {
	t.Helper()
	client := &kafkago.Client{Addr: c.conn.Addr, Transport: c.conn.Transport}
	for _, b := range batches {
		size := binary.BigEndian.AppendUint32(nil, uint32(len(b)))
		res, err := client.RawProduce(t.Context(), &kafkago.RawProduceRequest{
			Topic: topic, RequiredAcks: kafkago.RequireAll,
			RawRecords: protocol.RawRecordSet{Reader: io.MultiReader(bytes.NewReader(size), bytes.NewReader(b))},
		})
		if err != nil || res.Error != nil {
			t.Fatal(err, res)
		}
	}
}

// liveHeap returns the bytes that a garbage collection leaves.
func liveHeap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestDecompressionBombTakesLittleMemory reads a gigabyte that takes less than one fetch compressed.
func TestDecompressionBombTakesLittleMemory(t *testing.T) { // not parallel: it looks at the heap
	const fetchBytes, lines = 4 << 20, 1200
	line := bytes.Repeat([]byte("GET /x "), 9_500)
	for _, tc := range []struct {
		name  string
		codec compress.Compression
		n     int // of batches of 80 MB; one fetch takes them all
	}{
		{"zstd", compress.Zstd, 12}, {"gzip", compress.Gzip, 2}, {"lz4", compress.Lz4, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newCluster(t)
			topic := c.topic(t, "in", 1, map[string]string{"max.message.bytes": "4000000"})
			b := bomb(t, tc.codec, lines, line)
			for range tc.n {
				c.produceRaw(t, topic, b)
			}
			runtime.GC() // a second collection empties the pools, with the encoder in them
			base, peak, handled, calls := liveHeap(), 0, 0, 0
			r := recorder{handle: func(ms []kafka.Message) error {
				size := 0
				for i := range ms {
					size += len(ms[i].Value)
				}
				if size > fetchBytes {
					return fmt.Errorf("a portion of %d bytes", size)
				}
				handled += len(ms)
				if calls++; calls%4 == 0 {
					peak = max(peak, liveHeap()-base)
				}
				return nil
			}}
			c.start(t, topic, func() kafka.Worker { return &countingWorker{recordingWorker{&r}} },
				func(o *kafka.Options) { o.MaxBytes = fetchBytes })
			c.waitCommitted(t, topic, 0, int64(tc.n*lines))
			t.Logf("%d KB in the broker, %d MB of lines; at most %.1f MiB live", tc.n*len(b)/1000, tc.n*lines*len(line)/1_000_000, float64(peak)/(1<<20))
			if handled != tc.n*lines {
				t.Errorf("%d of %d messages were handled", handled, tc.n*lines)
			}
			if peak > 3*fetchBytes+1<<20 { // 8 MiB of it are the window of zstd, or two blocks of lz4
				t.Errorf("%d bytes live while %d bytes were fetched at a time", peak, fetchBytes)
			}
		})
	}
}

// countingWorker records no messages, only what handle does with them.
type countingWorker struct{ recordingWorker }

func (w *countingWorker) Handle(_ context.Context, ms []kafka.Message) (int64, error) {
	if len(ms) == 0 {
		return -1, nil
	}
	if err := w.handle(ms); err != nil {
		return -1, err
	}
	return ms[len(ms)-1].NextOffset(), nil
}
