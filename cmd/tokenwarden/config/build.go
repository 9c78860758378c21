package config

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/foreign"
	"github.com/tokenwarden/tokenwarden/ingest/geo"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/internal/printable"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// config returns the settings of a TLS connection, nil if it is not enabled. Errors name key, the section.
func (t TLS) config(key string, insecure bool) (*tls.Config, error) {
	if !t.Enabled {
		return nil, nil
	}
	c := &tls.Config{ServerName: t.ServerName, MinVersion: tls.VersionTLS12}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, Error{fmt.Errorf("%s.ca_file: %w", key, err)}
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, Error{fmt.Errorf("%s.ca_file: %s holds no certificate in PEM", key, t.CAFile)}
		}
	}
	if t.CertFile != "" || t.KeyFile != "" {
		pair, err := t.keyPair(key, insecure)
		if err != nil {
			return nil, err
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// keyPair reads the certificate and its private key.
func (t TLS) keyPair(key string, insecure bool) (tls.Certificate, error) {
	cert, err := os.ReadFile(t.CertFile)
	if err != nil {
		return tls.Certificate{}, Error{fmt.Errorf("%s.cert_file: %w", key, err)}
	}
	private, err := readPrivate(t.KeyFile, insecure)
	if err != nil {
		return tls.Certificate{}, Error{fmt.Errorf("%s.key_file: %w", key, err)}
	}
	pair, err := tls.X509KeyPair(cert, private)
	if err != nil {
		return tls.Certificate{}, Error{fmt.Errorf("%s.cert_file, %s.key_file: %w", key, key, err)}
	}
	return pair, nil
}

// Logger returns a logger that writes to w. Both formats escape what a terminal could obey: the handler for text quotes it.
func (c Log) Logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // validated
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(printable.JSONWriter(w), o))
}

// Keys reads the key files. The first key makes fingerprints, the others are known during a rotation.
func (c *Config) Keys() ([]secret.Key, error) { return LoadKeys(c.KeyFiles, c.Insecure) }

