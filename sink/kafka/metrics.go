package kafka

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden"
)

// Metrics counts what a Writer writes.
type Metrics struct {
	records       *prometheus.CounterVec
	bytes         *prometheus.CounterVec
	errors        *prometheus.CounterVec
	replaced      *prometheus.CounterVec
	dropped       *prometheus.CounterVec
	usagesDropped prometheus.Counter
	seconds       *prometheus.HistogramVec
}

// NewMetrics registers the metrics on reg.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		records: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_records_written_total", Help: "Records acknowledged by all in-sync replicas.",
		}, []string{"topic"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_bytes_written_total", Help: "Bytes of the values of acknowledged records, before compression.",
		}, []string{"topic"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_write_errors_total", Help: "Failed requests, by class of the error.",
		}, []string{"class"}),
		replaced: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_records_replaced_total",
			Help: "Records that the topic refused for their size or content, written in a shorter form.",
		}, []string{"topic"}),
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_records_dropped_total", Help: "Records that the topic refused in every form.",
		}, []string{"topic"}),
		usagesDropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_kafka_usages_dropped_total",
			Help: "Usages left out because those of one input message are larger than the usage topic accepts.",
		}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tokenwarden_kafka_write_seconds", Help: "Time until a request was acknowledged, including retries.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 15),
		}, []string{"topic"}),
	}
	reg.MustRegister(m.records, m.bytes, m.errors, m.replaced, m.dropped, m.usagesDropped, m.seconds)
	return m
}

func (m *Metrics) written(topic string, rs []tokenwarden.Message, took time.Duration) {
	size := 0
	for i := range rs {
		size += len(rs[i].Value)
	}
	m.records.WithLabelValues(topic).Add(float64(len(rs)))
	m.bytes.WithLabelValues(topic).Add(float64(size))
	m.seconds.WithLabelValues(topic).Observe(took.Seconds())
}
