// Package kafka writes batches and alerts to Kafka with acks=all. It also creates and checks their topics.
//
// It calls kafka-go's Client.Produce with whole record batches for one partition. There is no queue: what a call wrote
// is durable when the call returns.
package kafka
