// Package kafka runs the broker of the local stack: kfake, which speaks the Kafka protocol from inside devstack and
// needs nothing else, or Apache Kafka itself, which needs Java and comes from Maven Central.
package kafka
