package kafka

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// legacy decodes a message set of format 0 or 1 with kafka-go. Brokers since 0.11 write format 2; older ones left such
// messages in logs that are kept for years. They are decompressed at once.
func (f *fetcher) legacy(set []byte) error {
	size := binary.BigEndian.AppendUint32(nil, uint32(len(set)))
	var records protocol.RecordSet
	base := int64(binary.BigEndian.Uint64(set))
	if _, err := records.ReadFrom(io.MultiReader(bytes.NewReader(size), bytes.NewReader(set))); err != nil || records.Records == nil {
		f.skipBatch(set, base)
		return nil
	}
	for {
		r, err := records.Records.ReadRecord()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			f.skipBatch(set, base)
			return nil
		}
		if err := f.legacyMessage(r); err != nil {
			return err
		}
	}
}

func (f *fetcher) legacyMessage(r *kafkago.Record) error {
	m := Message{Offset: r.Offset, Time: r.Time}
	var err error
	if m.Key, err = protocol.ReadAll(r.Key); err != nil {
		return err
	}
	if m.Value, err = protocol.ReadAll(r.Value); err != nil {
		return err
	}
	if m.Offset >= f.offset {
		f.offset = m.Offset + 1
		f.messages = append(f.messages, m)
	}
	return nil
}