// LoadKeys reads key files in the place of those of the configuration. It refuses files that others can read unless insecure.
func LoadKeys(paths []string, insecure bool) ([]secret.Key, error) {
	keys := make([]secret.Key, 0, len(paths))
	for _, path := range paths {
		text, err := readPrivate(path, insecure)
		if errors.Is(err, os.ErrNotExist) {
			return nil, Error{fmt.Errorf("key_files: %[1]s does not exist: make a key with `tokenwarden key new > %[1]s`, "+
				"then `chmod 600 %[1]s`", path)}
		}
		if err != nil {
			return nil, Error{fmt.Errorf("key_files: %w", err)}
		}
		key, err := secret.ParseKey(text)
		if err != nil {
			return nil, Error{fmt.Errorf("key_files: %s: %w", path, err)}
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// credentialOptions returns the section credentials with keys, checked.
func (c *Config) credentialOptions(keys []secret.Key) (credential.Options, error) {
	o := credential.Options{
		Keys: keys, Names: c.Credentials.Names,
		Exceptions: credential.Exceptions{Names: c.Credentials.ExceptNames, Paths: c.Credentials.ExceptPaths},
		Policy:     c.policy(),
	}
	for _, p := range c.Credentials.Patterns {
		o.Patterns = append(o.Patterns, credential.Pattern{Kind: p.Kind, Regexp: p.Regexp})
	}
	if err := o.Validate(); err != nil {
		return o, Error{fmt.Errorf("credentials: %w", err)}
	}
	identities, err := c.Identities.set()
	o.Identities = identities
	return o, err
}

// set returns the fields that hold identities of other systems.
func (c *Identities) set() (*foreign.Set, error) {
	o := foreign.Options{Disable: c.Disable, Edge: c.Edge.Fields}
	for _, f := range c.Foreign {
		o.Fields = append(o.Fields, foreign.Field{System: f.System, Path: f.Field, Form: f.Form})
	}
	set, err := foreign.New(o)
	if err != nil {
		return nil, Error{fmt.Errorf("identities.%w", err)}
	}
	return set, nil
}

// sourceNames returns the section sources.
func (c *Config) sourceNames() (*ingest.Sources, error) {
	var options []ingest.SourceOptions
	for _, s := range c.Sources {
		options = append(options, ingest.SourceOptions{Topics: s.Topics, Service: s.Service, Environment: s.Environment, Host: s.Host})
	}
	sources, err := ingest.NewSources(options)
	if err != nil {
		return nil, Error{err}
	}
	return sources, nil
}

// policy returns which findings are redacted. It leaves out locations of least_in that have the same value as least.
func (c *Config) policy() credential.Policy {
	from := c.Credentials.Policy
	p := credential.Policy{
		Least: confidence(from.Least), Public: from.Public, KeepPrefix: c.Credentials.KeepPrefix, Unknown: from.Unknown == "redact",
	}
	for l := tokenwarden.LocationQuery; l.String() != ""; l++ {
		if least := confidence(from.LeastIn[l.String()]); least != 0 && least != p.Least {
			if p.LeastIn == nil {
				p.LeastIn = map[tokenwarden.Location]tokenwarden.Confidence{}
			}
			p.LeastIn[l] = least
		}
	}
	return p
}

// confidence converts a validated name; "" gives 0.
func confidence(text string) tokenwarden.Confidence {
	return tokenwarden.Confidence(slices.Index(confidences, text)) //nolint:gosec // validated: 0 to 3
}

// IngestOptions returns how lines are read and redacted. It opens the geo databases; m may be nil.
func (c *Config) IngestOptions(keys []secret.Key, m *ingest.Metrics) (ingest.Options, error) {
	cred, err := c.credentialOptions(keys)
	if err != nil {
		return ingest.Options{}, err
	}
	db := &atomic.Pointer[geo.DB]{}
	if err := c.Geo.Open(db); err != nil {
		return ingest.Options{}, err
	}
	sources, err := c.sourceNames()
	if err != nil {
		return ingest.Options{}, err
	}
	return ingest.Options{
		Format: c.Format, JSONFields: c.JSONFields, TrustedProxies: c.TrustedProxies, ClientHeaders: c.ClientHeaders,
		Credential: cred, Sources: sources, Geo: db,
		MaxLine: c.Credentials.MaxLine, Metrics: m,
	}, nil
}

// Open opens the databases and stores them in current. It does not close those that were there, because lookups may use
// them; the garbage collector unmaps them.
func (c *Geo) Open(current *atomic.Pointer[geo.DB]) error {
	db, err := geo.Open(c.City, c.ASN)
	if err != nil {
		return Error{fmt.Errorf("geo: %w", err)}
	}
	current.Store(db)
	return nil
}

// Paths returns the paths of the databases. The error is always nil.
func (c *Geo) Paths() ([]string, error) {
	return slices.DeleteFunc([]string{c.City, c.ASN}, func(path string) bool { return path == "" }), nil
}

// KafkaConn returns how the brokers are reached. It does not connect.
func (c *Config) KafkaConn() (*kafka.Conn, error) {
	if len(c.Kafka.Brokers) == 0 {
		return nil, Error{errors.New("kafka.brokers: must not be empty: say where the brokers are, host:port")}
	}
	t, err := c.Kafka.TLS.config("kafka.tls", c.Insecure)
	if err != nil {
		return nil, err
	}
	s := c.Kafka.SASL
	password, err := c.secret("kafka.sasl.password_file", s.PasswordFile, s.Password)
	if err != nil {
		return nil, err
	}
	return kafka.Connect(c.Kafka.Brokers, kafka.Security{TLS: t, Mechanism: s.Mechanism, Username: s.Username, Password: password})
}

// KafkaWriter returns a writer to the configured topics. It does not connect.
func (c *Config) KafkaWriter(conn *kafka.Conn, log *slog.Logger, m *sinkkafka.Metrics) (*sinkkafka.Writer, error) {
	t := c.Kafka.Topics
	return sinkkafka.New(sinkkafka.Options{
		Addr: conn.Addr, Transport: conn.Transport,
		Topics:     sinkkafka.Topics{Redacted: t.Redacted, Quarantine: t.Quarantine, Usage: t.Usage, Alerts: t.Alerts},
		MaxRequest: c.Kafka.RequestBytes, Compression: c.Kafka.Compression, Log: log, Metrics: m,
	})
}

// OpenClickHouse returns a client that does not connect before its first call. adjust, unless nil, sets hooks and metrics.
func (c *Config) OpenClickHouse(adjust func(*clickhouse.Options)) (*clickhouse.Client, error) {
	o, err := c.ClickHouseOptions()
	if err != nil {
		return nil, err
	}
	if adjust != nil {
		adjust(&o)
	}
	client, err := clickhouse.New(o)
	if err != nil {
		return nil, Error{err}
	}
	return client, nil
}

// ClickHouseOptions returns the section clickhouse. It reads the password and the TLS files.
func (c *Config) ClickHouseOptions() (clickhouse.Options, error) {
	t, err := c.ClickHouse.TLS.config("clickhouse.tls", c.Insecure)
	if err != nil {
		return clickhouse.Options{}, err
	}
	password, err := c.secret("clickhouse.password_file", c.ClickHouse.PasswordFile, c.ClickHouse.Password)
	if err != nil {
		return clickhouse.Options{}, err
	}
	return clickhouse.Options{
		Addr: c.ClickHouse.Addr, Database: c.ClickHouse.Database, Username: c.ClickHouse.Username, Password: password,
		TLS: t, Cluster: c.ClickHouse.Cluster,
	}, nil
}
