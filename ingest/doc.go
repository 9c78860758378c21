// Package ingest reads and understands: a line becomes a redacted line and events. The raw token begins and ends
// here; no type that leaves this package can hold one.
//
// [Processor] is the way of one line. [Worker] is the way of one Kafka partition, [Files] that of files.
package ingest
