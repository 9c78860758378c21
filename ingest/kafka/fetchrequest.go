package kafka

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	fetchapi "github.com/segmentio/kafka-go/protocol/fetch"
)

// fetchRequest is a Fetch request for one partition whose response keeps the record batches as the broker sent them.
// The response of kafka-go decompresses all batches of a fetch before the first record can be read: 650 KB of zstd
// became 3 GB. kafka-go lets a request read its own response (protocol.RawExchanger); brokers, connections and
// versions stay kafka-go's business.
type fetchRequest struct {
	fetchapi.Request
	version int16 // of the Fetch API, negotiated for the connection
}

// Required implements protocol.RawExchanger.
func (r *fetchRequest) Required(versions map[protocol.ApiKey]int16) bool {
	r.version = versions[protocol.Fetch]
	return true
}

// RawExchange implements protocol.RawExchanger. kafka-go closes the connection after an error.
func (r *fetchRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	const correlationID = 1 // a connection has one request at a time
	if err := protocol.WriteRequest(rw, r.version, correlationID, clientID, &r.Request); err != nil {
		return nil, err
	}
	res := &fetchResponse{}
	if c, ok := rw.(net.Conn); ok {
		res.broker = c.RemoteAddr().String()
	}
	d := responseReader{r: rw, remain: 4}
	d.remain = int(d.int32())
	if id := d.int32(); d.err == nil && id != correlationID {
		return nil, fmt.Errorf("response of another request: correlation id %d", id)
	}
	res.read(&d, r.version)
	d.skip(d.remain)
	if d.err != nil {
		res.release()
		return nil, fmt.Errorf("read fetch response of %s: %w", res.broker, d.err)
	}
	return res, nil
}

// fetchResponse is the response for one partition.
type fetchResponse struct {
	fetchapi.Response        // not filled: it makes this a protocol.Message
	broker            string // address of the broker that answered
	code              kafkago.Error
	highWatermark     int64
	records           *[]byte // record batches, the last of which may be cut; from recordBuffers, nil for none
}

// recordBuffers holds buffers of record batches, *[]byte. A fetch returns its buffer when its last record was decoded:
// idle partitions hold none.
var recordBuffers sync.Pool

func (res *fetchResponse) release() {
	if res.records != nil {
		recordBuffers.Put(res.records)
		res.records = nil
	}
}

// read decodes the fields of version 0 to 11.
func (res *fetchResponse) read(d *responseReader, version int16) {
	if version >= 1 {
		d.int32() // throttle time
	}
	if version >= 7 {
		res.code = kafkago.Error(d.int16())
		d.int32() // session
	}
	if topics := d.int32(); topics < 1 || d.err != nil {
		d.fail(res.code, "topics")
		return
	}
	d.skip(int(d.int16())) // topic name
	if partitions := d.int32(); partitions < 1 || d.err != nil {
		d.fail(res.code, "partitions")
		return
	}
	d.int32() // partition
	if code := kafkago.Error(d.int16()); code != 0 {
		res.code = code
	}
	res.highWatermark = d.int64()
	if version >= 4 {
		d.int64() // last stable offset
	}
	if version >= 5 {
		d.int64() // log start offset
	}
	if version >= 4 {
		d.skip(16 * int(max(d.int32(), 0))) // aborted transactions
	}
	if version >= 11 {
		d.int32() // preferred read replica
	}
	res.records = d.records(int(d.int32()))
}

// responseReader reads the fields of a response. After an error it returns zeros.
type responseReader struct {
	r      io.Reader
	remain int // bytes of the response that were not read
	err    error
	field  [8]byte
}

// fail records that the response lacks what, unless the broker's error code explains it.
func (d *responseReader) fail(code kafkago.Error, what string) {
	if d.err == nil && code == 0 {
		d.err = fmt.Errorf("no %s", what)
	}
}

func (d *responseReader) full(b []byte) bool {
	if d.err == nil && len(b) > d.remain {
		d.err = io.ErrUnexpectedEOF
	}
	if d.err == nil {
		_, d.err = io.ReadFull(d.r, b)
	}
	if d.err != nil {
		return false
	}
	d.remain -= len(b)
	return true
}

func (d *responseReader) int16() int16 {
	if !d.full(d.field[:2]) {
		return 0
	}
	return int16(binary.BigEndian.Uint16(d.field[:]))
}

func (d *responseReader) int32() int32 {
	if !d.full(d.field[:4]) {
		return 0
	}
	return int32(binary.BigEndian.Uint32(d.field[:]))
}

func (d *responseReader) int64() int64 {
	if !d.full(d.field[:8]) {
		return 0
	}
	return int64(binary.BigEndian.Uint64(d.field[:]))
}

func (d *responseReader) skip(n int) {
	if d.err == nil && (n < 0 || n > d.remain) {
		d.err = io.ErrUnexpectedEOF
	}
	if d.err == nil && n > 0 {
		_, d.err = io.CopyN(io.Discard, d.r, int64(n))
		d.remain -= n
	}
}

// records reads n bytes into a buffer of recordBuffers.
func (d *responseReader) records(n int) *[]byte {
	if d.err != nil || n <= 0 {
		return nil
	}
	if n > d.remain {
		d.err = io.ErrUnexpectedEOF
		return nil
	}
	buf, _ := recordBuffers.Get().(*[]byte)
	if buf == nil {
		buf = new([]byte)
	}
	if cap(*buf) < n {
		*buf = make([]byte, n)
	}
	*buf = (*buf)[:n]
	d.full(*buf)
	return buf
}
