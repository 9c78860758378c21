package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Apply creates missing tables and views and upgrades older ones. Several processes may call it at once, and at every start:
// statements are idempotent, and applied ones are skipped.
func (c *Client) Apply(ctx context.Context) error {
	return c.administer(ctx, "apply schema", func(ctx context.Context, conn clickhouse.Conn) error {
		if err := c.prepareDatabase(ctx, conn); err != nil {
			return err
		}
		applied, err := c.appliedSteps(ctx, conn)
		if err != nil {
			return err
		}
		for _, s := range schemaSteps {
			if err := c.applyStep(ctx, conn, s, applied[s.number]); err != nil {
				return fmt.Errorf("step %d (%s): %w", s.number, s.name, err)
			}
		}
		return c.applyRetention(ctx, conn)
	})
}

// administer runs f with retries on a new connection that selects no database.
func (c *Client) administer(ctx context.Context, what string, f func(context.Context, clickhouse.Conn) error) error {
	conn, err := c.open("system")
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return c.retry(ctx, what, c.opts.WriteTimeout, func(ctx context.Context) error { return f(ctx, conn) })
}

// prepareDatabase creates the database if it is missing. The user of an existing one may lack the grant.
func (c *Client) prepareDatabase(ctx context.Context, conn clickhouse.Conn) error {
	var found uint64
	row := conn.QueryRow(ctx, "SELECT count() FROM system.databases WHERE name = ?", c.opts.Database)
	if err := row.Scan(&found); err != nil {
		return fmt.Errorf("look for database %s: %w", c.opts.Database, err)
	}
	if found == 0 {
		if err := conn.Exec(ctx, fill(createDatabase, c.opts)); err != nil {
			return fmt.Errorf("create database %s: %w", c.opts.Database, err)
		}
	}
	if err := conn.Exec(ctx, fill(createSteps, c.opts)); err != nil {
		return fmt.Errorf("create table %s.schema_steps: %w", c.opts.Database, err)
	}
	return nil
}

// appliedSteps returns the checksums of the steps that were applied, by number.
func (c *Client) appliedSteps(ctx context.Context, conn clickhouse.Conn) (map[int]string, error) {
	rows, err := conn.Query(ctx, "SELECT number, checksum FROM "+c.opts.Database+".schema_steps FINAL")
	if err != nil {
		return nil, fmt.Errorf("read applied steps: %w", err)
	}
	defer func() { _ = rows.Close() }()
	applied := map[int]string{}
	for rows.Next() {
		var number uint32
		var sum string
		if err := rows.Scan(&number, &sum); err != nil {
			return nil, fmt.Errorf("read applied steps: %w", err)
		}
		applied[int(number)] = sum
	}
	return applied, rows.Err()
}

var errStepChanged = errors.New("the database has another form of this step: it was made by a build that was never " +
	"released. Drop the database, or move its tables away, and apply again")

func (c *Client) applyStep(ctx context.Context, conn clickhouse.Conn, s step, applied string) error {
	if applied == s.sum {
		return nil
	}
	if applied != "" {
		return &schemaError{errStepChanged.Error()}
	}
	if err := conn.Exec(ctx, s.render(c.opts)); err != nil {
		return err
	}
	return conn.Exec(ctx, s.record(c.opts))
}

// applyRetention changes the TTL of tables whose TTL differs from the options.
func (c *Client) applyRetention(ctx context.Context, conn clickhouse.Conn) error {
	for _, t := range []struct {
		table string
		days  int
		since string // column that it counts from
	}{
		{"token_events", c.opts.Retention.Events, "written"},
		{"token_usage_1m", c.opts.Retention.Usage, "written"},
		{"token_profiles", c.opts.Retention.Profiles, "written"},
		{"alerts", c.opts.Retention.Alerts, "written"},
		{"identity_pairs", c.opts.Retention.Profiles, "last_seen"},
	} {
		var engine string
		row := conn.QueryRow(ctx, "SELECT engine_full FROM system.tables WHERE database = ? AND name = ?", c.opts.Database, t.table)
		if err := row.Scan(&engine); err != nil {
			return fmt.Errorf("read retention of %s: %w", t.table, err)
		}
		ttl := fmt.Sprintf("TTL toDate(%s) + toIntervalDay(%d)", t.since, t.days)
		if strings.Contains(engine, ttl+" ") || strings.HasSuffix(engine, ttl) {
			continue
		}
		alter := fill("ALTER TABLE {{database}}."+t.table+"{{on_cluster}} MODIFY "+ttl, c.opts)
		if err := conn.Exec(ctx, alter); err != nil {
			return fmt.Errorf("change retention of %s: %w", t.table, err)
		}
	}
	return nil
}
