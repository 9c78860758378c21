package clickhouse

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"time"
)

// The defaults of [Options].
const (
	DefaultDatabase     = "tokenwarden"
	DefaultUsername     = "default"
	DefaultDialTimeout  = 5 * time.Second
	DefaultWriteTimeout = time.Minute
	DefaultReadTimeout  = time.Minute
	DefaultConnections  = 4
)

// The names of [Options.Compression].
const (
	CompressionLZ4  = "lz4"
	CompressionNone = "none"
)

// Options are the address and settings of a ClickHouse server. The zero value of a field means its default.
type Options struct {
	Addr     []string // host:port of the native protocol; the first that answers is used; default 127.0.0.1:9000
	Database string   // default "tokenwarden"; letters, digits and underscores
	Username string   // default "default"
	Password string   // never printed: formatting Options in any way masks it
	TLS      *tls.Config

	Compression  string        // "lz4" (default) or "none": a tenth less processor time here, several times the bytes
	DialTimeout  time.Duration // to connect, at least 100 ms; default 5 s
	WriteTimeout time.Duration // for one INSERT of one block, at least 1 s; default 1 m; then it is tried again
	ReadTimeout  time.Duration // for one query, at least 1 s; default 1 m; then it is tried again
	Connections  int           // INSERTs and queries at once, 1 to 64; default 4; more Writes wait for their turn

	// Cluster makes Apply create the tables ON CLUSTER and replicated: one shard, any number of replicas. Empty means
	// a single server, or a database engine that replicates by itself.
	Cluster   string
	Retention Retention

	// OnRetry is called before the wait of every retry, by the goroutine that waits. attempt counts from 1.
	OnRetry func(class Class, attempt int, wait time.Duration, err error)
	Metrics *Metrics // may be nil
}

// Retention holds the days for which rows are kept, counted from their writing, so that older logs can be loaded. Apply changes it on
// existing tables too. Zero means the default.
type Retention struct {
	Events   int // default 90
	Usage    int // default 400
	Profiles int // since the last change; default 400
	Alerts   int // since the last change; default 400
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// Validate checks o with defaults filled in and names every field that is wrong.
func (o Options) Validate() error {
	o = o.withDefaults()
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("clickhouse options: "+format, args...))
		}
	}
	for _, a := range o.Addr {
		host, port, err := net.SplitHostPort(a)
		check(err == nil && host != "" && port != "", "addr %q: want host:port of the native protocol (9000, or 9440 with TLS)", a)
	}
	check(identifier.MatchString(o.Database), "database %q: want letters, digits and underscores", o.Database)
	check(o.Cluster == "" || identifier.MatchString(o.Cluster), "cluster %q: want letters, digits and underscores", o.Cluster)
	check(o.Compression == CompressionLZ4 || o.Compression == CompressionNone, "compression %q: want lz4 or none", o.Compression)
	check(o.DialTimeout >= 100*time.Millisecond, "dial_timeout %s: want at least 100ms", o.DialTimeout)
	check(o.WriteTimeout >= time.Second, "write_timeout %s: want at least 1s", o.WriteTimeout)
	check(o.ReadTimeout >= time.Second, "read_timeout %s: want at least 1s", o.ReadTimeout)
	check(o.Connections >= 1 && o.Connections <= 64, "connections %d: want 1 to 64", o.Connections)
	for name, days := range map[string]int{
		"events": o.Retention.Events, "usage": o.Retention.Usage,
		"profiles": o.Retention.Profiles, "alerts": o.Retention.Alerts,
	} {
		check(days >= 1 && days <= 10000, "retention.%s %d: want 1 to 10000 days", name, days)
	}
	return errors.Join(errs...)
}

func (o Options) withDefaults() Options {
	if len(o.Addr) == 0 {
		o.Addr = []string{"127.0.0.1:9000"}
	}
	orDefault(&o.Database, DefaultDatabase)
	orDefault(&o.Username, DefaultUsername)
	orDefault(&o.Compression, CompressionLZ4)
	orDefault(&o.DialTimeout, DefaultDialTimeout)
	orDefault(&o.WriteTimeout, DefaultWriteTimeout)
	orDefault(&o.ReadTimeout, DefaultReadTimeout)
	orDefault(&o.Connections, DefaultConnections)
	orDefault(&o.Retention.Events, 90)
	orDefault(&o.Retention.Usage, 400)
	orDefault(&o.Retention.Profiles, 400)
	orDefault(&o.Retention.Alerts, 400)
	return o
}

func orDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// String returns addresses, database and user, without the password.
func (o Options) String() string {
	o = o.withDefaults()
	return fmt.Sprintf("clickhouse %v database %s user %s", o.Addr, o.Database, o.Username)
}

// Format writes what String returns, for every verb.
func (o Options) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(o.String())) }

// LogValue returns what String returns.
func (o Options) LogValue() slog.Value { return slog.StringValue(o.String()) }

// MarshalText returns what String returns: JSON and YAML hold no password either.
func (o Options) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
