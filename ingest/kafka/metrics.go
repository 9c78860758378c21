package kafka

import "github.com/prometheus/client_golang/prometheus"

// Metrics of the group member. Labels: topic and partition, both bounded by the cluster.
type Metrics struct {
	lag      *prometheus.GaugeVec
	messages *prometheus.CounterVec
	skipped  *prometheus.CounterVec
	errors   *prometheus.CounterVec
	assigned *prometheus.GaugeVec
}

// NewMetrics registers the metrics on reg.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		lag: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_kafka_lag_messages", Help: "Messages behind the end of the partition, as of the last fetch.",
		}, []string{"topic", "partition"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_messages_read_total", Help: "Messages fetched, repeats after a restart included.",
		}, []string{"topic"}),
		skipped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_messages_expired_total",
			Help: "Messages that the broker's retention deleted before they were read: lost for tokenwarden.",
		}, []string{"topic"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_errors_total", Help: "Errors of the cluster that are being retried, by operation.",
		}, []string{"operation"}),
		assigned: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_kafka_partitions_assigned", Help: "Partitions this process reads.",
		}, []string{"topic"}),
	}
	reg.MustRegister(m.lag, m.messages, m.skipped, m.errors, m.assigned)
	return m
}
