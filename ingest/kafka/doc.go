// Package kafka reads topics as a member of a consumer group: one goroutine for each assigned partition, which
// fetches, hands over, waits until what it handed over is durable, and only then commits.
//
// It stands on kafka-go's ConsumerGroup and Client, never on its grouped Reader: that one keeps commits across
// rebalances and can set another member's offset back (kafka-go issues 1398 and 1259).
package kafka
