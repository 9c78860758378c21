// Package tokenwarden is the vocabulary that every part of tokenwarden shares: what an [Event] is, whom it is
// about ([Subject]), what a rule said of it ([Alert]), and the two units of work that travel between the parts,
// [Batch] (ingest to Kafka) and [Checkpoint] (detect to ClickHouse).
//
// It depends on the standard library alone and does nothing by itself. No type here can hold a raw token: what
// ingest hands on is a [Fingerprint].
package tokenwarden
