// Package clickhouse keeps what tokenwarden finds in ClickHouse: events, per-minute usage, profiles, alerts and the
// checkpoints a restart goes on from.
//
//	client, err := clickhouse.New(clickhouse.Options{Addr: []string{"127.0.0.1:9000"}})
//	err = client.Apply(ctx)             // create or upgrade the tables
//	err = client.Write(ctx, checkpoint) // nil means durable
//
// # Delivery
//
// [Client.Write] writes the parts of a checkpoint in the order events, alerts and usage; profiles; checkpoint row,
// and a later step begins only when the earlier one is durable. A reader of the checkpoint row may therefore trust
// that everything up to its offset is stored. Every table is a ReplacingMergeTree whose key is the identity of the row
// and whose version only rises, so writing a row twice, in any order and with any cut of the checkpoints, leaves what
// writing it once leaves. The tables may hold several versions of a row until ClickHouse merges them; the views v_*
// show one.
//
// Durable means that the server has flushed the rows to its disk (fsync_after_insert), so that not even a power cut
// makes it forget what a later checkpoint row builds on. On a cluster it also means a majority of the replicas.
//
// # Errors
//
// Errors that time can heal (network, timeout, overload) are retried inside the call until the context ends, and told
// to [Options.OnRetry]. What is returned is permanent, or the end of the context, and says what to do. No error holds
// a row's content or the password.
package clickhouse
