package kafka

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

// Security holds the TLS and SASL settings of a connection. The zero value is plain text without authentication.
type Security struct {
	TLS       *tls.Config // nil: no TLS
	Mechanism string      // "", "plain", "scram-sha-256" or "scram-sha-512"
	Username  string
	Password  string
}

func (s Security) mechanism() (sasl.Mechanism, error) {
	switch s.Mechanism {
	case "":
		return nil, nil
	case "plain":
		return plain.Mechanism{Username: s.Username, Password: s.Password}, nil
	case "scram-sha-256":
		return scram.Mechanism(scram.SHA256, s.Username, s.Password)
	case "scram-sha-512":
		return scram.Mechanism(scram.SHA512, s.Username, s.Password)
	}
	return nil, fmt.Errorf("unknown SASL mechanism %q: want plain, scram-sha-256 or scram-sha-512", s.Mechanism)
}

// Conn holds the connections of one process to one Kafka cluster. It is safe for concurrent use.
type Conn struct {
	Addr      net.Addr
	Transport *kafkago.Transport
	brokers   []string
	dialer    *kafkago.Dialer
}

// Connect returns a Conn to the brokers ("host:port"). It opens no connection.
func Connect(brokers []string, s Security) (*Conn, error) {
	if len(brokers) == 0 {
		return nil, errors.New("kafka: no brokers given")
	}
	m, err := s.mechanism()
	if err != nil {
		return nil, err
	}
	return &Conn{
		Addr:    kafkago.TCP(brokers...),
		brokers: brokers,
		dialer:  &kafkago.Dialer{Timeout: 10 * time.Second, DualStack: true, TLS: s.TLS, SASLMechanism: m, ClientID: clientID},
		Transport: &kafkago.Transport{
			TLS: s.TLS, SASL: m, ClientID: clientID, DialTimeout: 10 * time.Second,
			MetadataTTL: 10 * time.Second, IdleTimeout: time.Minute,
		},
	}, nil
}

const clientID = "tokenwarden"

// Close closes idle connections.
func (c *Conn) Close() { c.Transport.CloseIdleConnections() }

// Options configure a group member.
type Options struct {
	Conn    *Conn
	Group   string
	Topics  []string
	Latest  bool          // start of a partition without a committed offset: the end instead of the oldest message
	Session time.Duration // session timeout of the group member, 6 s to 5 min; 0 means 15 s
	MaxWait time.Duration // longest wait of a fetch, 10 ms to 30 s; an idle worker is called this often
	// MaxBytes bounds one fetch and one portion of decoded messages, 64 KiB to 64 MiB. While a partition is read it takes
	// up to twice as much, and up to 8 MiB for its decompressor. A larger record of a compressed batch is skipped.
	MaxBytes int
	Log      *slog.Logger
	Metrics  *Metrics
}

// Validate returns an error for the first option that is out of range.
func (o *Options) Validate() error {
	switch {
	case o.Conn == nil:
		return errors.New("kafka: no connection given")
	case o.Group == "":
		return errors.New("kafka: group is empty")
	case len(o.Topics) == 0:
		return errors.New("kafka: no topics given")
	case o.Session != 0 && (o.Session < 6*time.Second || o.Session > 5*time.Minute):
		return fmt.Errorf("kafka: session %v is outside 6s to 5m", o.Session)
	case o.MaxWait < 10*time.Millisecond || o.MaxWait > 30*time.Second:
		return fmt.Errorf("kafka: max wait %v is outside 10ms to 30s", o.MaxWait)
	case o.MaxBytes < 64<<10 || o.MaxBytes > 64<<20:
		return fmt.Errorf("kafka: max bytes %d is outside 64 KiB to 64 MiB", o.MaxBytes)
	}
	return nil
}
