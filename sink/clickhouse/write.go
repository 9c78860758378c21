package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/sink"
)

// Sizes of an INSERT. The server makes a part for each month of an INSERT, so blocks are large. Memory holds the columns of
// one flush, which fits the processor cache: flushes of 16,384 rows cost a third more time and five times the memory.
const (
	blockRows  = 100_000
	blockBytes = 64 << 20 // of profiles and alerts, whose rows vary in size
	flushRows  = 2048
	flushBytes = 4 << 20
)

// table is a table and the columns of its row type.
type table[T any] struct {
	name    string
	columns []column[T]
	size    func(*T) int // variable bytes of a row; nil if rows have about the same size
}

var (
	eventTable      = table[event]{"token_events", eventColumns, nil}
	usageTable      = table[usage]{"token_usage_1m", usageColumns, nil}
	profileTable    = table[profile]{"token_profiles", profileColumns, func(p *profile) int { return len(p.State) }}
	alertTable      = table[alert]{"alerts", alertColumns, func(a *alert) int { return len(a.Evidence) * tokenwarden.MaxTarget }}
	checkpointTable = table[checkpoint]{"checkpoints", checkpointColumns, nil}
)

var _ sink.Sink = (*Client)(nil)

// Write implements [sink.Sink]. Of a checkpoint without a Topic it writes the alerts; no position moves.
func (c *Client) Write(ctx context.Context, cp *tokenwarden.Checkpoint) error {
	if err := validate(cp); err != nil {
		return permanent("check checkpoint", err)
	}
	err := inParallel(
		func() error { return insert(ctx, c, &eventTable, cp.Events) },
		func() error { return insert(ctx, c, &alertTable, cp.Alerts) },
		func() error { return insert(ctx, c, &usageTable, cp.Usage) },
	)
	if err != nil {
		return err
	}
	if err := insert(ctx, c, &profileTable, cp.Profiles); err != nil {
		return err
	}
	if cp.Topic == "" {
		return nil
	}
	return insert(ctx, c, &checkpointTable, []checkpoint{{cp.Topic, cp.Position, cp.SourceOffsets, cp.Peers}})
}

// validate returns an error for a checkpoint that could be written but not read back.
func validate(cp *tokenwarden.Checkpoint) error {
	if cp.Topic == "" && !alertsAlone(cp) || cp.Position.Offset < 0 || cp.Position.Partition < 0 {
		return &dataError{fmt.Sprintf("topic %q, partition %d, offset %d: not a position", cp.Topic, cp.Position.Partition, cp.Position.Offset)}
	}
	for i := range cp.Alerts {
		if cp.Alerts[i].ID == "" {
			return &dataError{fmt.Sprintf("alert %d of %d has no id", i+1, len(cp.Alerts))}
		}
	}
	for i := range cp.Profiles {
		if cp.Profiles[i].Subject.Kind.String() == "" {
			return &dataError{fmt.Sprintf("profile %d of %d has no subject", i+1, len(cp.Profiles))}
		}
	}
	return nil
}

// alertsAlone reports whether cp holds alerts and nothing that belongs to a position.
func alertsAlone(cp *tokenwarden.Checkpoint) bool {
	rest := len(cp.Events) + len(cp.Usage) + len(cp.Profiles) + len(cp.SourceOffsets) + len(cp.Peers)
	return len(cp.Alerts) > 0 && rest == 0 && cp.Position == tokenwarden.Position{}
}

// inParallel runs all of fs and returns the error of the first, in their order, that fails.
func inParallel(fs ...func() error) error {
	errs := make([]error, len(fs))
	var wg sync.WaitGroup
	for i, f := range fs {
		wg.Go(func() { errs[i] = f() })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// insert writes rows block by block. It retries a failed block without those before it.
func insert[T any](ctx context.Context, c *Client, t *table[T], rows []T) error {
	for len(rows) > 0 {
		n := t.cut(rows, blockRows, blockBytes)
		block := rows[:n]
		rows = rows[n:]
		err := c.retry(ctx, "insert into "+t.name, c.opts.WriteTimeout, func(ctx context.Context) error {
			start := time.Now()
			if err := insertBlock(ctx, c, t, block); err != nil {
				return err
			}
			c.opts.Metrics.wrote(t.name, len(block), time.Since(start))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// cut returns how many rows to write together: at least one, at most maxRows, and no more than maxBytes if more than one.
func (t *table[T]) cut(rows []T, maxRows, maxBytes int) int {
	n := min(len(rows), maxRows)
	if t.size == nil {
		return n
	}
	for i, bytes := 0, 0; i < n; i++ {
		if bytes += t.size(&rows[i]); bytes > maxBytes {
			return max(i, 1)
		}
	}
	return n
}

// insertBlock sends one INSERT in several flushes and waits for the acknowledgement.
func insertBlock[T any](ctx context.Context, c *Client, t *table[T], rows []T) error {
	batch, err := c.conn.PrepareBatch(clickhouse.Context(ctx, clickhouse.WithSettings(c.insertSettings())), t.statement(c.opts.Database))
	if err != nil {
		return err
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	if err := t.send(batch, s, rows); err != nil {
		_ = batch.Abort() // Close would commit the rows that were flushed
		return err
	}
	return batch.Send()
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// send appends rows to batch chunk by chunk, and flushes every flushRows.
func (t *table[T]) send(batch driver.Batch, s *scratch, rows []T) error {
	columns := make([]driver.BatchColumn, len(t.columns))
	for i := range columns {
		columns[i] = batch.Column(i)
	}
	for len(rows) > 0 {
		part := rows[:t.cut(rows, flushRows, flushBytes)]
		rows = rows[len(part):]
		for len(part) > 0 {
			chunk := part[:min(len(part), chunkRows)]
			part = part[len(chunk):]
			for i := range t.columns {
				if err := t.columns[i].fill(s, columns[i], chunk); err != nil {
					return fmt.Errorf("column %s: %w", t.columns[i].name, err)
				}
			}
		}
		if len(rows) == 0 {
			return nil
		}
		if err := batch.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (t *table[T]) statement(database string) string {
	names := make([]string, len(t.columns))
	for i := range t.columns {
		names[i] = t.columns[i].name
	}
	return "INSERT INTO " + database + "." + t.name + " (" + strings.Join(names, ", ") + ")"
}

// insertSettings returns the settings of every INSERT.
func (c *Client) insertSettings() clickhouse.Settings {
	settings := clickhouse.Settings{
		"async_insert":       0, // the answer must mean "stored"; since 26.3 the server's default is 1
		"insert_deduplicate": 0, // the tables replace by key; the server's own window is too short to rely on
		// With the default of 100, a few lines with wrong times would stop the pipeline forever.
		"max_partitions_per_insert_block": 0,
		// The server builds dictionaries faster than the driver.
		"low_cardinality_allow_in_native_format": 0,
	}
	if c.opts.Cluster != "" {
		settings["insert_quorum"] = "auto" // a majority of replicas, so that no checkpoint is lost with one
	}
	return settings
}
