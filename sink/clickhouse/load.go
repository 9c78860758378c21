package clickhouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/ext"

	"github.com/tokenwarden/tokenwarden"
)

// Checkpoint returns the state of a usage partition at its last checkpoint: Topic, Position, SourceOffsets and Peers. It
// reports false if there is none.
func (c *Client) Checkpoint(ctx context.Context, topic string, partition int32) (tokenwarden.Checkpoint, bool, error) {
	last := checkpoint{topic: topic, position: tokenwarden.Position{Partition: partition}}
	found := false
	err := c.retry(ctx, "read checkpoint", c.opts.ReadTimeout, func(ctx context.Context) error {
		if err := c.syncReplica(ctx); err != nil {
			return err
		}
		err := c.readCheckpoint(ctx, &last)
		found = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return tokenwarden.Checkpoint{Topic: topic, Position: last.position, SourceOffsets: last.sourceOffsets, Peers: last.peers}, found, err
}

// readCheckpoint reads the row with the greatest offset of the newest epoch of the topic.
func (c *Client) readCheckpoint(ctx context.Context, last *checkpoint) error {
	query := "SELECT t.epoch, toInt64(t.offset), t.marks.topic, t.marks.partition, t.marks.epoch, t.marks.offset, t.fleet FROM " +
		c.opts.Database + ".checkpoints AS t WHERE t.topic = ? AND t.partition = ? ORDER BY t.epoch DESC, t.offset DESC LIMIT 1"
	var topics []string
	var partitions []int32
	var epochs []uint32
	var offsets []int64
	var peers string
	row := c.conn.QueryRow(ctx, query, last.topic, last.position.Partition)
	if err := row.Scan(&last.position.Epoch, &last.position.Offset, &topics, &partitions, &epochs, &offsets, &peers); err != nil {
		return err
	}
	last.peers = []byte(peers)
	last.sourceOffsets = make([]tokenwarden.SourceOffset, len(topics))
	for i := range topics {
		last.sourceOffsets[i] = tokenwarden.SourceOffset{Topic: topics[i], Partition: partitions[i], Epoch: epochs[i], Offset: offsets[i]}
	}
	return nil
}

// syncReplica waits until this replica has all that a majority has acknowledged.
func (c *Client) syncReplica(ctx context.Context) error {
	if c.opts.Cluster == "" {
		return nil
	}
	for _, table := range []string{"checkpoints", "token_profiles"} {
		if err := c.conn.Exec(ctx, "SYSTEM SYNC REPLICA "+c.opts.Database+"."+table+" LIGHTWEIGHT"); err != nil {
			return err
		}
	}
	return nil
}

// Profiles returns the newest stored profile of each subject that has one, in any order.
func (c *Client) Profiles(ctx context.Context, subjects []tokenwarden.Subject) ([]tokenwarden.Profile, error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	ids := make([]string, len(subjects))
	for i, s := range subjects {
		ids[i] = s.String()
	}
	var newest map[tokenwarden.Subject]*profile
	err := c.retry(ctx, "read profiles", c.opts.ReadTimeout, func(ctx context.Context) error {
		newest = make(map[tokenwarden.Subject]*profile, len(subjects))
		for _, s := range subjects {
			newest[s] = nil
		}
		return c.readProfiles(ctx, ids, newest)
	})
	if err != nil {
		return nil, err
	}
	profiles := make([]tokenwarden.Profile, 0, len(subjects))
	for _, p := range newest {
		if p != nil {
			profiles = append(profiles, *p)
		}
	}
	return profiles, nil
}

// readProfiles sets the value of each key of newest to its newest version. Choosing it here is cheaper than FINAL: few
// subjects have several versions, and none has many.
func (c *Client) readProfiles(ctx context.Context, ids []string, newest map[tokenwarden.Subject]*profile) error {
	wanted, err := ext.NewTable("wanted", ext.Column("id", "String"))
	if err != nil {
		return fmt.Errorf("make table of subjects: %w", err)
	}
	if _, err := wanted.Block().Columns[0].Append(ids); err != nil {
		return fmt.Errorf("make table of subjects: %w", err)
	}
	// The subjects are sent as an external table, because the server would have to parse them as text.
	rows, err := c.conn.Query(clickhouse.Context(ctx, clickhouse.WithExternalTable(wanted)),
		"SELECT state FROM "+c.opts.Database+".token_profiles PREWHERE subject IN (SELECT id FROM wanted)")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var record []byte
		if err := rows.Scan(&record); err != nil {
			return err
		}
		p := new(profile)
		if err := readRecord(record, p); err != nil {
			return &dataError{err.Error()}
		}
		if old, ok := newest[p.Subject]; ok && (old == nil || p.Version > old.Version) {
			newest[p.Subject] = p
		}
	}
	return rows.Err()
}
