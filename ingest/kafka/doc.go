// Package kafka reads topics as a member of a consumer group. Each assigned partition has one goroutine: it fetches,
// calls the Worker, and commits the offset after the Worker returned. Returning is the acknowledgement.
//
// The package uses kafka-go's ConsumerGroup and Client. kafka-go's grouped Reader keeps commits across rebalances and
// can rewind the offset of another member (kafka-go issues 1398 and 1259).
package kafka
