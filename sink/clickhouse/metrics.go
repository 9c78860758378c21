package clickhouse

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Metrics are the metrics of one or more clients. A nil Metrics counts nothing.
type Metrics struct {
	rows    *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	errors  *prometheus.CounterVec
	retries *prometheus.CounterVec
}

// NewMetrics registers metrics with reg. The series of all classes exist from the start, because alert rules name them.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	factory := promauto.With(reg)
	m := &Metrics{
		rows: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_clickhouse_rows_total",
			Help: "Rows that ClickHouse has acknowledged, repeats included.",
		}, []string{"table"}),
		seconds: factory.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "tokenwarden_clickhouse_write_seconds",
			Help:    "Time of one acknowledged INSERT of at most 100,000 rows, encoding included, failed attempts not.",
			Buckets: prometheus.ExponentialBuckets(0.004, 2, 14), // 4 ms to 33 s
		}, []string{"table"}),
		errors: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_clickhouse_errors_total",
			Help: "Failed attempts to talk to ClickHouse, by class of the error.",
		}, []string{"class"}),
		retries: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_clickhouse_retries_total",
			Help: "Attempts that were made again, by class of the error before.",
		}, []string{"class"}),
	}
	for _, table := range writtenTables {
		m.rows.WithLabelValues(table)
		m.seconds.WithLabelValues(table)
	}
	for _, class := range classes {
		if class != ClassCanceled {
			m.errors.WithLabelValues(string(class))
		}
		if class.retryable() {
			m.retries.WithLabelValues(string(class))
		}
	}
	return m
}

func (m *Metrics) wrote(table string, rows int, took time.Duration) {
	if m != nil {
		m.rows.WithLabelValues(table).Add(float64(rows))
		m.seconds.WithLabelValues(table).Observe(took.Seconds())
	}
}

func (m *Metrics) failed(class Class) {
	if m != nil {
		m.errors.WithLabelValues(string(class)).Inc()
	}
}

func (m *Metrics) retried(class Class) {
	if m != nil {
		m.retries.WithLabelValues(string(class)).Inc()
	}
}
