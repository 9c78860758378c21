package canary

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics of all Probers of a process.
type Metrics struct {
	total       *prometheus.CounterVec
	ratio       prometheus.GaugeFunc
	ran, missed atomic.Int64
	logged      atomic.Int64 // Prober.logged
}

// NewMetrics registers the metrics on reg.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{}
	m.total = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tokenwarden_ingest_canary_total",
		Help: "Tokens made to test redaction, by outcome: found, guard (left by the search, caught by the second check), missed (came out).",
	}, []string{"outcome"})
	m.ratio = prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tokenwarden_ingest_canary_miss_ratio",
		Help: "Share of this process's canaries that came out, 0 to 1; NaN before the first. Anything but 0 is a defect.",
	}, func() float64 { return float64(m.missed.Load()) / float64(m.ran.Load()) })
	reg.MustRegister(m.total, m.ratio)
	return m
}

func (m *Metrics) count(o outcome) {
	m.total.WithLabelValues(outcomeNames[o]).Inc()
	if o == outcomeMissed {
		m.missed.Add(1)
	}
	m.ran.Add(1)
}
