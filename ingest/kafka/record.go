package kafka

import (
	"encoding/binary"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// record is the rest of an encoded record.
type record []byte

func (b *record) varint() (int64, error) {
	n, size := binary.Varint(*b)
	if size <= 0 {
		return 0, errBatch
	}
	*b = (*b)[size:]
	return n, nil
}

// bytes reads a length and so many bytes; nil for null.
func (b *record) bytes() ([]byte, error) {
	n, err := b.varint()
	switch {
	case err != nil:
		return nil, err
	case n == -1:
		return nil, nil
	case n < 0 || n > int64(len(*b)):
		return nil, errBatch
	}
	out := (*b)[:n:n]
	*b = (*b)[n:]
	return out, nil
}

// place reads what comes before the key: attributes, time and offset.
func (r *batchReader) place(m *Message, b *record) error {
	if len(*b) == 0 {
		return errBatch
	}
	*b = (*b)[1:] // attributes: none are in use
	ms, err := b.varint()
	if err != nil {
		return err
	}
	delta, err := b.varint()
	if err != nil {
		return err
	}
	m.Offset = r.base + delta
	if delta < 0 || m.Offset > r.last {
		return errBatch
	}
	ms += r.timestamp
	if r.attributes&logAppendTime != 0 {
		ms = r.logTime
	}
	m.Time = time.Unix(ms/1000, (ms%1000)*int64(time.Millisecond))
	return nil
}

func (r *batchReader) headers(m *Message, b *record) error {
	n, err := b.varint()
	if err != nil || n < 0 || n > int64(len(*b)) {
		return errBatch
	}
	if n == 0 {
		return nil
	}
	if n > maxHeaders {
		m.Key, m.Value, m.Skipped = nil, nil, &Skipped{Reason: SkippedHeaders, Length: len(m.Key) + len(m.Value) + len(*b), Last: m.Offset}
		return nil
	}
	if cap(r.heads)-len(r.heads) < int(n) {
		r.heads = make([]tokenwarden.Header, 0, max(int(n), 256))
	}
	from := len(r.heads)
	for i := range int(n) {
		key, err := b.bytes()
		if err != nil {
			return err
		}
		value, err := b.bytes()
		if err != nil {
			return err
		}
		r.heads = append(r.heads, tokenwarden.Header{Key: r.headerKey(i, key), Value: value})
	}
	m.Headers = r.heads[from:len(r.heads):len(r.heads)]
	return nil
}

// headerKey returns b as a string. Records of a topic usually have the same header keys: those of the record before
// are shared.
func (r *batchReader) headerKey(i int, b []byte) string {
	const shared = 16
	if i < len(r.keys) && r.keys[i] == string(b) {
		return r.keys[i]
	}
	key := string(b)
	if i < len(r.keys) {
		r.keys[i] = key
	} else if i == len(r.keys) && i < shared {
		r.keys = append(r.keys, key)
	}
	return key
}
