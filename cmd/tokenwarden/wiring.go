package main

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
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/geo"
	"github.com/tokenwarden/tokenwarden/ingest/kafka"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/rules/sigma"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// This file turns the configuration into the options of each package. Packages know nothing of keys and files.

// TLSConfig is how a connection is encrypted.
type TLSConfig struct {
	Enabled    bool   `koanf:"enabled"`
	CAFile     string `koanf:"ca_file"`
	CertFile   string `koanf:"cert_file"`
	KeyFile    string `koanf:"key_file"`
	ServerName string `koanf:"server_name"`
}

// config returns nil when TLS is off. key is the configuration key that errors name.
func (t TLSConfig) config(key string) (*tls.Config, error) {
	if !t.Enabled {
		return nil, nil
	}
	c := &tls.Config{ServerName: t.ServerName, MinVersion: tls.VersionTLS12}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, configError{fmt.Errorf("%s.ca_file: %w", key, err)}
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, configError{fmt.Errorf("%s.ca_file: %s holds no certificate in PEM", key, t.CAFile)}
		}
	}
	if t.CertFile != "" || t.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, configError{fmt.Errorf("%s.cert_file, %s.key_file: %w", key, key, err)}
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

func newLogger(c LogConfig, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // validated
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

// credentialOptions checks what the user says of credentials, with keys.
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
		return o, configError{fmt.Errorf("credentials: %w", err)}
	}
	return o, nil
}

// policy says what is redacted. A place with the grade of all others is not one that differs.
func (c *Config) policy() credential.Policy {
	from := c.Credentials.Policy
	p := credential.Policy{Least: confidence(from.Least), Public: from.Public, KeepPrefix: c.Credentials.KeepPrefix}
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

// confidence reads a validated grade; "" is 0.
func confidence(text string) tokenwarden.Confidence {
	return tokenwarden.Confidence(slices.Index(confidences, text)) //nolint:gosec // validated: 0 to 3
}

// ingestOptions reads keys and geo databases.
func (c *Config) ingestOptions(keys []secret.Key, m *ingest.Metrics) (ingest.Options, error) {
	cred, err := c.credentialOptions(keys)
	if err != nil {
		return ingest.Options{}, err
	}
	places := &atomic.Pointer[geo.DB]{}
	if err := c.Geo.load(places); err != nil {
		return ingest.Options{}, err
	}
	return ingest.Options{
		Format: c.Format, JSONFields: c.JSONFields, TrustedProxies: c.TrustedProxies, ClientHeaders: c.ClientHeaders,
		Credential: cred, Geo: places,
		MaxLine: c.Credentials.MaxLine, Metrics: m,
	}, nil
}

// load opens the databases. The ones before are not closed, because a lookup may be under way in them: they are unmapped
// when nothing refers to them any more.
func (c *GeoConfig) load(places *atomic.Pointer[geo.DB]) error {
	db, err := geo.Open(c.City, c.ASN)
	if err != nil {
		return configError{fmt.Errorf("geo: %w", err)}
	}
	places.Store(db)
	return nil
}

func (c *GeoConfig) paths() ([]string, error) {
	return slices.DeleteFunc([]string{c.City, c.ASN}, func(path string) bool { return path == "" }), nil
}

// definitions loads the rules, without those that are switched off.
func (c *Config) definitions() ([]rules.Definition, error) {
	defs, err := loadRules(c.Rules.Dirs)
	if err != nil {
		return nil, err
	}
	for _, id := range c.Rules.Disable {
		i := slices.IndexFunc(defs, func(d rules.Definition) bool { return d.ID == id })
		if i < 0 {
			return nil, configError{fmt.Errorf("rules.disable: there is no rule %q%s", id, rules.DidYouMean(id, ruleIDs(defs)))}
		}
		defs = slices.Delete(defs, i, i+1)
	}
	for i := range defs {
		defs[i].Shadow = defs[i].Shadow || slices.Contains(c.Rules.Shadow, defs[i].ID)
	}
	return defs, nil
}

// loadRules reads the default rules and those of dirs.
func loadRules(dirs []string) ([]rules.Definition, error) {
	defs, err := rules.Load(dirs, sigma.Format)
	if err != nil {
		return nil, configError{err}
	}
	return defs, nil
}

func ruleIDs(defs []rules.Definition) []string {
	ids := make([]string, len(defs))
	for i := range defs {
		ids[i] = defs[i].ID
	}
	return ids
}

// engine compiles the rules. partitions is how many share detect.max_profiles; set is what partitions begin with.
func (c *Config) engine(partitions int, set *lists.Set) (*detect.Engine, []rules.Definition, error) {
	defs, err := c.definitions()
	if err != nil {
		return nil, nil, err
	}
	o := detect.Options{Lateness: c.Detect.Lateness, MaxProfiles: max(c.Detect.MaxProfiles/partitions, detect.MinProfiles), Lists: set, Shadow: c.Rules.Shadow}
	for _, s := range c.Rules.Scopes {
		o.ScopePolicy = append(o.ScopePolicy, rules.ScopeRule{Methods: s.Methods, Host: s.Host, Endpoint: s.Endpoint, AnyOf: s.AnyOf})
	}
	e, err := detect.New(defs, o)
	if err != nil {
		return nil, nil, configError{err}
	}
	return e, defs, nil
}

func (c *Config) kafkaConn() (*kafka.Conn, error) {
	if len(c.Kafka.Brokers) == 0 {
		return nil, configError{errors.New("kafka.brokers: must not be empty: say where the brokers are, host:port")}
	}
	t, err := c.Kafka.TLS.config("kafka.tls")
	if err != nil {
		return nil, err
	}
	s := c.Kafka.SASL
	password, err := readSecret("kafka.sasl.password_file", s.PasswordFile, s.Password)
	if err != nil {
		return nil, err
	}
	return kafka.Connect(c.Kafka.Brokers, kafka.Security{TLS: t, Mechanism: s.Mechanism, Username: s.Username, Password: password})
}

func (c *Config) kafkaWriter(conn *kafka.Conn, log *slog.Logger, m *sinkkafka.Metrics) (*sinkkafka.Writer, error) {
	t := c.Kafka.Topics
	return sinkkafka.New(sinkkafka.Options{
		Addr: conn.Addr, Transport: conn.Transport,
		Topics:     sinkkafka.Topics{Redacted: t.Redacted, Quarantine: t.Quarantine, Usage: t.Usage, Alerts: t.Alerts},
		MaxRequest: c.Kafka.RequestBytes, Compression: c.Kafka.Compression, Log: log, Metrics: m,
	})
}

// clickhouse returns a client; adjust may set hooks and metrics.
func (c *Config) clickhouse(adjust func(*clickhouse.Options)) (*clickhouse.Client, error) {
	o, err := c.clickhouseOptions()
	if err != nil {
		return nil, err
	}
	if adjust != nil {
		adjust(&o)
	}
	client, err := clickhouse.New(o)
	if err != nil {
		return nil, configError{err}
	}
	return client, nil
}

func (c *Config) clickhouseOptions() (clickhouse.Options, error) {
	t, err := c.ClickHouse.TLS.config("clickhouse.tls")
	if err != nil {
		return clickhouse.Options{}, err
	}
	password, err := readSecret("clickhouse.password_file", c.ClickHouse.PasswordFile, c.ClickHouse.Password)
	if err != nil {
		return clickhouse.Options{}, err
	}
	return clickhouse.Options{
		Addr: c.ClickHouse.Addr, Database: c.ClickHouse.Database, Username: c.ClickHouse.Username, Password: password,
		TLS: t, Cluster: c.ClickHouse.Cluster,
	}, nil
}
