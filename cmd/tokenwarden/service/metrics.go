package service

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect"
)

// newRegistry returns a registry with the metrics of the Go runtime, the process and the build.
func newRegistry(version string) *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tokenwarden_build_info", Help: "Always 1; the version is the label.", ConstLabels: prometheus.Labels{"version": version},
	})
	info.Set(1)
	reg.MustRegister(info)
	return reg
}

// detectMetrics are the metrics of detect, which has none of its own.
type detectMetrics struct {
	usages       *prometheus.CounterVec
	late         prometheus.Counter
	undecoded    prometheus.Counter
	unreadable   prometheus.Counter
	alerts       *prometheus.CounterVec
	suppressed   *prometheus.CounterVec
	memory       *prometheus.GaugeVec
	unobservable *prometheus.GaugeVec
	checkpoint   prometheus.Histogram
	lookup       prometheus.Histogram
}

func newDetectMetrics(reg prometheus.Registerer) *detectMetrics {
	m := &detectMetrics{
		usages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_detect_usages_total",
			Help: "Usages by outcome: applied, repeat (seen before, dropped), replayed (already in the stored profile).",
		}, []string{"outcome"}),
		late: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_detect_late_total", Help: "Applied usages that came later than detect.lateness: counted in usage rows, in no window.",
		}),
		undecoded: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_detect_undecoded_total", Help: "Messages of the usage topic that are not tokenwarden's.",
		}),
		unreadable: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_detect_unreadable_profiles_total", Help: "Stored profiles whose state could not be read and was begun anew.",
		}),
		alerts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_alerts_written_total", Help: "Alerts written, updates of open incidents included.",
		}, []string{"rule", "severity", "status"}),
		suppressed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_rule_suppressed_total",
			Help: "Hits of a rule that were no incident, because many tokens of a service did the same at once.",
		}, []string{"rule"}),
		memory: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_detect_profiles", Help: "Profiles in memory.",
		}, []string{"partition"}),
		unobservable: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_rule_not_observable",
			Help: "1 for a rule that can see nothing: a field it needs is in no event, or it lacks configuration.",
		}, []string{"rule"}),
		checkpoint: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tokenwarden_detect_checkpoint_seconds", Help: "Time to make a checkpoint durable.",
			Buckets: prometheus.ExponentialBuckets(0.005, 2, 14),
		}),
		lookup: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tokenwarden_detect_lookup_seconds", Help: "Time to read the profiles that are not in memory, by message.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 14),
		}),
	}
	reg.MustRegister(m.usages, m.late, m.undecoded, m.unreadable, m.alerts, m.suppressed, m.memory, m.unobservable, m.checkpoint, m.lookup)
	return m
}

func (m *detectMetrics) add(s detect.Stats) {
	m.usages.WithLabelValues("applied").Add(float64(s.Applied))
	m.usages.WithLabelValues("repeat").Add(float64(s.Repeats))
	m.usages.WithLabelValues("replayed").Add(float64(s.Replayed))
	m.late.Add(float64(s.Late))
	m.unreadable.Add(float64(s.Unreadable))
}

func (m *detectMetrics) alert(a *tokenwarden.Alert) {
	m.alerts.WithLabelValues(a.Rule, a.Severity.String(), a.Status).Inc()
}

func (m *detectMetrics) profiles(partition int32, n int) {
	m.memory.WithLabelValues(strconv.Itoa(int(partition))).Set(float64(n))
}

// reloadMetrics are the metrics of files that are read again, of lists and of the retro-hunt.
type reloadMetrics struct {
	loaded             *prometheus.GaugeVec
	failures           *prometheus.CounterVec
	entries            *prometheus.GaugeVec
	foreign            prometheus.Gauge
	hunted             *prometheus.CounterVec
	invalidRevocations prometheus.Counter
}

func newReloadMetrics(reg prometheus.Registerer) *reloadMetrics {
	m := &reloadMetrics{
		loaded: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_reload_last_success_timestamp_seconds", Help: "When lists or geo databases were last read without an error.",
		}, []string{"what"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_reload_failures_total",
			Help: "Times that files had changed and could not be read; what was loaded before stayed in force.",
		}, []string{"what"}),
		entries: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tokenwarden_list_entries", Help: "Entries in force, by list.",
		}, []string{"list"}),
		foreign: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tokenwarden_list_foreign_key_entries",
			Help: "Listed fingerprints that were made under a key which this process does not have: they match nothing.",
		}),
		hunted: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tokenwarden_hunt_tokens_total",
			Help: "Newly listed tokens whose past was looked up, by outcome: " +
				"unused, known (an alert is there), allowed, alert, failed.",
		}, []string{"outcome"}),
		invalidRevocations: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tokenwarden_revocations_unread_total", Help: "Messages of the revocation topic that name no fingerprint.",
		}),
	}
	reg.MustRegister(m.loaded, m.failures, m.entries, m.foreign, m.hunted, m.invalidRevocations)
	return m
}
