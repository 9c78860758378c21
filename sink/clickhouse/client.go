package clickhouse

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Limits of a connection that are not configurable.
const (
	connLifetime      = 10 * time.Minute // after it, a server that was away gets connections again
	compressionBuffer = 1 << 20          // bytes that are compressed and sent at once
)

// Client writes to and reads from one ClickHouse database. It is safe for concurrent use.
type Client struct {
	opts  Options // without the password
	conn  clickhouse.Conn
	open  func(database string) (clickhouse.Conn, error)
	slots chan struct{} // taken by each attempt that talks to the server
}

// New checks o and returns a client. The first call connects, and waits for a server that is away.
func New(o Options) (*Client, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	// The closure keeps the password out of Client, so that printing a Client cannot show it.
	open := func(database string) (clickhouse.Conn, error) { return clickhouse.Open(driverOptions(o, database)) }
	conn, err := open(o.Database)
	if err != nil {
		return nil, fmt.Errorf("clickhouse: open: %w", err)
	}
	shown := o
	shown.Password = ""
	return &Client{opts: shown, conn: conn, open: open, slots: make(chan struct{}, o.Connections)}, nil
}

// Close ends all connections. Calls under way fail.
func (c *Client) Close() error { return c.conn.Close() }

// Ping returns nil if the server answers. It does not retry: it serves readiness checks.
func (c *Client) Ping(ctx context.Context) error {
	if err := c.conn.Ping(ctx); err != nil {
		return withHint("ping", err)
	}
	return nil
}

func driverOptions(o Options, database string) *clickhouse.Options {
	method := clickhouse.CompressionLZ4
	if o.Compression == CompressionNone {
		method = clickhouse.CompressionNone
	}
	return &clickhouse.Options{
		Addr:                 o.Addr,
		Auth:                 clickhouse.Auth{Database: database, Username: o.Username, Password: o.Password},
		DialContext:          dialer(o),
		DialTimeout:          o.DialTimeout,
		ReadTimeout:          max(o.ReadTimeout, o.WriteTimeout), // the attempt's own deadline is shorter
		MaxOpenConns:         o.Connections + 1,                  // Ping takes no slot
		MaxIdleConns:         o.Connections + 1,
		ConnMaxLifetime:      connLifetime,
		Compression:          &clickhouse.Compression{Method: method},
		MaxCompressionBuffer: compressionBuffer,
		ClientInfo: clickhouse.ClientInfo{Products: []struct{ Name, Version string }{
			{Name: "tokenwarden", Version: "1"},
		}},
	}
}

// dialer returns a function that connects under the context of the caller, which the dialing of the driver ignores.
func dialer(o Options) func(context.Context, string) (net.Conn, error) {
	plain := &net.Dialer{Timeout: o.DialTimeout}
	secure := &tls.Dialer{NetDialer: plain, Config: o.TLS}
	return func(ctx context.Context, addr string) (net.Conn, error) {
		if o.TLS == nil {
			return plain.DialContext(ctx, "tcp", addr)
		}
		return secure.DialContext(ctx, "tcp", addr)
	}
}
