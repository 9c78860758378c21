// Package kafka writes batches and alerts to Kafka with acks=all, and makes or checks the topics for it.
//
// It hands whole record batches to kafka-go's Client.Produce: the caller is the partition, so nothing has to be
// queued, and a call that returned is durable.
package kafka
