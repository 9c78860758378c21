// Package tokenwarden is the vocabulary that the parts of tokenwarden share: an [Event], the [Subject] that events are
// grouped by, an [Alert] of a rule, and the two units of work that travel between the parts,
// [Batch] (ingest to Kafka) and [Checkpoint] (detect to ClickHouse).
//
// It depends on the standard library alone and does nothing by itself. No type here can hold a raw token:
// ingest hands on a [Fingerprint].
package tokenwarden
