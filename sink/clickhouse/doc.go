// Package clickhouse stores events, per-minute usage, profiles, alerts and checkpoints in ClickHouse, and reads them back
// after a restart.
//
//	client, err := clickhouse.New(clickhouse.Options{Addr: []string{"127.0.0.1:9000"}})
//	err = client.Apply(ctx)             // create or upgrade the tables
//	err = client.Write(ctx, checkpoint) // nil means durable
//
// # Delivery
//
// [Client.Write] writes the parts of a checkpoint in the order events, alerts and usage; profiles; checkpoint row,
// and each step begins when the one before is durable. A checkpoint row therefore means that everything up to its offset
// is stored. Every table is a ReplacingMergeTree whose key identifies the row and whose version only rises: rows that are
// written twice, in any order and in other checkpoints, leave the same state as rows written once. A table may hold several
// versions of a row until ClickHouse merges them; the views v_* show one.
//
// Durable means that the server has flushed the rows to disk (fsync_after_insert): a power cut loses nothing on which a
// later checkpoint row depends. On a cluster a majority of the replicas has them.
//
// # Errors
//
// The package retries errors of network, timeout and overload until the context ends, and reports each to
// [Options.OnRetry]. It returns permanent errors (see sink.Permanent), with what to do, and the end of the context. No
// error holds the content of a row or the password.
package clickhouse
