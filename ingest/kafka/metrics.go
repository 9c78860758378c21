package kafka

import "github.com/prometheus/client_golang/prometheus"

// Metrics counts what group members and tails read. The labels topic and partition are bounded by the cluster.
type Metrics struct {
	lag        *prometheus.GaugeVec
	messages   *prometheus.CounterVec
	skipped    *prometheus.CounterVec
	unreadable *prometheus.CounterVec
	errors     *prometheus.CounterVec
	assigned   *prometheus.GaugeVec
}

// NewMetrics registers the metrics on reg.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		lag: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_kafka_lag_messages", Help: "Messages between the last fetch and the end of the partition.",
		}, []string{"topic", "partition"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_messages_read_total", Help: "Messages fetched, including repeats after a restart.",
		}, []string{"topic"}),
		skipped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_messages_expired_total",
			Help: "Messages deleted by the topic's retention before they were read.",
		}, []string{"topic"}),
		unreadable: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_messages_unreadable_total",
			Help: "Messages that were skipped because they are too large or their record batch is damaged, by reason.",
		}, []string{"topic", "reason"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_errors_total", Help: "Failed requests to the cluster that are retried, by operation.",
		}, []string{"operation"}),
		assigned: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_kafka_partitions_assigned", Help: "Partitions assigned to this process.",
		}, []string{"topic"}),
	}
	reg.MustRegister(m.lag, m.messages, m.skipped, m.unreadable, m.errors, m.assigned)
	return m
}
