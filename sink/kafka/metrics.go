package kafka

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tokenwarden/tokenwarden"
)

// Metrics counts what a Writer writes.
type Metrics struct {
	records  *prometheus.CounterVec
	bytes    *prometheus.CounterVec
	errors   *prometheus.CounterVec
	replaced *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
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
			Name: "tokenwarden_kafka_records_replaced_total", Help: "Records larger than the topic accepts, replaced by a note of their length.",
		}, []string{"topic"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tokenwarden_kafka_write_seconds", Help: "Time until a request was acknowledged, including retries.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 15),
		}, []string{"topic"}),
	}
	reg.MustRegister(m.records, m.bytes, m.errors, m.replaced, m.seconds)
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
