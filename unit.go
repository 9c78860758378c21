package tokenwarden

import (
	"strconv"
	"time"
)

// Message is one Kafka message to be written to a topic: key, value and headers are written as they are.
type Message struct {
	Key, Value []byte
	Headers    []Header
	Time       time.Time // zero: the time of writing
}

// Header is a Kafka record header.
type Header struct {
	Key   string
	Value []byte
}

// Quarantined is the value of a message of the quarantine topic, as JSON.
type Quarantined struct {
	Time     time.Time `json:"time"` // wall clock
	Reason   string    `json:"reason"`
	Source   Source    `json:"source"`
	Length   int       `json:"length"`   // bytes of the original line, or of the message that could not be read or written
	Redacted string    `json:"redacted"` // the line as it was forwarded, cut; empty if it was not read or not written
}

// AppendLengthNote appends what is forwarded in place of a message that could not be read or written: REDACTED, the reason
// and the length of the message in bytes.
func AppendLengthNote(dst []byte, reason string, length int) []byte {
	dst = append(append(append(dst, "REDACTED."...), reason...), '.')
	return strconv.AppendInt(dst, int64(length), 10)
}

// Batch is the output for some messages of one input partition: the unit of work between ingest and Kafka.
type Batch struct {
	Topic       string
	Partition   int32
	Epoch       uint32
	FirstOffset int64     // offset of the first input message in the batch
	NextOffset  int64     // offset after the last one; committed once the batch is durable
	Redacted    []Message // one per input message, in order; they go to the same partition number
	Quarantine  []Message
	Usages      [][]Message // by usage partition; each value is a UsageBatch (see AppendUsage)
}

// SourceOffset is the highest offset of one input partition whose usages have been applied within one usage partition.
type SourceOffset struct {
	Topic     string
	Partition int32
	Epoch     uint32
	Offset    int64
}

// Position is an offset of a usage partition. Epoch is the life of the topic, as in [Source].
type Position struct {
	Partition int32
	Epoch     uint32
	Offset    int64 // of the last message applied
}

// Covers reports whether the message at q lies at or before p, in the same life of the same partition.
func (p Position) Covers(q Position) bool {
	return p.Partition == q.Partition && p.Epoch == q.Epoch && p.Offset >= q.Offset
}

// UsageRow is one row of token_usage_1m: the absolute count of one accumulator. An accumulator is (fingerprint,
// minute, host, endpoint, country, status class, Segment); a late event that finds its accumulator closed opens a new
// one with another Segment, and readers sum over segments. Requests only ever grows within a segment, so it is the
// row's version.
type UsageRow struct {
	Fingerprint Fingerprint
	KeyID       KeyID
	Minute      time.Time // start of the minute, UTC
	Host        string
	Endpoint    string
	Country     string
	StatusClass uint8  // 2 for 2xx; 0 if the log has no status
	Segment     uint64 // how many requests the profile had seen when the accumulator was opened
	Requests    uint64
	Errors      uint64 // status 400 and above
	Bytes       uint64
}

// Profile is the stored form of one subject: readable columns for analysts, and the state from which a restart continues.
type Profile struct {
	Subject   Subject
	KeyID     KeyID
	TokenKind string
	Identity  Identity
	Owner     string
	Family    Fingerprint
	FirstSeen time.Time
	LastSeen  time.Time
	Requests  uint64
	Errors    uint64
	Bytes     uint64
	Countries []string
	ASNs      []uint32
	Networks  uint64 // distinct client networks
	Clients   []string
	Hosts     []string
	Endpoints uint64 // distinct endpoints
	Scopes    []string
	Version   uint64 // events applied; rises with every change
	Applied   Position
	State     []byte // opaque to everyone but detect
}

// Checkpoint is the output of one usage partition since the last one: the unit of work between detect and its sinks.
// Sinks write its parts in this order and return when all are durable; writing a part again changes nothing.
type Checkpoint struct {
	Topic         string // usage topic; empty if the checkpoint holds alerts alone and has no position
	Position      Position
	Events        []Event
	Alerts        []Alert
	Usage         []UsageRow
	Profiles      []Profile
	SourceOffsets []SourceOffset // all of the partition's, written last together with Position: the point of no return
	Peers         []byte         // peer statistics, opaque to everyone but detect; written with SourceOffsets
}
