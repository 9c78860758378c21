// Package ingest turns log lines into redacted lines and events. Raw credentials begin and end here: no type that leaves
// this package and its subpackages holds one.
//
// A [Worker] processes a Kafka partition, [Files] reads the lines of files. Either hands each line to a [Processor]:
//
//	accesslog    parses the line into fields (record.Record)
//	credential   finds the credentials in the fields; each Finding has its reason
//	outgoing.go  replaces them by placeholders
//	guard        checks the redacted line again; guard.go masks what it catches
//	event.go     makes an event of each finding
//
// [Processor.Explain] gives the reason for each value of a line that was redacted or left. Package canary tests a
// Processor while it works.
package ingest
