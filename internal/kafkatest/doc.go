// Package kafkatest tests ingest/kafka and sink/kafka on kfake, a Kafka broker inside the test process that can return
// any error. It is a module of its own: franz-go, of which kfake is a part, stays out of the go.mod of the product.
package kafkatest
